/**
 * The patient's words on their way. Each goes under one UUID until the server has it,
 * through failures and reloads, so that it is never lost and never there twice.
 */

import { json, uuid } from './api.js';
import { keep, recall } from './store.js';

const LONGEST_WAIT = 60;

/** What a failed try means for the message. */
const OUTCOMES = { 401: 'ended', 404: 'ended', 409: 'conflict', 413: 'returned', 422: 'returned', 429: 'waiting' };

export class Outbox {
  /** @type {Record<string, {id: string, text: string, choice?: string, status: string}>} by UUID */
  items = Object.fromEntries((recall('outbox') ?? []).map((item) => [item.id, item]));
  /** @type {Set<object>} what waits for the server's reply */
  underWay = new Set();
  failures = 0;

  /**
   * @param {{session: (text: string) => Promise<{id: string, token: string}>, changed: (item: object) => void,
   *   arrived: (messages: object[]) => void, returned: (item: object, problem: object) => void,
   *   ended: (item: object, problem: object) => void}} wiring
   */
  constructor(wiring) {
    this.wiring = wiring;
  }

  /** @param {{text: string, choice?: string}} words */
  add(words) {
    return this.send({ id: uuid(), created_at: new Date().toISOString(), author: 'patient', ...words });
  }

  /** Whether a button's choice is stuck, or waits for its reply. @param {string} choice */
  holds(choice) {
    return [...Object.values(this.items), ...this.underWay].some((item) => item.choice === choice);
  }

  /** @param {object} item */
  async send(item) {
    this.underWay.add(item);
    this.mark(item, 'sending');
    const { problem, message, replies } = await this.post(item).catch((failure) => ({ problem: failure }));
    // A chat that was ended meanwhile is forgotten, whatever becomes of its words.
    if (!this.underWay.delete(item)) return;
    if (problem) return this.fail(item, problem);
    this.failures = 0;
    this.done(item.id);
    this.wiring.arrived([message, ...replies]);
  }

  async post({ id, text, choice }) {
    const { id: conversation, token } = await this.wiring.session(text);
    return json(`/conversations/${conversation}/messages`, { token, body: choice ? { id, choice } : { id, text } });
  }

  /** The server may have taken the message although its answer was lost: then it is done. */
  fail(item, problem) {
    const outcome = OUTCOMES[problem.status] ?? 'unsent';
    if (!this.items[item.id]) return this.wiring.arrived([]);
    if (outcome === 'ended' || outcome === 'returned') {
      this.done(item.id);
      return this.wiring[outcome](item, problem);
    }
    const { wait, emergency = item.emergency } = problem;
    this.mark({ ...item, wait, emergency }, outcome);
    this.sendLater(outcome, wait);
  }

  sendLater(outcome, wait) {
    if (outcome === 'conflict') return;
    this.failures += 1;
    const seconds = outcome === 'waiting' ? wait : Math.min(LONGEST_WAIT, 4 * 2 ** this.failures);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), seconds * 1000);
  }

  /** Send again all that has failed. */
  flush() {
    Object.values(this.items).filter(({ status }) => ['unsent', 'waiting'].includes(status)).forEach((item) => this.send(item));
  }

  /** The patient asks for another try; after a conflict, as a new message. @param {string} id */
  retry(id) {
    const item = this.items[id];
    if (!item) return;
    if (item.status !== 'conflict') return this.send(item);
    this.done(id);
    this.wiring.changed({ ...item, status: 'gone' });
    this.add({ text: item.text, choice: item.choice });
  }

  mark(item, status) {
    this.items[item.id] = { ...item, status };
    this.save();
    this.wiring.changed(this.items[item.id]);
  }

  /** @param {string} id */
  done(id) {
    if (!this.items[id]) return;
    delete this.items[id];
    this.save();
  }

  save() {
    keep('outbox', Object.values(this.items));
  }

  clear() {
    clearTimeout(this.timer);
    this.items = {};
    this.underWay.clear();
  }
}
