/** Browsing: what people often ask, and every answer by category. */

import { el } from './dom.js';
import { say, SPOKEN } from './words.js';

/** @param {{id: string, title: string}} answer @param {Function} choose */
const chip = ({ id, title }, choose) =>
  el('li', {}, el('button', { type: 'button', class: 'chip', lang: SPOKEN, onclick: () => choose({ id: `answer:${id}`, label: title }) }, title));

/** @param {Element} place @param {object[]} suggested @param {Function} choose */
export function showSuggested(place, suggested, choose) {
  place.querySelector('ul').replaceChildren(...suggested.map((answer) => chip(answer, choose)));
  place.hidden = !suggested.length;
}

/** @param {Element} place @param {object[]} categories @param {Function} choose */
export function showCategories(place, categories, choose) {
  place.replaceChildren(...categories.map(({ title, answers }) =>
    el(
      'details',
      { name: 'category' },
      el('summary', {}, el('h3', { lang: SPOKEN }, title), el('span', { class: 'count' }, String(answers.length))),
      el('ul', { class: 'chips' }, ...answers.map((answer) => chip(answer, choose))),
    )));
}

/** @param {Element} place @param {() => void} again */
export function showNoTopics(place, again) {
  place.replaceChildren(
    el('p', { role: 'alert' }, say('chat.no_topics')),
    el('p', {}, el('button', { type: 'button', class: 'button', onclick: again }, say('chat.retry'))));
}
