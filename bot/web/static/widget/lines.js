/** Whom to call. */

import { dial, el, icon, withNumbers } from './dom.js';
import { say } from './words.js';

/** A link that dials. @param {string} number @param {string} words @param {object} [look] @param {...Node} before the words */
export const dialling = (number, words, look = {}, ...before) => el('a', { ...look, href: dial(number) }, ...before, withNumbers(words));

/**
 * Buttons for an emergency; the crisis line comes first in despair.
 * @param {string} text @param {DOMStringMap} facts @param {boolean} [despair] otherwise the words tell, by that line
 */
export function emergencyLines(text, { crisis, emergency, phone }, despair = text.includes(crisis)) {
  const line = (number, name, look = '') => number && dialling(number, say(`emergency.${name}`, { number }), { class: `button ${look}` }, icon('phone'));
  return el('p', { class: 'buttons' }, despair && line(crisis, 'crisis'), line(emergency, 'call'), line(phone, 'clinic', 'plain'));
}
