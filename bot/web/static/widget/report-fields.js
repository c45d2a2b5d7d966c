/** The fields of the report: built from what the API says it asks for. */

import { el } from './dom.js';
import { lengthOf, say } from './words.js';

/** What a field holds now. @param {HTMLElement} field */
export const valueOf = (field) =>
  (field.querySelector('input:checked') ?? field.querySelector('textarea, input:not([type=radio])'))?.value ?? '';

/** What must be mended in a field, in words; empty if nothing. @param {object} field @param {string} value @param {number} limit */
export function faultOf({ required }, value, limit) {
  if (required && !value.trim()) return say('form.missing');
  const over = lengthOf(value) - limit;
  return over > 0 ? say('form.over', { count: over }) : '';
}

/** Say what must be mended at a field, or that nothing must. @param {HTMLElement} node @param {string} fault */
export function mark(node, fault) {
  const [problem, box] = ['.fault', 'textarea, input'].map((part) => node.querySelector(part));
  problem.textContent = fault;
  problem.hidden = !fault;
  if (fault) box.setAttribute('aria-invalid', 'true');
  else box.removeAttribute('aria-invalid');
}

/** @param {object} field as the API gives it @param {string} value what was typed before */
export const fieldView = (field, value) => (field.kind === 'choice' ? choiceView(field, value) : textView(field, value));

function textView(field, value) {
  const { name, kind, required } = field;
  const box = el(kind === 'long' ? 'textarea' : 'input', {
    id: name, name, rows: kind === 'long' && 4, type: kind === 'line' && 'text', autocomplete: 'off', required,
    'aria-describedby': `${name}-help ${name}-fault`,
  });
  box.value = value;
  return el('div', { class: 'field', 'data-name': name }, el('label', { for: name }, ...labelOf(field)), help(field), box, fault(name));
}

function choiceView(field, value) {
  const { name, options } = field;
  const node = el('fieldset', { class: 'field', 'data-name': name, 'aria-describedby': `${name}-help` }, el('legend', {}, ...labelOf(field)), help(field));
  const clear = el('button', { type: 'button', class: 'link', hidden: !value, onclick: () => reset(node, clear) }, say('form.clear'));
  node.append(el('div', { class: 'options' }, ...options.map((option) => optionView(name, option, value))), clear, fault(name));
  node.onchange = () => { clear.hidden = false; };
  return node;
}

const optionView = (name, option, value) =>
  el('label', {}, el('input', { type: 'radio', name, value: option.value, checked: option.value === value }), option.label);

/** A radio button cannot be taken back by pressing it again. */
function reset(node, clear) {
  const boxes = node.querySelectorAll('input');
  boxes.forEach((box) => { box.checked = false; });
  boxes[0].focus();
  boxes[0].dispatchEvent(new Event('input', { bubbles: true }));
  clear.hidden = true;
}

const labelOf = ({ label, required }) =>
  [label, ' ', el('span', { class: required ? 'needed' : 'optional' }, `(${say(required ? 'form.needed' : 'form.optional')})`)];

const help = ({ name, help: words }) => el('p', { class: 'quiet', id: `${name}-help`, hidden: !words }, words);

const fault = (name) => el('p', { class: 'fault', id: `${name}-fault`, hidden: true });
