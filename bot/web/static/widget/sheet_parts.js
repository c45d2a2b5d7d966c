/** The parts of the sheet that are asked and shown one below the other. */

import { el, outside } from './dom.js';
import { date, lengthOf, say, SPOKEN } from './words.js';

const LIMIT = 2000;
const WARN_AT = 1800;

/**
 * @param {{id: string, title: string, parts: object[]}} section
 * @param {(part: string, text: string) => void} typed
 */
export const sectionView = ({ title, parts }, typed) =>
  el('fieldset', {}, el('legend', {}, el('h2', {}, title)), ...parts.map((part) => partView(part, typed)));

/** @param {{id: string, label: string, help: string, text: string}} part */
function partView({ id, label, help, text }, typed) {
  const left = el('p', { class: 'quiet left', id: `left-${id}`, hidden: true });
  const box = el('textarea', {
    id: `part-${id}`, rows: 2, maxlength: LIMIT, autocomplete: 'off', dir: 'auto', 'aria-describedby': `help-${id} left-${id}`, 'data-part': id,
  });
  box.value = text;
  box.oninput = () => {
    count(box, left);
    typed(id, box.value);
  };
  return el('div', { class: 'part' },
    el('label', { for: box.id }, label),
    el('p', { class: 'quiet screen', id: `help-${id}` }, help),
    box, left, el('div', { class: 'paper', dir: 'auto', 'aria-hidden': 'true' }));
}

/** @param {HTMLTextAreaElement} box @param {HTMLElement} left */
function count(box, left) {
  const used = lengthOf(box.value);
  left.hidden = used < WARN_AT;
  left.textContent = say('sheet.left', { count: Math.max(0, LIMIT - used) });
  grow(box);
}

/** As tall as its words. @param {HTMLTextAreaElement} box */
export function grow(box) {
  box.style.height = '';
  box.style.height = `${box.scrollHeight + 3}px`;
}

/**
 * One statement with three radio buttons.
 * @param {{id: string, ask: string, answer: boolean|null}} item
 * @param {(id: string, answer: boolean|null) => void} answered
 */
export function readinessView({ id, ask, answer }, answered) {
  const option = (value, name) =>
    el('label', { class: 'option' },
      el('input', { type: 'radio', name: `ready-${id}`, checked: value === answer, onchange: () => answered(id, value) }), say(`sheet.${name}`));
  return el('fieldset', { class: 'statement' }, el('legend', {}, ask),
    el('div', { class: 'options' }, option(true, 'yes'), option(false, 'no'), option(null, 'blank')));
}

/** @param {{text: string, why: string, source: object, id: string}} offer */
export function offerView({ id, text, why, source }, isChosen, choose) {
  const box = el('input', { type: 'checkbox', id: `offer-${id}`, checked: isChosen, 'aria-describedby': `why-${id}` });
  box.onchange = () => choose(box);
  return el('li', { class: 'offer' },
    el('label', { for: box.id }, box, el('span', {}, text)),
    el('div', { class: 'why' },
      el('p', { class: 'quiet', id: `why-${id}` }, say('sheet.why', { why })),
      el('p', { class: 'quiet' }, `${say('sheet.source')}: `, outside(source.url, say('sheet.new_tab'), el('span', { lang: SPOKEN }, source.title)), el('span', { lang: SPOKEN }, ` (${source.publisher})`))));
}

/** @param {{title: string, revision: string, read_at: string}} answer */
export const readView = ({ title, revision, read_at: at }) =>
  el('li', {}, el('span', { lang: SPOKEN }, title), el('span', { class: 'quiet' }, ` (${say('sheet.read_on', { revision, date: date(at) })})`));

/** @param {{text: string, asked_at: string, reference: string|null}} question */
export const askedView = ({ text, asked_at: at, reference }) =>
  el('li', {}, el('q', { dir: 'auto' }, text),
    el('p', { class: 'quiet' }, `${say('sheet.asked_on', { date: date(at) })}. ${reference ? say('sheet.sent', { reference }) : say('sheet.not_sent')}.`));

/** The items, or one line that says that there are none. */
export const orNone = (items, none) => (items.length ? items : [el('li', { class: 'quiet none' }, say(none))]);
