/** Server-sent events over fetch: EventSource cannot carry the token in a header. */

import { call } from './api.js';

const SILENCE = 60_000;
const LONGEST_WAIT = 30_000;

/** @param {number} ms @param {AbortSignal} signal */
const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });

/** One event's data, or null for a comment or another event. @param {string} block */
function messageOf(block) {
  const lines = block.split('\n');
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim());
  return lines.some((line) => /^event: ?message$/.test(line)) && data.length ? JSON.parse(data.join('\n')) : null;
}

/** Read events until the connection ends. A silent connection is taken for a dead one. */
async function drain(body, onMessage, stop) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let watchdog;
  for (;;) {
    clearTimeout(watchdog);
    watchdog = setTimeout(stop, SILENCE);
    const { done, value } = await reader.read();
    if (done) return clearTimeout(watchdog);
    const blocks = (rest + value).replace(/\r\n?/g, '\n').split('\n\n');
    rest = blocks.pop();
    blocks.map(messageOf).filter(Boolean).forEach(onMessage);
  }
}

/**
 * Listen until `signal` aborts, reconnecting with growing pauses.
 * @param {{session: {id: string, token: string}, last: () => number, signal: AbortSignal,
 *   onMessage: (message: object) => void, onState: (up: boolean) => void, onRefused: () => void}} wiring
 */
export async function listen({ session, last, signal, onMessage, onState, onRefused }) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const attempt = new AbortController();
    try {
      const headers = { 'Last-Event-ID': String(last()), Accept: 'text/event-stream' };
      const { body } = await call(`/conversations/${session.id}/events`, { token: session.token, headers, signal: AbortSignal.any([signal, attempt.signal]) });
      failures = 0;
      onState(true);
      await drain(body, onMessage, () => attempt.abort());
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 401 || problem.status === 404) return onRefused();
    }
    if (!signal.aborted && failures) onState(false);
    await pause(Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random() / 2), signal);
  }
}
