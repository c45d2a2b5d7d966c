/** Saving on the patient's device what only this page can ask for: the token is in a header, which no plain link carries. */

import { el } from './dom.js';

/** Milliseconds in which a browser has surely begun to save. */
const PATIENCE = 60_000;

/** @param {string} name @param {Blob} blob */
export function saveFile(name, blob) {
  const href = URL.createObjectURL(blob);
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), PATIENCE);
}
