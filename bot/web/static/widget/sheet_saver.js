/**
 * Saving as the patient types. What the server does not have yet is kept in the tab, through
 * failures and reloads; a change that was made in another place meanwhile is merged, not overwritten.
 */

import { json } from './api.js';
import { same } from './dom.js';
import { keep, recall } from './store.js';

const PAUSE = 700;
const LONGEST_WAIT = 30;
/** So that no request is larger than the server takes, whatever the script of the words. */
const PARTS_AT_ONCE = 4;

const nothing = () => ({ parts: {}, readiness: {}, questions: null });
/** What makes two questions the same one. */
export const keyOf = ({ id, text }) => id ?? text;

/** The words of both; where one holds the other, the longer. @param {string} theirs @param {string} ours */
function together(theirs, ours) {
  if (ours.includes(theirs)) return ours;
  return theirs.includes(ours) ? theirs : `${theirs}\n${ours}`;
}

/** @param {object} sheet */
const textsOf = ({ sections }) => Object.fromEntries(sections.flatMap(({ parts }) => parts.map(({ id, text }) => [id, text])));

export class Saver {
  failures = 0;

  /**
   * @param {{session: {id: string, token: string}, query: string, state: (name: string, more?: object) => void,
   *   saved: (sheet: object) => void, merged: (sheet: object) => void, alarm: (emergency: object) => void}} wiring
   */
  constructor(wiring) {
    Object.assign(this, wiring);
    this.path = `/conversations/${this.session.id}/sheet`;
    this.pending = { ...nothing(), ...recall('sheet') };
  }

  get isClean() {
    return same(this.pending, nothing());
  }

  async load() {
    this.base = await json(this.path + this.query, { token: this.session.token });
    return this.base;
  }

  /** @param {'parts'|'readiness'} kind @param {string} name @param {unknown} value */
  set(kind, name, value) {
    this.pending[kind][name] = value;
    this.changed();
  }

  /** @param {object[]} questions */
  setQuestions(questions) {
    this.pending.questions = questions.map(({ id, text, top }) => (id ? { id, top } : { text, top }));
    this.changed();
  }

  /** From the first letter on, "Saved" would be untrue. */
  changed() {
    if (this.base && !this.failures && !this.over) this.state('saving');
    this.later();
  }

  later(wait = PAUSE) {
    keep('sheet', this.isClean ? undefined : this.pending);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Send what there is, once the sheet is loaded; whoever asks meanwhile waits for the same sending. */
  async flush() {
    clearTimeout(this.timer);
    if (!this.base) return undefined;
    this.running ??= this.run().finally(() => { this.running = null; });
    return this.running;
  }

  async run() {
    while (!this.isClean) {
      if (this.over) return this.state('ended');
      this.state('saving');
      const batch = this.batch();
      try {
        const body = { version: this.base.version, ...batch };
        this.base = await json(this.path + this.query, { method: 'PUT', token: this.session.token, body });
        this.failures = 0;
        this.forget(batch);
        this.saved(this.base);
      } catch (problem) {
        if (!(await this.recovered(problem))) return undefined;
      }
    }
    return this.state('saved');
  }

  batch() {
    const { parts, readiness, questions } = this.pending;
    const some = Object.fromEntries(Object.entries(parts).slice(0, PARTS_AT_ONCE));
    return structuredClone({ parts: some, readiness, ...(questions && { questions }) });
  }

  /** Forget what was saved, but not what was typed since. */
  forget(batch) {
    for (const kind of ['parts', 'readiness']) {
      for (const [name, value] of Object.entries(batch[kind])) {
        if (this.pending[kind][name] === value) delete this.pending[kind][name];
      }
    }
    if (batch.questions && same(this.pending.questions, batch.questions)) this.pending.questions = null;
    keep('sheet', this.isClean ? undefined : this.pending);
  }

  /** Whether there is a reason to try again at once. @param {object} problem */
  async recovered(problem) {
    if (problem.emergency) this.alarm(problem.emergency);
    if (problem.status === 409) return this.merge();
    if (problem.status === 401 || problem.status === 404) return this.end('ended');
    if (problem.status === 413 || problem.status === 422) return this.give('refused', problem);
    this.failures += 1;
    this.state('offline');
    this.later(1000 * Math.max(problem.wait, Math.min(LONGEST_WAIT, 2 ** this.failures)));
    return false;
  }

  end(state) {
    this.over = true;
    return this.give(state);
  }

  give(state, problem) {
    this.state(state, problem);
    return false;
  }

  /** Take in what was changed elsewhere, and put our own changes on top of it. */
  async merge() {
    const before = this.base;
    try {
      await this.load();
    } catch (problem) {
      return problem.status !== 409 && this.recovered(problem);
    }
    const [old, theirs] = [textsOf(before), textsOf(this.base)];
    for (const [part, ours] of Object.entries(this.pending.parts)) {
      if (theirs[part] !== old[part]) this.pending.parts[part] = together(theirs[part], ours);
    }
    if (this.pending.questions) this.mergeQuestions(before.questions);
    this.merged(this.base);
    return true;
  }

  /** @param {object[]} before */
  mergeQuestions(before) {
    const known = new Set([...before, ...this.pending.questions].map(keyOf));
    const fresh = this.base.questions.filter((question) => !known.has(keyOf(question)));
    const room = 3 - this.pending.questions.filter(({ top }) => top).length;
    const added = fresh.map(({ id, text, top }, place) => ({ ...(id ? { id } : { text }), top: top && place < room }));
    this.pending.questions = [...this.pending.questions, ...added];
  }
}
