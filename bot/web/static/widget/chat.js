/** The chat: one custom element that wires the parts together. */

import { json, ofConversation } from './api.js';
import { embedded, hear, tell } from './bridge.js';
import { ask } from './dialog.js';
import { el } from './dom.js';
import { Outbox } from './outbox.js';
import { speakerOf, standing } from './message.js';
import { clear, isSomebodyHere, watch } from './idle.js';
import { linkBeside, paint } from './page.js';
import { forget, keep, recall } from './store.js';
import { listen } from './stream.js';
import { idOf, Thread } from './thread.js';
import { showCategories, showNoTopics, showSuggested } from './topics.js';
import { lengthOf, loadWords, say } from './words.js';

const LIMIT = 2000;
const WARN_AT = 1800;
/** While a question is in one of these states, a person has the conversation. */
const HELD = ['claimed', 'answered'];
/** In one of these, a reply may still come. */
const OPEN = ['waiting', ...HELD];

class AskwellChat extends HTMLElement {
  unread = 0;
  visible = !embedded;
  /** @type {Map<string, object>} the questions for the team, by reference */
  cases = new Map();
  /** Which unsent words were warned of: a warning interrupts once. */
  warned = new Set();

  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll('[id]')].map((node) => [node.id, node]));
    loadWords(this.dataset.strings);
    watch(this);
    this.build();
    this.wire();
    const unsent = this.resume();
    this.dataset.ready = '';
    hear((message) => this.hostSays(message));
    paint();
    linkBeside(this);
    this.restore(unsent);
    this.loadTopics();
  }

  build() {
    const choose = (choice) => this.choose(choice);
    const retry = (id) => this.outbox.retry(id);
    const send = (message) => this.askConsent(message);
    const decline = (message) => this.decline(message);
    this.thread = new Thread(this.parts.messages, this.parts.log, { choose, retry, send, decline, facts: this.dataset });
    this.outbox = new Outbox({
      session: (text) => this.session(text),
      changed: (item) => this.pending(item),
      arrived: (messages) => this.arrived(messages),
      returned: (item, problem) => this.returned(item, problem),
      ended: (item, problem) => this.ended(item, problem),
    });
  }

  wire() {
    const { composer, words, browse, all, back, close, end, ending, menu } = this.parts;
    composer.onsubmit = (event) => this.submit(event);
    words.oninput = () => this.typed();
    browse.onclick = () => this.browse(true);
    all.onclick = () => this.browse(true);
    back.onclick = () => this.browse(false);
    close.onclick = () => tell('close');
    end.onclick = () => {
      menu.hidePopover();
      this.parts['ending-open'].hidden = ![...this.cases.values()].some(({ state }) => OPEN.includes(state));
      ask(ending, (answer) => this.endingChosen(answer));
    };
    this.onkeydown = (event) => this.escape(event);
    this.addEventListener('click', (event) => this.onceOnly(event), true);
    window.addEventListener('online', () => this.online());
    window.addEventListener('offline', () => this.connection(false, 'chat.offline'));
  }

  /** @param {'shown'|'hidden'|'focus'} message */
  hostSays(message) {
    this.parts.close.hidden = false;
    this.visible = message !== 'hidden';
    if (this.visible) this.unread = 0;
    if (message === 'focus') this.focusFirst();
  }

  /** On a touch screen the keyboard would cover the welcome, so the log is focused there. */
  focusFirst() {
    const { words, log } = this.parts;
    if (document.activeElement === words) return;
    (matchMedia('(pointer: coarse)').matches ? log : words).focus({ preventScroll: true });
  }

  escape(event) {
    if (event.key !== 'Escape' || this.querySelector('dialog[open], :popover-open')) return;
    if (this.parts.topics.hidden) tell('close');
    else this.browse(false);
  }

  /** The second click of a double click chooses nothing: what lies under it may have changed. */
  onceOnly(event) {
    if (event.detail > 1 && event.target.closest('.chip')) event.stopPropagation();
  }

  // What the patient does.

  submit(event) {
    event.preventDefault();
    const { words } = this.parts;
    const text = words.value.trim();
    if (lengthOf(text) > LIMIT) return this.tooLong(text);
    if (text) this.outbox.add({ text });
    if (text) this.write('');
    words.focus();
  }

  /** Words that are not sent may tell of an emergency: the server, which refuses them too, says so. */
  tooLong(text) {
    this.problem(say('errors.too_long', { limit: LIMIT }));
    const ends = text.slice(0, LIMIT) + text.slice(-LIMIT);
    json('/conversations', { body: { text: ends } }).catch((problem) => this.alarm(problem));
  }

  /** @param {{id: string, label: string}} choice */
  choose({ id, label }) {
    this.browse(false);
    if (!this.outbox.holds(id)) this.outbox.add({ text: label, choice: id });
  }

  /** What is shared, and how to answer, is asked in a dialog. @param {object} message that offers it */
  async askConsent({ handoff, consent }) {
    if (this.asking) return;
    const reference = consent ?? handoff.reference;
    this.asking = true;
    const closed = () => { this.asking = false; };
    try {
      const { askConsent } = await import('./consent.js');
      askConsent({ session: recall('session'), reference, facts: this.dataset, place: this, closed, sent: (news) => this.sent(news, !handoff), refused: () => this.ended() });
    } catch {
      closed();
      this.notice(say('chat.offline'));
    }
  }

  /** What is added to another question has no card of its own that could say so. @param {object} handoff @param {boolean} isAdded */
  sent(handoff, isAdded) {
    this.caseChanged(handoff);
    if (isAdded) this.notice(say('handoff.added', handoff));
    else this.thread.focusCase(handoff.reference);
  }

  async decline({ handoff: { reference } }) {
    try {
      const answer = await ofConversation(recall('session'), `/handoffs/${reference}/decline`, { method: 'POST' });
      this.caseChanged(await answer.json());
    } catch {
      this.notice(say('handoff.nothing_sent'));
    }
  }

  typed() {
    const { words, counter } = this.parts;
    const left = LIMIT - lengthOf(words.value.trim());
    keep('draft', words.value || undefined);
    counter.hidden = left > LIMIT - WARN_AT;
    counter.textContent = say(left < 0 ? 'errors.over' : 'errors.left', { count: Math.abs(left) });
    counter.className = left < 0 ? 'bad' : '';
    this.problem('');
    words.style.height = '';
    words.style.height = `${words.scrollHeight}px`;
  }

  /** Put words into the composer. @param {string} text */
  write(text) {
    this.parts.words.value = text;
    this.typed();
  }

  problem(text) {
    const { problem, words } = this.parts;
    problem.textContent = text;
    problem.hidden = !text;
    words.setAttribute('aria-invalid', Boolean(text));
  }

  notice(text) {
    this.parts.notice.textContent = text;
    this.parts.notice.hidden = !text;
  }

  browse(open) {
    const { talk, topics, browse } = this.parts;
    if (topics.hidden !== open) return;
    talk.hidden = open;
    topics.hidden = !open;
    (open ? this.parts['topics-title'] : browse).focus();
  }

  // What the conversation does.

  /** The conversation, made when the first words are sent; if that is refused, the next words try for themselves. */
  session(text) {
    const kept = recall('session');
    if (kept) return Promise.resolve(kept);
    this.starting = (this.starting ?? Promise.reject()).catch(() => this.start(text));
    return this.starting;
  }

  async start(text) {
    const { id, token } = await json('/conversations', { body: { text } });
    keep('session', { id, token });
    this.follow({ id, token });
    return { id, token };
  }

  /** Take up what the last page left unsent, and what was typed and sent before this script was there. */
  resume() {
    const unsent = Object.values(this.outbox.items);
    unsent.forEach((item) => this.pending(item));
    const { early, rest } = this.typedEarly();
    const draft = [recall('draft'), rest].filter(Boolean).join('\n');
    if (draft || early) this.write(draft);
    if (early) this.outbox.add({ text: early });
    return unsent;
  }

  /** Words that were changed since they were sent, or are too long, stay in the box. */
  typedEarly() {
    const { composer, words: { value } } = this.parts;
    const { early = '' } = composer.dataset;
    const isSent = value.startsWith(early) && lengthOf(early.trim()) <= LIMIT;
    return isSent ? { early: early.trim(), rest: value.slice(early.length) } : { rest: value };
  }

  /** Show what was said before the page was loaded again, and send what was not sent. @param {object[]} unsent */
  async restore(unsent) {
    const session = recall('session');
    if (session) await this.loadHistory(session);
    unsent.filter(({ id }) => this.outbox.items[id]).forEach((item) => this.outbox.send(item));
  }

  async loadHistory(session) {
    try {
      const { messages } = await json(`/conversations/${session.id}/messages`, { token: session.token });
      messages.forEach((message) => this.place(message));
      this.thread.toEnd();
    } catch (problem) {
      if (problem.status === 401 || problem.status === 404) return this.ended();
      this.connection(false, 'chat.no_history');
    }
    this.follow(session);
  }

  follow(session) {
    this.listening = new AbortController();
    this.parts.end.hidden = false;
    listen({
      session,
      last: () => this.thread.last,
      signal: this.listening.signal,
      on: {
        message: (message) => this.arrived([message]),
        handoff: (handoff) => this.caseChanged(handoff),
        deleted: () => this.ended(undefined, {}, 'errors.deleted'),
        ended: () => this.ended(),
      },
      onState: (up) => this.connection(up),
      onRefused: () => this.ended(),
    });
  }

  /** Whether the server can be reached; whatever came from it shows that it can. */
  connection(up, words = 'chat.reconnecting') {
    const wasDown = this.down;
    this.down = !up;
    if (!up) return this.notice(say(words));
    if (!wasDown) return;
    this.notice('');
    this.outbox.flush();
  }

  /** An event stream may never notice that the network was away, so the server is asked. */
  online() {
    this.outbox.flush();
    json('/topics').then(() => this.connection(true), () => {});
  }

  /** A message of the patient's on its way, or stuck. */
  pending(item) {
    if (item.status === 'gone') return this.thread.drop(item.id);
    const fresh = this.thread.put(item);
    this.refresh();
    if (item.emergency) return this.warn(item.id);
    // The dots, or what went wrong and the way to try again, stand below it.
    if (fresh || item.status !== 'sending') this.thread.toEnd();
  }

  /** Unsent words tell of an emergency. @param {string} id */
  warn(id) {
    if (this.warned.has(id)) return;
    this.warned.add(id);
    const { message, node } = this.thread.shown.get(id);
    this.announce({ ...message, kind: 'emergency' }, node);
    this.thread.reveal(node.querySelector('.emergency'));
  }

  /** The same of words that went back into the box. @param {{emergency?: {text: string, html: string}}} problem */
  alarm({ emergency }) {
    if (!emergency) return;
    this.thread.drop('alarm');
    this.arrived([{ id: 'alarm', seq: this.thread.last + 0.5, author: 'bot', kind: 'emergency', ...emergency }]);
  }

  /** Place a message without announcing it; its own words are no longer on their way. */
  place(message) {
    this.outbox.done(idOf(message));
    if (message.handoff) this.cases.set(message.handoff.reference, message.handoff);
    const node = this.thread.put(message);
    this.refresh();
    return node;
  }

  arrived(messages) {
    if (messages.length) this.connection(true);
    const replies = messages
      .map((message) => [message, this.place(message)])
      .filter(([message, node]) => node && message.author !== 'patient');
    this.refresh();
    if (!replies.length) return;
    replies.forEach(([message, node]) => this.announce(message, node));
    this.thread.reveal(replies[0][1]);
    this.count(replies.length);
    const asks = replies.find(([message]) => message.consent);
    if (asks && !this.querySelector('dialog[open]')) this.askConsent(asks[0]);
  }

  /** A question for the team stands elsewhere now. @param {object} news */
  caseChanged({ reference, state, urgent, taken_by, reply_expected }) {
    const old = this.cases.get(reference);
    const handoff = { reference, state, urgent, taken_by, reply_expected };
    this.cases.set(reference, handoff);
    this.thread.showCase(handoff);
    this.refresh();
    if (old && old.state !== state && state !== 'declined') this.tellQuietly(say('handoff.news', { reference, state: standing(state, taken_by) }));
  }

  /** Whether the conversation is with a person; says so while it is, and when it no longer is. */
  showHolder() {
    const { held } = this.parts;
    const one = [...this.cases.values()].find(({ state }) => HELD.includes(state));
    if (!one && !held.hidden) this.notice(say('chat.bot_is_back'));
    held.hidden = !one;
    held.textContent = one ? say(one.taken_by ? 'chat.held_by' : 'chat.held_by_team', { name: one.taken_by }) : '';
    return Boolean(one);
  }

  /** Emergencies interrupt a screen reader; all other replies wait for it to finish. */
  announce(message, node) {
    if (message.kind === 'emergency') return node.querySelector('.emergency .body').setAttribute('role', 'alert');
    const body = node.querySelector('.body');
    const spoken = (part) => (part.querySelector('[lang]') ?? part.closest('[lang]')).lang;
    const lines = [...body.querySelectorAll('h3, .words > *, .chip')].map((part) => el('span', { lang: spoken(part) }, `${part.innerText}. `));
    this.tellQuietly(say('chat.says', { who: speakerOf(message) }), ...lines);
  }

  /** For a screen reader alone. @param {...(string|Node)} words */
  tellQuietly(...words) {
    const line = el('p', {}, ...words);
    this.parts.announcer.append(line);
    setTimeout(() => line.remove(), 10_000);
  }

  count(fresh) {
    if (this.visible) return;
    this.unread += fresh;
    tell('unread', { count: this.unread });
  }

  refresh() {
    this.parts.typing.hidden = this.showHolder() || !this.outbox.underWay.size;
    this.toggleAttribute('data-talking', this.thread.shown.size > 0);
  }

  /** The server refused these words: they go back into the box, with the reason. */
  returned({ id, text, choice }, problem) {
    const { status, reason } = problem;
    this.thread.drop(id);
    this.refresh();
    if (!choice) this.giveBack(text);
    this.problem(status === 413 ? say('errors.too_long', { limit: LIMIT }) : say('errors.refused', { reason }));
    this.alarm(problem);
  }

  giveBack(text) {
    this.write([text, this.parts.words.value].filter(Boolean).join('\n'));
  }

  /** The conversation is no longer ours: forget it, keep the unsent words of somebody who is here, and say so. */
  ended(item, problem = {}, why = '') {
    if (!isSomebodyHere()) return clear();
    const unsent = [item, ...Object.values(this.outbox.items)].filter((one) => one && !one.choice);
    this.reset();
    if (unsent.length) this.giveBack(unsent.map(({ text }) => text).join('\n'));
    this.notice(say(why || (unsent.length ? 'errors.unauthorised' : 'errors.expired')));
    this.alarm(problem);
  }

  /** @param {string} answer */
  endingChosen(answer) {
    if (answer !== 'end') return this.parts.more.focus();
    this.write('');
    this.reset();
    this.notice(say('chat.ended'));
    this.parts['welcome-title'].focus();
  }

  reset() {
    this.listening?.abort();
    forget();
    this.outbox.clear();
    this.thread.clear();
    this.cases.clear();
    this.warned.clear();
    this.starting = undefined;
    this.parts.held.hidden = true;
    this.parts.end.hidden = true;
    this.parts.announcer.replaceChildren();
    this.refresh();
  }

  async loadTopics() {
    const { suggested, 'topic-list': list } = this.parts;
    const choose = (choice) => this.choose(choice);
    try {
      const topics = await json('/topics');
      showSuggested(suggested, topics.suggested, choose);
      showCategories(list, topics.categories, choose);
    } catch {
      showNoTopics(list, () => this.loadTopicsAgain());
    }
  }

  /** The button that was pressed is gone then, and the focus with it. */
  async loadTopicsAgain() {
    await this.loadTopics();
    this.parts['topics-title'].focus();
  }
}

customElements.define('askwell-chat', AskwellChat);
