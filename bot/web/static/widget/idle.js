/**
 * Whether somebody is at this page. While somebody is, the server is told so. When nobody was for long, the page
 * asks, and then clears itself: devices are shared, and tabs stay open.
 */

import { ofConversation } from './api.js';
import { linkBeside } from './page.js';
import { forget, holdsWords, keep, recall, seal } from './store.js';

const MINUTE = 60_000;
/** Milliseconds until a page that could not be loaded is tried again. */
const AGAIN = 5000;
/** What only a person does; a page scrolls and moves the focus by itself too. */
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'];

let place;
let warning;
/** Milliseconds that a token lives without use. */
let life;
let seen = Date.now();
let told = seen;

/** Call it before anything is read of the store. @param {HTMLElement} app with the minutes in `data-idle`, and what is to be cleared */
export function watch(app) {
  place = app;
  life = app.dataset.idle * MINUTE;
  warning = app.querySelector('#idle');
  linkBeside(warning);
  warning.onclose = stillHere;
  // Escape answers the question, and does nothing else.
  warning.onkeydown = (event) => event.stopPropagation();
  if (Date.now() - recall('seen') >= life || recall('cleared')) forget(sayCleared());
  keep('seen', seen);
  SIGNS.forEach((sign) => window.addEventListener(sign, noteSign, { capture: true, passive: true }));
  setInterval(look, 1000);
}

/** Whether a token that died just now died of something else than idleness. */
export const isSomebodyHere = () => Date.now() - seen < life / 2;

function noteSign() {
  if (!warning.open) seen = Date.now();
}

/** The server may count from a use up to a minute (of a short life, a sixth) before the one that we know. */
function look() {
  const idle = Date.now() - seen;
  const end = life - Math.min(MINUTE, life / 6);
  if (!holdsWords()) return;
  if (idle >= end) clear();
  else if (idle >= end - Math.min(MINUTE, life / 2)) ask();
  else if (seen > told && Date.now() - told >= life / 12) tell();
}

/** Somebody who types in the clinic's page, around this one, keeps the focus there. */
function ask() {
  if (warning.open) return;
  if (document.hasFocus()) warning.showModal();
  else warning.setAttribute('open', '');
}

function stillHere() {
  seen = Date.now();
  tell();
}

function tell() {
  told = Date.now();
  keep('seen', seen);
  const session = recall('session');
  if (session) ofConversation(session, '/presence', { method: 'POST' }).catch(() => {});
}

/** Nothing personal stays, on the screen or on the device; the page begins anew as soon as it can be loaded. */
export function clear() {
  seal({ cleared: true });
  place.querySelectorAll('main, dialog, nav').forEach((part) => part.remove());
  sayCleared();
  beginAnew();
}

/** An answer that is no page would take away whom to call. */
async function beginAnew() {
  const page = await fetch(location.href).catch(() => ({ ok: false }));
  if (page.ok) location.replace(location.href);
  else setTimeout(beginAnew, AGAIN);
}

function sayCleared() {
  const cleared = place.querySelector('#cleared');
  cleared.hidden = false;
  linkBeside(cleared);
  cleared.querySelector('button').onclick = () => { cleared.hidden = true; };
}
