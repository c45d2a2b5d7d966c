/** How one message looks. */

import { dial, el, icon, markup, outside } from './dom.js';
import { clock, date, say } from './words.js';

const HEADED = { handoff: 'person', emergency: 'alert', withheld: 'clock', unavailable: 'alert' };

/**
 * @param {object} message as the API gives it; `status` may also be sending, unsent or waiting
 * @param {{choose: Function, retry: Function, facts: DOMStringMap}} act
 */
export function messageView(message, act) {
  const { author, kind, created_at: at } = message;
  const own = author === 'patient';
  const who = say(`chat.${own ? 'you' : author}`);
  return el(
    'article',
    { class: `message ${author} ${kind ?? ''}`, 'aria-label': who },
    author === 'staff' && el('p', { class: 'author' }, icon('person'), who),
    el('div', { class: 'body' }, ...(own ? [message.text] : replyParts(message, act))),
    el('p', { class: 'meta' }, at && el('time', { datetime: at }, clock(at)), own && delivery(message, act)),
  );
}

/** @param {object} message */
function replyParts(message, act) {
  return [
    message.answer ? answerHeading(message.answer) : kindHeading(message.kind),
    message.kind === 'emergency' && emergencyLines(message.text, act.facts),
    el('div', { class: 'words' }, markup(message.html ?? '')),
    message.choices?.length && choices(message, act),
    message.answer && provenance(message.answer),
    message.handoff && message.handoff.state !== 'offered' && reference(message.handoff),
  ];
}

const answerHeading = ({ title }) =>
  el('h3', {}, el('span', { class: 'eyebrow' }, say('answer.heading')), title);

const kindHeading = (kind) => HEADED[kind] && el('h3', { class: 'kind' }, icon(HEADED[kind]), say(`kinds.${kind}`));

/** Whom to call; the crisis line comes first where the words speak of it. */
function emergencyLines(text, { emergency, crisis, phone }) {
  const line = (number, name, look) =>
    number && el('a', { class: `button ${look}`, href: dial(number) }, icon('phone'), say(`emergency.${name}`, { number }));
  const despair = crisis && text.includes(crisis);
  return el('p', { class: 'buttons' }, despair && line(crisis, 'crisis', ''), line(emergency, 'call', ''), line(phone, 'clinic', 'plain'));
}

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
  return el('li', {}, linked ? outside(url, say('answer.new_tab'), title) : title, el('span', { class: 'publisher' }, publisher));
}

const reference = ({ reference: code, urgent }) =>
  code && el('p', { class: 'reference' }, say('handoff.reference'), ' ', el('strong', {}, code), urgent && el('span', { class: 'flag' }, say('handoff.urgent')));

/** Buttons that the server offers. A choice other than an answer can be taken once. */
function choices({ choices: offered, kind }, { choose }) {
  const list = el('ul', { class: 'chips', 'aria-label': kind === 'clarify' ? say('kinds.clarify') : null });
  const press = (choice) => (event) => {
    if (event.currentTarget.getAttribute('aria-disabled')) return;
    if (!choice.id.startsWith('answer:')) list.querySelectorAll('button').forEach((button) => button.setAttribute('aria-disabled', 'true'));
    choose(choice);
  };
  const look = ({ id }) => (/accept|start/.test(id) ? 'chip strong' : 'chip');
  list.append(...offered.map((choice) => el('li', {}, el('button', { type: 'button', class: look(choice), onclick: press(choice) }, choice.label))));
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
