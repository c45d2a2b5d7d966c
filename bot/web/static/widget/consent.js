/** The dialog that asks whether, and how, a question goes to the clinic's team. Nothing is sent before "Send". */

import { ofConversation } from './api.js';
import { dial, el } from './dom.js';
import { clock, say, SPOKEN } from './words.js';

const FITS = { phone: /^(?=(\D*\d){7,20}\D*$)[\d\s().+/-]+$/, email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ };
const WAYS = ['chat', 'phone', 'email'];
const KEYBOARDS = { phone: 'tel', email: 'email' };

/**
 * Show the dialog; it is gone when it is closed.
 * @param {{session: object, reference: string, facts: DOMStringMap, place: Element,
 *   sent: (handoff: object) => void, closed: () => void, refused: () => void}} wiring
 */
export function askConsent(wiring) {
  const content = el('div', { class: 'consent-content' }, el('p', { role: 'status' }, say('consent.loading')));
  const dialog = el('dialog', { class: 'consent', 'aria-labelledby': 'consent-title' },
    el('h2', { id: 'consent-title', tabindex: -1 }, say('consent.title')), content);
  dialog.onclose = () => {
    dialog.remove();
    wiring.closed();
  };
  wiring.place.append(dialog);
  dialog.showModal();
  load(dialog, content, wiring);
}

async function load(dialog, content, wiring) {
  try {
    const response = await ofConversation(wiring.session, `/handoffs/${wiring.reference}`);
    content.replaceChildren(form(await response.json(), dialog, wiring));
    dialog.querySelector('h2').focus();
  } catch (problem) {
    if (refused(problem, dialog, wiring)) return;
    const again = el('button', { type: 'button', class: 'button', onclick: () => load(dialog, content, wiring) }, say('chat.retry'));
    content.replaceChildren(el('p', { role: 'alert' }, say('consent.not_loaded')), foot(wiring, null, again, close(dialog)));
    again.focus();
  }
}

function refused({ status }, dialog, wiring) {
  if (status !== 401) return false;
  dialog.close();
  wiring.refused();
  return true;
}

const close = (dialog) => el('button', { type: 'button', class: 'button plain', onclick: () => dialog.close() }, say('handoff.not_now'));

/** @param {object} handoff as the API gives it */
function form(handoff, dialog, wiring) {
  const contact = contactPart(handoff.contact ?? {});
  const sheet = el('input', { type: 'checkbox', name: 'sheet' });
  const problem = el('p', { role: 'alert', class: 'bad', hidden: true });
  const send = el('button', { type: 'submit', class: 'button' }, say('consent.send'));
  const node = el('form', { novalidate: true }, sharedPart(handoff),
    el('p', {}, handoff.reply_expected && el('span', { lang: SPOKEN }, handoff.reply_expected, ' '), el('span', { class: 'quiet' }, say('consent.urgent'))),
    contact.node, el('label', { class: 'tick' }, sheet, say('consent.sheet')),
    foot(wiring, problem, send, close(dialog)));
  const body = () => ({ contact: contact.value(), attach_sheet: sheet.checked });
  node.onsubmit = (event) => {
    event.preventDefault();
    if (contact.check() && !send.getAttribute('aria-disabled')) submit({ body: body(), contact, problem, send, dialog, wiring });
  };
  return node;
}

/** The dialog keeps the page's own lines from being pressed, so it has them too. */
const foot = ({ facts: { emergency, phone } }, problem, ...buttons) =>
  el('div', { class: 'foot' },
    problem,
    el('p', { class: 'buttons' }, ...buttons),
    el('p', { class: 'lines' },
      el('a', { class: 'urgent', href: dial(emergency) }, say('consent.emergency', { number: emergency })),
      el('a', { href: dial(phone) }, say('consent.clinic', { phone }))));

/** Sent is what the server has said is sent; until then all stays as it is. */
async function submit({ body, contact, problem, send, dialog, wiring }) {
  problem.hidden = true;
  send.setAttribute('aria-disabled', 'true');
  send.textContent = say('chat.sending');
  try {
    const response = await ofConversation(wiring.session, `/handoffs/${wiring.reference}/consent`, { body });
    const sent = await response.json();
    dialog.close();
    wiring.sent(sent);
  } catch (failure) {
    send.removeAttribute('aria-disabled');
    send.textContent = say('consent.send');
    if (refused(failure, dialog, wiring)) return;
    if (failure.status === 422 && body.contact.detail) return contact.complain(failure.reason);
    problem.textContent = say('consent.not_sent');
    problem.hidden = false;
  }
}

/** What the team will see, word for word. */
function sharedPart({ shares = [], shares_more: more }) {
  return el('section', { 'aria-labelledby': 'consent-shares' },
    el('h3', { id: 'consent-shares' }, say('consent.shares')),
    more && el('p', { class: 'quiet' }, say('consent.more')),
    el('ul', { class: 'shares', tabindex: 0, 'aria-labelledby': 'consent-shares' },
      ...shares.map(({ text, created_at: at }) => el('li', {}, el('q', {}, text), el('time', { datetime: at }, clock(at))))));
}

/** How to be reached: here, or by a number or an address that is asked for when it is chosen. */
function contactPart({ way: chosen = 'chat', detail }) {
  const input = el('input', { id: 'consent-detail', name: 'detail', 'aria-describedby': 'consent-problem', maxlength: 200, required: true });
  const label = el('label', { for: 'consent-detail' });
  const problem = el('p', { id: 'consent-problem', class: 'bad', role: 'alert' });
  const field = el('div', { class: 'detail' }, label, input, problem);
  const radios = WAYS.map((way) => el('input', { type: 'radio', name: 'way', value: way, checked: way === chosen, onchange: () => draw() }));
  const way = () => radios.find(({ checked }) => checked).value;

  function complain(words) {
    problem.textContent = words;
    input.setAttribute('aria-invalid', String(Boolean(words)));
    if (words) input.focus();
    if (words) problem.scrollIntoView({ block: 'nearest' });
    return !words;
  }
  function draw() {
    field.hidden = way() === 'chat';
    label.textContent = field.hidden ? '' : say(`consent.${way()}_label`);
    input.type = input.autocomplete = KEYBOARDS[way()] ?? 'text';
    complain('');
  }
  function check() {
    const wanted = FITS[way()];
    return complain(wanted && !wanted.test(input.value.trim()) ? say(`consent.${way()}_wrong`) : '');
  }

  input.value = detail ?? '';
  draw();
  const node = el('fieldset', {}, el('legend', {}, say('consent.contact')),
    ...radios.map((radio) => el('label', { class: 'tick' }, radio, say(`consent.${radio.value}`))), field);
  const value = () => ({ way: way(), ...(way() !== 'chat' && { detail: input.value.trim() }) });
  return { node, check, complain, value };
}
