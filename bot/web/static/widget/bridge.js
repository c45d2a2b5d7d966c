/** Words between the chat and the loader on the clinic's page. Nothing personal crosses. */

/** @type {string|null} the page that embeds us, as its own first message tells */
let host = null;

export const embedded = window.parent !== window;

/** @param {'close'|'unread'} message @param {object} [more] */
export function tell(message, more = {}) {
  if (host) window.parent.postMessage({ askwell: message, ...more }, host);
}

/**
 * Only the page that embeds us is heard (`frame-ancestors` says which may), and once it
 * has spoken, only from the same origin.
 * @param {(message: 'shown'|'hidden'|'focus') => void} onMessage
 */
export function hear(onMessage) {
  window.addEventListener('message', ({ source, origin, data }) => {
    if (!embedded || source !== window.parent || (host ?? origin) !== origin) return;
    if (!['shown', 'hidden', 'focus'].includes(data?.askwell)) return;
    host = origin;
    onMessage(data.askwell);
  });
}
