/** How one message looks. */

import { el, icon, markup, outside } from './dom.js';
import { emergencyLines } from './lines.js';
import { beside } from './page.js';
import { clock, date, say, SPOKEN } from './words.js';

const HEADED = { handoff: 'person', emergency: 'alert', withheld: 'clock', unavailable: 'alert' };

/** Who said it, in words. @param {object} message */
export function speakerOf({ author, by }) {
  if (author === 'staff' && by) return say('chat.staff_by', { name: by });
  return say(`chat.${author === 'patient' ? 'you' : author}`);
}

/**
 * @param {object} message as the API gives it; `status` may also be sending, unsent or waiting
 * @param {{choose: Function, retry: Function, send: Function, decline: Function, facts: DOMStringMap}} act
 */
export function messageView(message, act) {
  const { author, kind, created_at: at } = message;
  const own = author === 'patient';
  return el(
    'article',
    { class: `message ${author} ${kind ?? ''}`, 'aria-label': speakerOf(message), tabindex: -1 },
    author === 'staff' && el('p', { class: 'author' }, icon('person'), speakerOf(message)),
    el('div', { class: 'body' }, ...(own ? [message.text] : replyParts(message, act))),
    own && message.emergency && warning(message.emergency, act),
    el('p', { class: 'meta' }, at && el('time', { datetime: at }, clock(at)), own && delivery(message, act)),
    kind === 'answer' && message.answer && tools(message),
  );
}

/** What the server says of an emergency in words that it could not take yet. @param {{text: string, html: string}} words */
const warning = (words, act) =>
  el('div', { class: 'emergency' }, el('div', { class: 'body' }, ...replyParts({ kind: 'emergency', ...words }, act)));

/** What can be done with an answer; drawn when its code has come. @param {object} message */
function tools(message) {
  const place = el('div', { class: 'tools' });
  import('./tools.js').then(({ fill }) => fill(place, message)).catch(() => place.remove());
  return place;
}

/** @param {object} message */
function replyParts(message, act) {
  return [
    message.answer ? answerHeading(message.answer) : kindHeading(message.kind),
    message.kind === 'emergency' && emergencyLines(message.text, act.facts),
    el('div', { class: 'words', lang: SPOKEN }, markup(message.html ?? '')),
    choices(message, act),
    message.answer && provenance(message.answer),
    message.handoff && caseView(message, act),
  ];
}

const answerHeading = ({ title }) =>
  el('h3', {}, el('span', { class: 'eyebrow' }, say('answer.heading')), el('span', { lang: SPOKEN }, title));

const kindHeading = (kind) => HEADED[kind] && el('h3', { class: 'kind' }, icon(HEADED[kind]), say(`kinds.${kind}`));

/** Sources, who approved the words, and until when they hold. @param {object} answer */
function provenance(answer) {
  const { sources = [], review_due: due } = answer;
  return el(
    'footer',
    { class: 'provenance' },
    sources.length && el('p', { class: 'label' }, say(sources.length > 1 ? 'answer.sources' : 'answer.source')),
    sources.length && el('ul', {}, ...sources.map(source)),
    el('p', { class: answer.starter ? 'review starter' : 'review' },
      icon(answer.starter ? 'clock' : 'check'), el('span', {}, [reviewer(answer), due && say('answer.due', { date: date(due) })].filter(Boolean).join(' '))),
  );
}

/** @param {object} answer */
function reviewer({ starter, approved_by: name, approved_on: on }) {
  if (starter || !name) return say('answer.starter');
  return on ? say('answer.approved', { name, date: date(on) }) : say('answer.approved_by', { name });
}

function source({ title, publisher, url }) {
  const linked = /^https?:/i.test(url ?? '');
  const words = el('span', { lang: SPOKEN }, title);
  return el('li', {}, linked ? outside(url, say('answer.new_tab'), words) : words, el('span', { class: 'publisher', lang: SPOKEN }, publisher));
}

/** Where a question for a person stands, and what the patient can do about it; whoever may need help at once is told of no reply to wait for. @param {object} message */
export function caseView(message, act) {
  const { reference, state, urgent, taken_by: name, reply_expected: reply } = message.handoff;
  const waits = state === 'waiting';
  if (state === 'offered' || state === 'declined') return offer(message, act, state === 'declined');
  return el(
    'div',
    { class: 'case', tabindex: -1 },
    el('p', {}, say('handoff.reference'), ' ', el('strong', {}, reference), ' ', urgent && el('span', { class: 'flag' }, say('handoff.urgent'))),
    el('p', { class: 'stands' }, icon(waits ? 'clock' : state === 'claimed' ? 'person' : 'check'), standing(state, name)),
    waits && !urgent && el('p', { lang: SPOKEN }, reply),
  );
}

/** @param {string} state @param {string} [name] of the person who has it */
export const standing = (state, name) => say(`handoff.${state}${name && state !== 'waiting' && state !== 'resolved' ? '_by' : ''}`, { name });

function offer(message, act, declined) {
  const button = (look, words, onclick) => el('button', { type: 'button', class: `chip ${look}`, onclick }, words);
  return el(
    'div',
    { class: 'case offer', tabindex: -1 },
    declined && el('p', {}, say('handoff.declined')),
    el('p', { class: 'chips' },
      button(declined ? '' : 'strong', say(declined ? 'handoff.send_after_all' : 'handoff.send'), () => act.send(message)),
      !declined && button('', say('handoff.not_now'), () => act.decline(message))),
  );
}

/** Buttons that the server offers. A choice other than an answer can be taken once. */
function choices(message, { choose, send }) {
  const { choices: all, kind, handoff, consent } = message;
  const offered = (all ?? []).filter(({ id }) => !handoff || !id.startsWith('handoff:'));
  if (!offered.length) return null;
  const list = el('ul', { class: 'chips', 'aria-label': kind === 'clarify' ? say('kinds.clarify') : null });
  const press = (choice) => (event) => {
    if (event.currentTarget.getAttribute('aria-disabled')) return;
    if (consent && choice.id === 'handoff:accept') return send(message);
    if (!choice.id.startsWith('answer:')) list.querySelectorAll('button').forEach((button) => button.setAttribute('aria-disabled', 'true'));
    choose(choice);
  };
  const control = (choice) => {
    const { id, label } = choice;
    const page = /^(report|sheet):/.exec(id);
    const look = { class: /:(accept|open|start)$/.test(id) ? 'chip strong' : 'chip', lang: SPOKEN };
    return page
      ? el('a', { ...look, href: beside(`/widget/${page[1]}`) }, label)
      : el('button', { ...look, type: 'button', onclick: press(choice) }, label);
  };
  list.append(...offered.map((choice) => el('li', {}, control(choice))));
  return list;
}

/** @param {object} message */
function delivery({ id, status, wait }, { retry }) {
  const words = {
    sending: 'chat.sending', unsent: 'chat.not_sent', waiting: 'chat.waiting', conflict: 'errors.conflict', held: 'chat.held',
  };
  const again = ['unsent', 'conflict'].includes(status);
  return el(
    'span',
    { class: `state ${again || status === 'waiting' ? 'bad' : ''}` },
    say(words[status] ?? 'chat.delivered', { seconds: wait }),
    again && el('button', { type: 'button', class: 'link', onclick: () => retry(id) }, say('chat.retry')),
  );
}
