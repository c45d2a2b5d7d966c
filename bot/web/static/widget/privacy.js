/** My data: what is kept, a copy of it, a private code, and deletion. */

import { call, json } from './api.js';
import { hear, tell } from './bridge.js';
import { ask } from './dialog.js';
import { el } from './dom.js';
import { saveFile } from './file.js';
import { watch } from './idle.js';
import { beside, paint } from './page.js';
import { forget, keep, recall } from './store.js';
import { loadWords, moment, say } from './words.js';

/** What is worth reading of each kind of record; of any other kind, everything but its ids. */
const FIELDS = {
  messages: ['created_at', 'author', 'words', 'button'],
  handoffs: ['created_at', 'reference', 'state', 'reason', 'contact_way', 'contact_detail', 'taken_by'],
  prep_words: ['part', 'text', 'changed_at'],
  prep_questions: ['text', 'top'],
  prep_sheet: ['updated_at'],
  reports: ['submitted_at'],
  feedback: ['given_at', 'helpful', 'reason'],
  conversation: ['created_at', 'last_used_at'],
};
const MOMENT = /^\d{4}-\d\d-\d\dT/;

/** A value as a person reads it. @param {unknown} value */
function readable(value) {
  if (typeof value === 'object') return JSON.stringify(value);
  if (MOMENT.test(String(value))) return moment(value);
  return say(`values.${value}`) || String(value);
}

const isWorthIt = ([name, value]) => value != null && value !== '' && !/(^|_)id$/.test(name) && !(Array.isArray(value) && !value.length);

/** One record as a list of names and values. @param {[string, unknown][]} pairs */
const listed = (pairs) => pairs.flatMap(([name, value]) => lined(say(`fields.${name}`) || name, readable(value)));

const lined = (label, words) => [el('dt', {}, label), el('dd', {}, words)];

/** @param {string} kind @param {object} record */
function fieldsOf(kind, record) {
  const names = FIELDS[kind] ?? Object.keys(record);
  return names.map((name) => [name, record[name]]).filter(isWorthIt);
}

/** What was written in a report, each answer under the question that the report page asks. @param {object} fields @param {object[]} form */
const reported = (fields, form) =>
  Object.entries(fields ?? {}).flatMap(([name, given]) => {
    const { label = name.replaceAll('_', ' '), options = [] } = form.find((field) => field.name === name) ?? {};
    return lined(label, options.find(({ value }) => value === given)?.label ?? given);
  });

/** The report page's own labels; without them the record is shown all the same. */
async function reportForm() {
  const { fields } = await json(`/report-form?lang=${document.documentElement.lang}`).catch(() => ({ fields: [] }));
  return fields;
}

