/** The patient's own list of questions: tick, write, order and mark, by mouse or by keyboard. */

import { el, icon } from './dom.js';
import { keyOf } from './sheet_saver.js';
import { say } from './words.js';

const MOST = 40;
const MOST_TOP = 3;

export class QuestionList {
  /** @type {{id: string|null, text: string, why: string|null, top: boolean}[]} */
  items = [];

  /**
   * @param {{list: HTMLElement, empty: HTMLElement, title: HTMLElement, changed: (items: object[]) => void,
   *   announce: (words: string) => void}} wiring
   */
  constructor(wiring) {
    Object.assign(this, wiring);
  }

  /** @param {object[]} items */
  show(items) {
    this.items = items;
    this.empty.hidden = items.length > 0;
    this.list.replaceChildren(...items.map((item, place) => this.row(item, place)));
  }

  has(id) {
    return this.items.some((item) => item.id === id);
  }

  /** Whether it was put on the list. @param {{id: string|null, text: string, why: string|null}} question */
  add(question) {
    const known = this.items.some((item) => keyOf(item) === keyOf(question));
    if (this.items.length >= MOST && !known) return this.refuse('sheet.full');
    if (!known) this.change([...this.items, { ...question, top: false }], say('sheet.added'));
    return true;
  }

  /** @param {string} key */
  remove(key) {
    this.change(this.items.filter((item) => keyOf(item) !== key), say('sheet.removed'));
  }

  refuse(words) {
    this.announce(say(words));
    return false;
  }

  change(items, words) {
    this.show(items);
    this.changed(items);
    this.announce(words);
  }

  row(item, place) {
    const { text, why, top } = item;
    const last = place === this.items.length - 1;
    const button = (name, look, disabled, onclick) =>
      el('button', {
        type: 'button', class: `round ${name}`, 'aria-label': say(`sheet.${name}`, { text }), title: say(`sheet.${name}`, { text: '' }).replace(/: ?$/, ''),
        'aria-disabled': disabled && 'true', onclick: () => disabled || onclick(),
      }, icon(look));
    return el('li', { class: top ? 'question top' : 'question' },
      el('div', { class: 'said' }, el('p', { dir: 'auto' }, text), why && el('p', { class: 'quiet' }, say('sheet.why', { why }))),
      el('div', { class: 'tools screen' },
        el('button', { type: 'button', class: 'chip mark-top', 'aria-pressed': String(top), 'aria-label': say('sheet.top', { text }), onclick: () => this.mark(place) },
          icon('star'), say('sheet.top_short')),
        button('up', 'up', place === 0, () => this.move(place, place - 1)),
        button('down', 'down', last, () => this.move(place, place + 1)),
        button('remove', 'close', false, () => this.takeOff(place))),
      el('div', { class: 'lines paper-lines', 'aria-hidden': 'true' }));
  }

  /** The focus follows the question, so that a key can be pressed again. */
  move(from, to) {
    const items = [...this.items];
    items.splice(to, 0, ...items.splice(from, 1));
    this.change(items, say('sheet.moved', { place: to + 1, count: items.length }));
    this.list.children[to].querySelector(to < from ? '.up' : '.down').focus();
  }

  mark(place) {
    const { top } = this.items[place];
    if (!top && this.items.filter((item) => item.top).length >= MOST_TOP) return this.refuse('sheet.three');
    this.change(this.items.map((item, at) => (at === place ? { ...item, top: !top } : item)), '');
    return this.list.children[place].querySelector('.mark-top').focus();
  }

  takeOff(place) {
    this.remove(keyOf(this.items[place]));
    (this.list.children[Math.min(place, this.items.length - 1)]?.querySelector('.remove') ?? this.title).focus();
  }
}
