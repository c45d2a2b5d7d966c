/** Server-sent events over fetch: EventSource cannot carry the token in a header. */

import { call } from './api.js';

const SILENCE = 60_000;
const LONGEST_WAIT = 30_000;

/** @param {number} ms @param {AbortSignal} signal */
const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });

/** Hand one event's data to whoever wants events of its name; comments have none. @param {string} block @param {object} on */
function dispatch(block, on) {
  const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  on[field('event')]?.(JSON.parse(field('data') || '{}'));
}

/** Read events until the connection ends. A silent connection is taken for a dead one. */
async function drain(body, on, stop) {
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
    blocks.forEach((block) => dispatch(block, on));
  }
}

/**
 * Listen until `signal` aborts, reconnecting with growing pauses.
 * @param {{session: {id: string, token: string}, last: () => number, signal: AbortSignal,
 *   on: Record<string, (data: object) => void>, onState: (up: boolean) => void, onRefused: () => void}} wiring
 */
export async function listen({ session, last, signal, on, onState, onRefused }) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const attempt = new AbortController();
    try {
      const headers = { 'Last-Event-ID': String(last()), Accept: 'text/event-stream' };
      const { body } = await call(`/conversations/${session.id}/events`, { token: session.token, headers, signal: AbortSignal.any([signal, attempt.signal]) });
      failures = 0;
      onState(true);
      await drain(body, on, () => attempt.abort());
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 401 || problem.status === 404) return onRefused();
    } finally {
      // What could not be read to its end holds its connection no longer.
      attempt.abort();
    }
    if (!signal.aborted && failures) onState(false);
    await pause(Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random() / 2), signal);
  }
}
