/** The dialog that asks whether, and how, a question goes to the clinic's team. Nothing is sent before "Send". */

import { ofConversation } from './api.js';
import { el } from './dom.js';
import { dialling } from './lines.js';
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
  load(dialog, wiring);
}

/** @param {object} [chosen] what the visitor had chosen before there was more to show */
async function load(dialog, wiring, chosen) {
  const content = dialog.lastChild;
  try {
    const response = await ofConversation(wiring.session, `/handoffs/${wiring.reference}`);
    content.replaceChildren(form({ ...(await response.json()), ...chosen }, dialog, wiring, chosen));
    dialog.querySelector('h2').focus();
  } catch (problem) {
    if (refused(problem, dialog, wiring)) return;
    const again = el('button', { type: 'button', class: 'button', onclick: () => load(dialog, wiring, chosen) }, say('chat.retry'));
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

/** @param {object} handoff as the API gives it, with what was chosen */
function form(handoff, dialog, wiring, again) {
  const contact = contactPart(handoff.contact);
  const sheet = el('input', { type: 'checkbox', name: 'sheet', checked: handoff.attach_sheet });
  const problem = el('p', { role: 'alert', class: 'bad', hidden: true });
  const send = el('button', { type: 'submit', class: 'button' }, say('consent.send'));
  const node = el('form', { novalidate: true },
    again && el('p', { role: 'alert', class: 'bad' }, say('consent.changed')), sharedPart(handoff),
    el('p', {}, handoff.reply_expected && el('span', { lang: SPOKEN }, handoff.reply_expected, ' '), el('span', { class: 'quiet' }, say('consent.urgent'))),
    contact.node, el('label', { class: 'tick' }, sheet, say('consent.sheet')),
    foot(wiring, problem, send, close(dialog)));
  node.onsubmit = (event) => {
    event.preventDefault();
    const chosen = { contact: contact.value(), attach_sheet: sheet.checked };
    if (contact.check() && !send.ariaDisabled) submit({ handoff, chosen, contact, problem, send, dialog, wiring });
  };
  return node;
}

/** The dialog keeps the page's own lines from being pressed, so it has them too. */
const foot = ({ facts: { emergency, phone } }, problem, ...buttons) =>
  el('div', { class: 'foot' },
    problem,
    el('p', { class: 'buttons' }, ...buttons),
    el('p', { class: 'lines' },
      dialling(emergency, say('consent.emergency', { number: emergency }), { class: 'urgent' }),
      dialling(phone, say('consent.clinic', { phone }))));

/** Sent is what the server has said is sent; until then all stays as it is. */
async function submit({ handoff: { shares_until }, chosen, contact, problem, send, dialog, wiring }) {
  problem.hidden = true;
  send.ariaDisabled = 'true';
  send.textContent = say('chat.sending');
  try {
    const response = await ofConversation(wiring.session, `/handoffs/${wiring.reference}/consent`, { body: { ...chosen, shares_until } });
    const sent = await response.json();
    dialog.close();
    wiring.sent(sent);
  } catch (failure) {
    send.ariaDisabled = null;
    send.textContent = say('consent.send');
    if (refused(failure, dialog, wiring)) return;
    if (failure.status === 409) return load(dialog, wiring, chosen);
    if (failure.status === 422 && chosen.contact.detail) return contact.complain(failure.reason);
    problem.textContent = say('consent.not_sent');
    problem.hidden = false;
  }
}

/** What the team will see, word for word. */
function sharedPart({ shares, shares_more: more }) {
  return el('section', { 'aria-labelledby': 'consent-shares' },
    el('h3', { id: 'consent-shares' }, say('consent.shares')),
    more && el('p', { class: 'quiet' }, say('consent.more')),
    el('ul', { class: 'shares', tabindex: 0, 'aria-labelledby': 'consent-shares' },
      ...shares.map(({ text, created_at: at }) => el('li', {}, el('q', {}, text), el('time', { datetime: at }, clock(at))))));
}

/** How to be reached: here, or by a number or an address that is asked for when it is chosen. */
function contactPart({ way: chosen, detail }) {
  const input = el('input', { id: 'consent-detail', name: 'detail', 'aria-describedby': 'consent-problem', maxlength: 200, required: true });
  const label = el('label', { for: 'consent-detail' });
  const problem = el('p', { id: 'consent-problem', role: 'alert', class: 'bad' });
  const field = el('div', { class: 'detail' }, label, input, problem);
  const radios = WAYS.map((way) => el('input', { type: 'radio', name: 'way', value: way, checked: way === chosen, onchange: () => draw() }));
  const way = () => radios.find(({ checked }) => checked).value;

  function complain(words) {
    problem.textContent = words;
    input.setAttribute('aria-invalid', Boolean(words));
    if (words) input.focus();
    // Below the field, which comes into view with it, and stays hidden while it is not needed.
    problem.scrollIntoView({ block: 'nearest' });
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
