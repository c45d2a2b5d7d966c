/** What can be done with an answer: say whether it was what was asked, keep its question for the visit. */

import { ofConversation } from './api.js';
import { el, icon } from './dom.js';
import { beside } from './page.js';
import { keep, recall } from './store.js';
import { say } from './words.js';

const REASONS = ['wrong_answer', 'unclear', 'out_of_date', 'missing'];
const PAUSE = 15_000;

/** Verdicts go out one after the other, so that the last one said is the last one heard. */
let line = Promise.resolve();
/** @type {Map<string, (outcome: 'saved'|'kept'|'refused') => void>} what shows how a message's verdict fared */
const watchers = new Map();

const kept = () => recall('feedback') ?? {};
/** One timer for all: each would otherwise send all of them again. */
let timer;
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
};

function flush() {
  line = line.then(() => Promise.all(Object.entries(kept()).map(([id, body]) => send(id, body))));
  return line;
}

/** A verdict that was changed meanwhile stays, to be sent too. */
async function send(id, body) {
  const session = recall('session');
  const outcome = await (session ? ofConversation(session, `/messages/${id}/feedback`, { body }) : Promise.reject(new Error()))
    .then(() => 'saved', ({ status }) => (status >= 400 && status < 500 && status !== 429 ? 'refused' : 'kept'));
  const { [id]: now, ...rest } = kept();
  if (JSON.stringify(now) !== JSON.stringify(body)) return;
  if (outcome === 'kept') later();
  else keep('feedback', rest);
  watchers.get(id)?.(outcome);
}

window.addEventListener('online', flush);
flush();

/** @param {HTMLElement} place @param {object} message an answer of the bot */
export function fill(place, message) {
  place.append(verdict(message), addition(message.answer.id));
}

/** "Was this what you asked?" @param {object} message */
function verdict({ id, feedback }) {
  let said = kept()[id] ?? feedback;
  const press = (helpful) => () => (helpful ? give({ helpful, reason: null }) : open());
  const yes = el('button', { type: 'button', class: 'chip', onclick: press(true) }, say('feedback.yes'));
  const no = el('button', { type: 'button', class: 'chip', onclick: press(false), 'aria-expanded': 'false' }, say('feedback.no'));
  const reasons = REASONS.map((reason) =>
    el('button', { type: 'button', class: 'chip', onclick: () => give({ helpful: false, reason }) }, say(`feedback.${reason}`)));
  const why = el('div', { role: 'group', 'aria-label': say('feedback.why'), class: 'why', hidden: true },
    el('p', { 'aria-hidden': 'true' }, say('feedback.why')), el('p', { class: 'chips' }, ...reasons));
  const outcome = el('p', { role: 'status', class: 'outcome' });

  function open() {
    why.hidden = false;
    no.setAttribute('aria-expanded', 'true');
    reasons[0].focus();
  }
  function draw() {
    yes.setAttribute('aria-pressed', String(said?.helpful === true));
    no.setAttribute('aria-pressed', String(said?.helpful === false));
    reasons.forEach((button, at) => button.setAttribute('aria-pressed', String(said?.reason === REASONS[at])));
    why.hidden = said?.helpful !== false;
    no.setAttribute('aria-expanded', String(!why.hidden));
  }
  function give(body) {
    said = body;
    keep('feedback', { ...kept(), [id]: body });
    draw();
    return flush();
  }

  watchers.set(id, (result) => { outcome.textContent = say(`feedback.${result}`); });
  draw();
  return el('div', { class: 'verdict' },
    el('div', { role: 'group', 'aria-label': say('feedback.question'), class: 'ask' }, el('span', { 'aria-hidden': 'true' }, say('feedback.question')), yes, no), why, outcome);
}

/** "Add to my questions". @param {string} answer its id */
function addition(answer) {
  const outcome = el('p', { role: 'status', class: 'outcome' });
  const button = el('button', { type: 'button', class: 'link', onclick: () => add() }, icon('plus'), say('sheet.add'));
  const place = el('div', { class: 'addition' }, button, outcome);
  const added = () => recall('added') ?? [];

  function done(focus) {
    const link = el('a', { href: beside('/widget/sheet') }, say('sheet.open'));
    button.remove();
    outcome.replaceChildren(icon('check'), el('span', {}, say('sheet.added')), link);
    if (focus) link.focus();
  }
  async function add() {
    if (button.getAttribute('aria-disabled')) return;
    button.setAttribute('aria-disabled', 'true');
    try {
      await ofConversation(recall('session'), '/sheet/questions', { body: { answer } });
      keep('added', [...new Set([...added(), answer])]);
      done(true);
    } catch {
      button.removeAttribute('aria-disabled');
      outcome.textContent = say('sheet.not_added');
    }
  }

  if (added().includes(answer)) done(false);
  return place;
}
