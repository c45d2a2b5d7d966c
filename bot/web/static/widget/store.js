/**
 * What this tab remembers: the conversation, the words not yet sent, the words being typed,
 * what was said of answers and is not yet sent, and the answers added to the questions.
 * It ends with the tab, because the device may be shared.
 */

const KEY = 'askwell';
/** @type {string|null} where storage is blocked, memory has to do */
let memory = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  } catch {
    return JSON.parse(memory ?? '{}');
  }
}

/** @param {'session'|'outbox'|'draft'|'feedback'|'added'|'report'|'sheet'} name */
export const recall = (name) => read()[name];

/** @param {'session'|'outbox'|'draft'|'feedback'|'added'|'report'|'sheet'} name @param {unknown} value undefined forgets it */
export function keep(name, value) {
  memory = JSON.stringify({ ...read(), [name]: value });
  try {
    sessionStorage.setItem(KEY, memory);
  } catch { /* Blocked or full: memory holds it. */ }
}

export function forget() {
  memory = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch { /* Blocked: there was nothing there. */ }
}
