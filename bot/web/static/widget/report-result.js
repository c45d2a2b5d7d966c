/** What is shown when a report is on record: an emergency first, then what happens next, and a copy. */

import { el, icon, markup, outside, withNumbers } from './dom.js';
import { dialling, emergencyLines } from './lines.js';
import { moment, say, SPOKEN } from './words.js';

/**
 * @param {object} report as the API gives it
 * @param {object} form the form that it was made with
 * @param {{facts: DOMStringMap, print: Function, save: Function, another: Function}} act
 * @returns {Node[]}
 */
export function resultView(report, form, act) {
  return [
    report.emergency && emergencyView(report.emergency, act.facts),
    el('h2', { id: 'sent', tabindex: '-1' }, icon('check'), say('result.sent')),
    el('p', { class: 'reference' }, say('result.reference'), ' ', el('strong', {}, report.reference)),
    el('h3', {}, say('result.next')),
    el('div', { class: 'words' }, markup(form.next_steps_html)),
    el('h3', {}, form.regulator_heading),
    ...regulatorView(report.regulator),
    el('h3', {}, say('result.copy')),
    el('p', { class: 'quiet' }, say('result.at', { when: moment(report.submitted_at) })),
    copyView(report.fields, form.fields),
    buttonsView(act),
  ].filter(Boolean);
}

/** Whom to call stands before the fixed words. */
export const emergencyView = ({ html, text }, facts) =>
  el(
    'section',
    { class: 'emergency', role: 'alert', tabindex: '-1' },
    el('h2', {}, icon('alert'), say('emergency.heading')),
    emergencyLines(text, facts),
    el('div', { class: 'words', lang: SPOKEN }, markup(html)),
  );

const regulatorView = ({ name, how, url, phone }) => [
  el('p', {}, withNumbers(how)),
  el('p', { class: 'buttons' }, outside(url, say('result.new_tab'), name), phone && dialling(phone, say('result.call', { number: phone }))),
];

/** The patient's words, each under what was asked. @param {Record<string, string>} given @param {object[]} fields */
function copyView(given, fields) {
  const filled = fields.filter(({ name }) => given[name]);
  return el('dl', {}, ...filled.flatMap((field) => [el('dt', {}, field.label), el('dd', {}, wordsFor(field, given[field.name]))]));
}

const wordsFor = ({ options }, value) => options.find((option) => option.value === value)?.label ?? value;

const buttonsView = ({ print, save, another }) =>
  el(
    'p',
    { class: 'buttons actions' },
    el('button', { type: 'button', class: 'button', onclick: print }, say('result.print')),
    el('button', { type: 'button', class: 'button plain', onclick: save }, say('result.save')),
    el('button', { type: 'button', class: 'button plain', onclick: another }, say('result.another')),
  );
