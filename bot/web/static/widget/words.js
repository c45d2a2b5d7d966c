/** The widget's own words and the way dates are written, in the page's language. */

/** @type {Record<string, Record<string, string>>} */
let catalogue = {};

/** @param {string} json the page's catalogue, which stands in the page */
export function loadWords(json) {
  catalogue = JSON.parse(json);
}

/**
 * The words for a name such as `chat.retry`, with `{values}` filled in.
 * @param {string} name
 * @param {Record<string, string|number>} [values]
 */
export function say(name, values = {}) {
  const [section, key] = name.split('.');
  const words = catalogue[section]?.[key] ?? '';
  return words.replace(/\{(\w+)\}/g, (_, value) => values[value] ?? '');
}

/** The language of what the server says. A screen reader is to read it so, whatever the page's own is. */
export const SPOKEN = 'en';

const language = () => document.documentElement.lang;

/** @param {string} moment */
export const clock = (moment) => new Intl.DateTimeFormat(language(), { timeStyle: 'short' }).format(new Date(moment));

/** A day and the time on it. @param {string} when */
export const moment = (when) =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'long', timeStyle: 'short' }).format(new Date(when));

/** @param {string} day such as 2027-11-01 */
export const date = (day) =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day));

/** What the server counts: code points, not UTF-16 units. @param {string} text */
export const lengthOf = (text) => [...text].length;
