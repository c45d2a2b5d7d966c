/**
 * What this tab remembers: the conversation, the words not yet sent, the words being typed,
 * what was said of answers and is not yet sent, and the answers added to the questions.
 * It ends with the tab, because the device may be shared.
 */

const KEY = 'askwell';
/** @type {string|null} where storage is blocked, memory has to do */
let memory = null;
let isSealed = false;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  } catch {
    return JSON.parse(memory ?? '{}');
  }
}

/** Whether there is anything that a stranger should not read. */
export function holdsWords() {
  const { session, draft, outbox, report, sheet } = read();
  return Boolean(session || draft || outbox?.length || report || sheet);
}

/** @param {'session'|'outbox'|'draft'|'feedback'|'added'|'report'|'sheet'|'seen'|'cleared'} name */
export const recall = (name) => read()[name];

/** @param {'session'|'outbox'|'draft'|'feedback'|'added'|'report'|'sheet'|'seen'} name @param {unknown} value undefined forgets it */
export function keep(name, value) {
  if (!isSealed) write({ ...read(), [name]: value });
}

/** Remember only this; what is still at work on this page can keep nothing more. @param {object} all */
export function seal(all) {
  write(all);
  isSealed = true;
}

function write(all) {
  memory = JSON.stringify(all);
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