class AskwellPrivacy extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll('[id]')].map((node) => [node.id, node]));
    paint();
    this.parts.chat.href = beside('/widget');
    hear((message) => this.hostSays(message));
    loadWords(this.dataset.strings);
    watch(this);
    this.wire();
    this.refresh();
    this.dataset.ready = '';
  }

  wire() {
    const { copy, close } = this.parts;
    this.doing('show', () => this.show());
    this.doing('save-json', () => this.saveCopy('json', 'record.json'));
    this.doing('save-fhir', () => this.saveCopy('fhir', 'record.fhir.json'));
    this.doing('make-code', () => this.makeCode());
    copy.onclick = () => this.copy();
    close.onclick = () => tell('close');
    this.parts.delete.onclick = () => this.ask(this.parts.delete, () => recall('session'));
    this.parts['by-code'].onsubmit = (event) => this.byCode(event);
    this.onkeydown = (event) => this.escape(event);
  }

  /** Let a button do something that may fail, once at a time. @param {string} id @param {() => Promise<void>} work */
  doing(id, work) {
    const button = this.parts[id];
    button.onclick = () => this.attempt(button, work);
  }

  async attempt(button, work) {
    if (button.ariaBusy === 'true') return;
    button.ariaBusy = 'true';
    this.notice('');
    try {
      await work();
    } catch (problem) {
      this.failed(problem);
    } finally {
      button.ariaBusy = 'false';
    }
  }

  escape({ key }) {
    if (key === 'Escape' && !this.parts.deleting.open) tell('close');
  }

  hostSays(message) {
    this.parts.close.hidden = false;
    if (message === 'focus') this.parts.chat.focus();
  }

  /** Show what can be done here: with a conversation on this device, or without. */
  refresh() {
    const has = Boolean(recall('session'));
    this.parts.mine.hidden = !has;
    this.parts.other.hidden = has;
  }

  notice(text) {
    const { notice } = this.parts;
    notice.textContent = text;
    notice.hidden = !text;
    this.problem('');
  }

  problem(text) {
    const { problem, typed } = this.parts;
    problem.textContent = text;
    problem.hidden = !text;
    typed.toggleAttribute('aria-invalid', Boolean(text));
    if (text) typed.focus();
  }

  /** @param {{status: number, wait: number}} problem */
  failed({ status, wait }) {
    if (status === 404 || status === 422) return this.problem(say('errors.code'));
    if (status === 401) return this.lost();
    this.notice(status === 429 ? say('errors.wait', { seconds: wait }) : say(status ? 'errors.server' : 'errors.network'));
  }

  /** The conversation opens no more from this device. */
  lost() {
    forget();
    this.hide();
    this.refresh();
    this.notice(say('errors.expired'));
    this.parts.typed.focus();
  }

  /** Put away what was shown of the conversation. */
  hide() {
    const { held, show, code, 'new-code': fresh } = this.parts;
    held.replaceChildren();
    code.textContent = '';
    held.hidden = fresh.hidden = true;
    show.setAttribute('aria-expanded', 'false');
    show.textContent = say('page.show');
  }

  async export(format) {
    const { id, token } = recall('session');
    return call(`/conversations/${id}/export?format=${format}`, { token });
  }

  async show() {
    const { held, show } = this.parts;
    if (!held.hidden) return this.hide();
    const parts = await (await this.export('json')).json();
    const form = parts.reports?.length ? await reportForm() : [];
    held.replaceChildren(...Object.entries(parts).flatMap(([kind, records]) => this.part(kind, records, form)));
    held.hidden = false;
    show.setAttribute('aria-expanded', 'true');
    show.textContent = say('page.hide');
  }

  part(kind, records, form) {
    const lines = (record) => [...listed(fieldsOf(kind, record)), ...(kind === 'reports' ? reported(record.fields, form) : [])];
    const items = records.map((record) => el('li', {}, el('dl', {}, ...lines(record))));
    const title = el('h3', {}, say(`kinds.${kind}`) || kind);
    return [title, items.length ? el('ul', {}, ...items) : el('p', { class: 'quiet' }, say('page.nothing'))];
  }

  async saveCopy(format, name) {
    saveFile(name, await (await this.export(format)).blob());
    this.notice(say('page.saved'));
  }

  async makeCode() {
    const { id, token } = recall('session');
    const { code } = await json(`/conversations/${id}/code`, { method: 'POST', token });
    this.parts.code.textContent = code;
    this.parts['new-code'].hidden = false;
    this.parts['make-code'].textContent = say('page.make_again');
    this.parts.code.focus();
  }

  /** A browser may not let a page in a frame use the clipboard: then the code is marked, to be copied by hand. */
  async copy() {
    const { code } = this.parts;
    try {
      await navigator.clipboard.writeText(code.textContent);
      this.notice(say('page.copied'));
    } catch {
      getSelection().selectAllChildren(code);
      this.notice(say('page.marked'));
    }
  }

  async byCode(event) {
    event.preventDefault();
    const { typed } = this.parts;
    if (!typed.value.trim()) return this.problem(say('errors.empty'));
    const open = () => json('/access', { body: { code: typed.value } });
    if (event.submitter?.value === 'delete') return this.ask(event.submitter, open);
    await this.attempt(event.submitter ?? typed, async () => this.opened(await open()));
  }

  opened({ id, token }) {
    keep('session', { id, token });
    this.parts.typed.value = '';
    this.parts.gone.hidden = true;
    this.refresh();
    this.notice(say('page.opened'));
    this.parts['show-title'].focus();
  }

  /** Ask before deleting. @param {HTMLElement} button @param {() => object|Promise<object>} session whose conversation it is */
  ask(button, session) {
    ask(this.parts.deleting, (answer) => {
      if (answer !== 'delete') return button.focus();
      return this.attempt(button, async () => this.remove(await session()));
    });
  }

  async remove({ id, token }) {
    const { receipt } = await json(`/conversations/${id}`, { method: 'DELETE', token });
    forget();
    this.hide();
    this.refresh();
    this.parts.typed.value = '';
    this.receipt(receipt);
  }

  receipt(receipt) {
    const { id, deleted_at: at, messages, handoffs } = receipt;
    this.parts.receipt.replaceChildren(...listed(Object.entries({ deleted_at: at, number: id, messages, handoffs })));
    this.parts['save-receipt'].onclick = () => saveFile('receipt.json', new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
    this.parts.gone.hidden = false;
    this.parts['gone-title'].focus();
  }
}

customElements.define('askwell-privacy', AskwellPrivacy);
