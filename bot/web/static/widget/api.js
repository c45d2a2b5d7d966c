/** The chat API. Every failure is a `Problem`, so that callers read one thing. */

const BASE = '/api/v1';
const PATIENCE = 30_000;

/** Status 0 means that no answer came at all. */
export class Problem extends Error {
  /**
   * @param {number} status @param {string} reason @param {number} wait seconds before another try @param {string} field that is wrong
   * @param {{text: string, html: string}} [emergency] what to tell first: the refused words sound like one
   */
  constructor(status, reason = '', wait = 0, field = '', emergency = undefined) {
    super(reason);
    Object.assign(this, { status, reason, wait, field, emergency });
  }
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  const { field, message: reason = body.detail ?? body.title } = body.errors?.[0] ?? {};
  const wait = Math.max(1, Math.ceil(Number(response.headers.get('Retry-After')) || 5));
  return new Problem(response.status, String(reason ?? ''), wait, field, body.emergency);
}

/**
 * @param {string} path
 * @param {{method?: string, token?: string, body?: object, headers?: object, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>}
 */
export async function call(path, { body, method = body ? 'POST' : 'GET', token, headers, signal = AbortSignal.timeout(PATIENCE) } = {}) {
  const response = await fetch(BASE + path, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body && JSON.stringify(body),
    cache: 'no-store',
    signal,
  }).catch(() => {
    throw new Problem(0);
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** @param {string} path @param {object} [options] */
export async function json(path, options) {
  const response = await call(path, options);
  return response.json().catch(() => {
    throw new Problem(0);
  });
}

/** A random (version 4) UUID; `crypto.randomUUID` is missing on plain http. */
export const uuid = () =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (sign) =>
    (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16));

/** Call what belongs to a conversation. @param {{id: string, token: string}} session @param {string} path @param {object} [options] */
export const ofConversation = ({ id, token }, path, options) => call(`/conversations/${id}${path}`, { ...options, token });
