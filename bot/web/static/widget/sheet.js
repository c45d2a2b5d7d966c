/** The prep sheet: one custom element that wires its parts together. */

import { call, json } from './api.js';
import { hear, tell } from './bridge.js';
import { ask } from './dialog.js';
import { el, icon, markup, withNumbers } from './dom.js';
import { saveFile } from './file.js';
import { clear, isSomebodyHere, watch } from './idle.js';
import { emergencyLines } from './lines.js';
import { beside, linkBeside, paint } from './page.js';
import { QuestionList } from './sheet_list.js';
import { askedView, grow, offerView, orNone, readinessView, readView, sectionView } from './sheet_parts.js';
import { keyOf, Saver } from './sheet_saver.js';
import { keep, recall } from './store.js';
import { clock, loadWords, say } from './words.js';

const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;

class AskwellSheet extends HTMLElement {
  async connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll('[id]')].map((node) => [node.id, node]));
    this.query = `?lang=${document.documentElement.lang}`;
    paint();
    hear((message) => this.hostSays(message));
    loadWords(this.dataset.strings);
    watch(this);
    this.wire();
    await this.begin();
    this.dataset.ready = '';
  }

  wire() {
    const { back, close, add, own, print, pdf, mail, share, mailing, sharing, form } = this.parts;
    back.href = beside('/widget');
    linkBeside(this.parts.none);
    close.onclick = () => tell('close');
    form.onsubmit = (event) => event.preventDefault();
    add.onclick = () => this.addOwn();
    own.onkeydown = (event) => this.ownKey(event);
    print.onclick = () => window.print();
    pdf.onclick = () => this.download();
    mail.onclick = () => this.openMail();
    share.onclick = () => ask(sharing, (answer) => this.sharingChosen(answer));
    this.parts['mail-form'].onsubmit = (event) => this.mailChosen(event);
    this.parts['mail-cancel'].onclick = () => mailing.close();
    mailing.onclose = () => mail.focus();
    this.onkeydown = (event) => this.escape(event);
    window.addEventListener('beforeprint', () => this.toPaper());
    window.addEventListener('online', () => this.online());
    document.addEventListener('visibilitychange', () => document.hidden && this.saver?.flush());
  }

  /** @param {'shown'|'hidden'|'focus'} message */
  hostSays(message) {
    this.parts.close.hidden = false;
    if (message === 'focus') this.parts.sheet.focus();
  }

  /** Returns nothing: a handler's `false` would swallow the key. */
  escape({ key }) {
    const { mailing, sharing } = this.parts;
    if (key === 'Escape' && !mailing.open && !sharing.open) tell('close');
  }

  async begin() {
    const session = recall('session');
    if (!session) return this.none();
    const { query } = this;
    this.saver = new Saver({
      session,
      query,
      state: (name, more) => this.state(name, more),
      saved: (sheet) => this.saved(sheet),
      merged: (sheet) => this.merged(sheet),
      alarm: (emergency) => this.showEmergency(emergency),
    });
    return this.load();
  }

  none() {
    this.parts.none.hidden = false;
    this.parts.form.hidden = true;
  }

  async load() {
    this.notice(say('sheet.loading'));
    try {
      await this.saver.load();
    } catch ({ status }) {
      if (status === 401 || status === 404) return this.none(this.notice(''), keep('sheet', undefined));
      return this.notice(say('sheet.no_load'), el('button', { type: 'button', class: 'link', onclick: () => this.loadAgain() }, say('sheet.retry')));
    }
    this.notice('');
    this.parts.form.hidden = false;
    this.show(this.saver.base);
    return this.saver.flush();
  }

  online() {
    return this.saver?.base ? this.saver.flush() : this.saver && this.load();
  }

  /** The button that was pressed is gone then, and the focus with it. */
  async loadAgain() {
    await this.load();
    this.parts.sheet.focus();
  }

  // What is shown.

  /** The sheet, with what is not saved yet on top of it. */
  show(sheet) {
    const { pending } = this.saver;
    for (const section of sheet.sections) {
      const parts = section.parts.map((part) => ({ ...part, text: pending.parts[part.id] ?? part.text }));
      this.parts[section.id].replaceChildren(sectionView({ ...section, parts }, (part, text) => this.saver.set('parts', part, text)));
    }
    this.querySelectorAll('textarea').forEach(grow);
    this.showQuestions(sheet);
    const ready = sheet.readiness.map((item) => ({ ...item, answer: item.id in pending.readiness ? pending.readiness[item.id] : item.answer }));
    this.parts.ready.replaceChildren(...ready.map((item) => readinessView(item, (id, answer) => this.saver.set('readiness', id, answer))));
    this.showLedger(sheet);
    this.showWays(sheet);
  }

  showQuestions(sheet) {
    const { list, 'list-empty': empty, 'list-title': title, offers } = this.parts;
    title.tabIndex = -1;
    this.list ??= new QuestionList({ list, empty, title, changed: (items) => this.listed(items), announce: (words) => this.announce(words) });
    this.offered = new Map(sheet.topics.flatMap(({ questions }) => questions.map((question) => [question.id, question])));
    const known = new Map([...this.offered, ...sheet.questions.map((item) => [keyOf(item), item])]);
    const pending = this.saver.pending.questions;
    this.list.show(pending ? pending.map((item) => ({ why: null, id: null, ...known.get(keyOf(item)), ...item })) : sheet.questions);
    offers.replaceChildren(...sheet.topics.map((topic) => this.topic(topic)));
  }

  topic({ title, suggested, questions }) {
    const choose = (question) => (box) => this.tick(question, box);
    return el('details', { open: suggested },
      el('summary', {}, title, suggested && el('span', { class: 'flag' }, say('sheet.suggested'))),
      el('ul', {}, ...questions.map((question) => offerView(question, this.list.has(question.id), choose(question)))));
  }

  /** What follows from the ledger and from the answers given, and so comes anew with each saving. */
  showLedger({ readiness, read, for_provider: asked }) {
    const talk = readiness.filter(({ answer }) => answer === false).map((item) => el('li', {}, item.talk_about));
    this.parts.talk.replaceChildren(...orNone(talk, 'sheet.nothing_to_talk'));
    this.parts.read.replaceChildren(...orNone(read.map(readView), 'sheet.nothing_read'));
    this.parts.asked.replaceChildren(...orNone(asked.map(askedView), 'sheet.nothing_asked'));
  }

  showWays({ pdf, email }) {
    this.parts.pdf.hidden = !pdf;
    this.parts.mail.hidden = email === 'off';
    this.parts['no-pdf'].hidden = pdf;
    this.parts['no-pdf'].textContent = say('sheet.no_pdf');
  }

  /** Whom to call comes first and interrupts a screen reader. */
  showEmergency({ text, html, self_harm: despair }) {
    const { emergency: box } = this.parts;
    box.querySelector('.words').replaceChildren(markup(html));
    box.querySelector('.buttons').replaceWith(emergencyLines(text, this.dataset, despair));
    box.hidden = false;
    box.setAttribute('role', 'alert');
    this.parts.scroll.scrollTo({ top: 0 });
  }

  // Saving.

  saved(sheet) {
    this.showLedger(sheet);
    // The first saving after a merge is the merge's own.
    if (this.isMergeNews && !this.isMergeSaved) this.isMergeSaved = true;
    else if (this.isMergeNews) this.isMergeNews = this.notice('');
    if (sheet.emergency) this.showEmergency(sheet.emergency);
  }

  /** Show what came from elsewhere without taking the focus from where it is. */
  merged(sheet) {
    const { id, selectionStart } = document.activeElement;
    this.show(sheet);
    this.notice(say('sheet.merged'));
    this.isMergeNews = true;
    this.isMergeSaved = false;
    const box = id && this.querySelector(`#${id}`);
    box?.focus({ preventScroll: true });
    if (selectionStart != null) box?.setSelectionRange?.(selectionStart, selectionStart);
  }

  state(name, more = {}) {
    if (name === 'ended' && !isSomebodyHere()) return clear();
    const words = name === 'saved' && !this.saver.base.updated_at ? '' : say(`sheet.${name}`, more);
    // A screen reader would say the same words again.
    if (words === this.parts.state.textContent) return;
    this.parts.state.textContent = words;
    this.parts.state.className = ['saved', 'saving'].includes(name) ? '' : 'bad';
    this.parts.state.title = name === 'saved' ? say('sheet.saved_at', { time: clock(new Date().toISOString()) }) : '';
  }

  notice(words, ...more) {
    this.parts.notice.replaceChildren(words, ...more);
    this.parts.notice.hidden = !words;
  }

  announce(words) {
    this.parts.announcer.textContent = words;
  }

  // The list.

  listed(items) {
    this.saver.setQuestions(items);
    this.offered.forEach((_, id) => { this.querySelector(`#offer-${id}`).checked = this.list.has(id); });
  }

  tick(question, box) {
    if (!box.checked) this.list.remove(question.id);
    else box.checked = this.list.add(question);
  }

  ownKey(event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    this.addOwn();
  }

  addOwn() {
    const { own } = this.parts;
    const text = own.value.trim();
    if (text && this.list.add({ id: null, text, why: null })) own.value = '';
    grow(own);
    own.focus();
  }

  // Taking it along.

  toPaper() {
    this.querySelectorAll('.paper').forEach((paper) => { paper.textContent = paper.parentElement.querySelector('textarea').value; });
  }

  /** What did not work looks otherwise than what did. @param {string} words @param {string} [look] */
  done(words, look = '') {
    const { done } = this.parts;
    done.replaceChildren(...(look ? [icon('alert')] : []), withNumbers(words));
    done.className = look;
    done.scrollIntoView({ block: 'nearest' });
  }

  failed(words) {
    this.done(words, 'bad');
  }

  /** Whether the server has every word. */
  async allSaved() {
    await this.saver.flush();
    if (!this.saver.isClean) this.failed(say('sheet.unsaved'));
    return this.saver.isClean;
  }

  async download() {
    if (!(await this.allSaved())) return;
    this.done(say('sheet.pdf_busy'));
    try {
      const response = await call(`${this.saver.path}.pdf${this.query}`, { token: this.saver.session.token });
      const [, name] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
      saveFile(name ?? 'prep-sheet.pdf', await response.blob());
      this.done(say('sheet.pdf_done'));
    } catch {
      this.failed(say('sheet.pdf_failed'));
    }
  }

  openMail() {
    this.badAddress(false);
    this.parts.mailing.showModal();
  }

  badAddress(bad) {
    const { to, 'to-problem': problem } = this.parts;
    problem.hidden = !bad;
    problem.textContent = bad ? say('sheet.mail_bad') : '';
    to.toggleAttribute('aria-invalid', bad);
    if (bad) to.focus();
    if (bad) problem.scrollIntoView({ block: 'nearest' });
  }

  mailChosen(event) {
    event.preventDefault();
    const to = this.parts.to.value.trim();
    if (!ADDRESS.test(to)) return this.badAddress(true);
    if (!this.mailed) this.mailed = this.mail(to).finally(() => { this.mailed = undefined; });
  }

  /** The dialog stays open until the server has taken the address. */
  async mail(to) {
    const { mailing } = this.parts;
    this.badAddress(false);
    if (!(await this.allSaved())) return mailing.close();
    try {
      const { sent } = await this.post('/email', { to });
      this.parts.to.value = '';
      mailing.close();
      this.done(say(sent ? 'sheet.mail_done' : 'sheet.mail_kept'));
    } catch ({ status, reason }) {
      if (status === 422) return this.badAddress(true);
      mailing.close();
      this.failed(reason ? say('sheet.mail_failed', { reason }) : say('sheet.mail_offline'));
    }
  }

  sharingChosen(answer) {
    this.parts.share.focus();
    if (answer === 'share') this.share();
  }

  async share() {
    if (!(await this.allSaved())) return;
    try {
      this.done(say('sheet.share_done', await this.post('/share', {})));
    } catch {
      this.failed(say('sheet.share_failed'));
    }
  }

  post(route, body) {
    return json(this.saver.path + route + this.query, { token: this.saver.session.token, body });
  }
}

customElements.define('askwell-sheet', AskwellSheet);
