/** The report after a treatment: the emergency check, the form, and what became of it. */

import { call, json, uuid } from './api.js';
import { hear, tell } from './bridge.js';
import { el, same, withNumbers } from './dom.js';
import { saveFile } from './file.js';
import { watch } from './idle.js';
import { beside, paint } from './page.js';
import { faultOf, fieldView, mark, valueOf } from './report-fields.js';
import { emergencyView, resultView } from './report-result.js';
import { keep, recall } from './store.js';
import { loadWords, say } from './words.js';

const LONGEST_WAIT = 60;
/** Seconds: whoever is told to wait longer has sent enough reports, and is told whom to call. */
const LONGEST_FLOOD = 60;
/** Characters that the server reads when a conversation is opened. */
const LONGEST_OPENING = 2000;
const language = () => `lang=${document.documentElement.lang}`;

class AskwellReport extends HTMLElement {
  failures = 0;

  async connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll('[id]')].map((node) => [node.id, node]));
    paint();
    hear((message) => this.hostSays(message));
    loadWords(this.dataset.strings);
    watch(this);
    this.wire();
    await this.load();
    this.dataset.ready = '';
  }

  wire() {
    const { form, back, close, again } = this.parts;
    back.href = beside('/widget');
    close.onclick = () => tell('close');
    again.onclick = () => this.loadAgain();
    form.onsubmit = (event) => this.submit(event);
    form.oninput = () => this.typed();
    this.onkeydown = ({ key }) => { if (key === 'Escape') tell('close'); };
    window.addEventListener('online', () => this.resume());
  }

  /** @param {'shown'|'hidden'|'focus'} message */
  hostSays(message) {
    this.parts.close.hidden = false;
    if (message === 'focus') this.parts.back.focus({ preventScroll: true });
  }

  // Before anything is sent.

  /** Show the form as it was left, or the report that was sent from here. */
  async load() {
    const { send, again, problem } = this.parts;
    let report;
    try {
      this.asked = await json(`/report-form?${language()}`);
      report = await this.earlier();
    } catch {
      again.hidden = false;
      return this.say(say('form.not_loaded'));
    }
    again.hidden = true;
    send.hidden = false;
    problem.hidden = true;
    this.build();
    if (recall('report')?.attempt) this.say(say('send.unsent'));
    return report && this.show(report);
  }

  /** The button that was pressed is gone then, and the focus with it. */
  async loadAgain() {
    await this.load();
    this.nodes?.[0].querySelector('textarea, input').focus();
  }

  /** The report that was sent from here, if it can still be read from here. @returns {Promise<object|undefined>} */
  async earlier() {
    const { reference } = recall('report') ?? {};
    const { id, token } = recall('session') ?? {};
    if (!reference) return undefined;
    return json(`/conversations/${id}/reports/${reference}?${language()}`, { token }).catch((problem) => {
      if (![401, 404].includes(problem.status)) throw problem;
      keep('report', undefined);
    });
  }

  build() {
    const { fields, signs, 'check-text': text } = this.parts;
    const typed = recall('report')?.fields ?? {};
    text.textContent = this.asked.signs.text;
    signs.replaceChildren(...this.asked.signs.signs.map((sign) => el('li', {}, sign)));
    this.nodes = this.asked.fields.map((field) => fieldView(field, typed[field.name] ?? ''));
    fields.replaceChildren(...this.nodes);
  }

  /** What is filled in now, by the names of the fields. */
  values() {
    const given = this.nodes.map((node) => [node.dataset.name, valueOf(node)]);
    return Object.fromEntries(given.filter(([, value]) => value));
  }

  /** Words that are being changed are not sent behind the patient's back. */
  typed() {
    if (this.waiting) this.say(say('send.unsent'));
    this.stopWaiting();
    keep('report', { ...recall('report'), fields: this.values() });
  }

  say(text) {
    this.parts.problem.replaceChildren(withNumbers(text));
    this.parts.problem.hidden = !text;
  }

  // Sending.

  async submit(event) {
    event.preventDefault();
    if (this.isSending || !this.nodes || !this.isComplete()) return;
    await this.send();
    this.parts.send.scrollIntoView({ block: 'nearest' });
  }

  /** Mark what must be mended, and lead to the first such field. */
  isComplete() {
    const faults = this.nodes.map((node, i) => faultOf(this.asked.fields[i], valueOf(node), this.asked.most_characters));
    this.nodes.forEach((node, i) => mark(node, faults[i]));
    const first = this.nodes[faults.findIndex(Boolean)];
    first?.querySelector('textarea, input').focus();
    return !first;
  }

  async send() {
    this.stopWaiting();
    this.busy(true);
    try {
      this.sent(await this.post(this.attempt(this.values())));
    } catch (problem) {
      this.fail(problem);
    } finally {
      this.busy(false);
    }
  }

  /** The same words go under the same id until the server has them. @param {Record<string, string>} fields */
  attempt(fields) {
    const kept = recall('report')?.attempt;
    const attempt = kept && same(kept.fields, fields) ? kept : { id: uuid(), fields };
    keep('report', { fields, attempt });
    return attempt;
  }

  /** A conversation that is no longer ours is left for a new one, once. */
  async post(attempt, isFirst = true) {
    const { id, token } = await this.session(attempt);
    return json(`/conversations/${id}/reports?${language()}`, { token, body: attempt }).catch((problem) => {
      if (problem.status !== 401 || !isFirst) throw problem;
      keep('session', undefined);
      return this.post(attempt, false);
    });
  }

  /** The conversation of this tab, opened if there is none. */
  async session({ fields }) {
    const kept = recall('session');
    if (kept) return kept;
    const text = Object.values(fields).join('\n').slice(0, LONGEST_OPENING);
    const { id, token } = await json('/conversations', { body: { text } });
    keep('session', { id, token });
    return { id, token };
  }

  busy(on) {
    const { send } = this.parts;
    this.isSending = on;
    if (on) send.setAttribute('aria-disabled', 'true');
    else send.removeAttribute('aria-disabled');
    send.textContent = say(on ? 'send.sending' : 'page.send');
  }

  fail({ status, reason, wait, emergency }) {
    this.warn(emergency);
    if (status === 409) keep('report', { fields: this.values() });
    if (status === 409) return this.say(say('send.conflict'));
    if (status === 429 && wait > LONGEST_FLOOD) return this.say(say('send.enough', this.dataset));
    if (status === 413 || status === 422) return this.say(say('send.refused', { reason }));
    this.failures += 1;
    const seconds = status === 429 ? wait : Math.min(LONGEST_WAIT, 4 * 2 ** this.failures);
    this.waiting = setTimeout(() => this.resume(), seconds * 1000);
    return this.say(status === 429 ? say('send.waiting', { seconds }) : say('send.offline'));
  }

  /** What a refusal says of an emergency stands above the notice; it interrupts once, while its words stay the same. */
  warn(emergency) {
    if (this.warned === emergency?.text) return;
    this.warned = emergency?.text;
    this.querySelector('#form > .emergency')?.remove();
    if (emergency) this.parts.problem.before(emergencyView(emergency, this.dataset));
  }

  /** Try again what is waiting. */
  resume() {
    if (!this.nodes) return this.load();
    return this.waiting && !this.isSending ? this.send() : undefined;
  }

  stopWaiting() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
  }

  // Once it is sent.

  sent(report) {
    this.failures = 0;
    this.say('');
    this.warn();
    keep('report', { reference: report.reference });
    this.show(report);
  }

  show(report) {
    const { check, form, result } = this.parts;
    const act = { facts: this.dataset, print: () => window.print(), save: () => this.save(report), another: () => this.another() };
    check.hidden = true;
    form.hidden = true;
    result.hidden = false;
    result.replaceChildren(...resultView(report, this.asked, act));
    result.querySelector('[tabindex]').focus();
    this.parts.report.scrollTo({ top: 0 });
  }

  another() {
    const { check, form, result } = this.parts;
    keep('report', undefined);
    this.build();
    check.hidden = false;
    form.hidden = false;
    result.hidden = true;
    this.nodes[0].querySelector('textarea, input').focus();
  }

  /** The copy comes with the token in a header, which no plain link can carry. */
  async save({ reference }) {
    try {
      const { id, token } = recall('session');
      const copy = await call(`/conversations/${id}/reports/${reference}/copy?${language()}`, { token });
      saveFile(say('result.file', { reference }), await copy.blob());
    } catch {
      this.parts.result.append(el('p', { role: 'alert', class: 'fault' }, say('result.not_saved')));
    }
  }
}

customElements.define('askwell-report', AskwellReport);
