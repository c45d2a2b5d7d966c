/** The conversation as it is shown: each message once, in the server's order. */

import { same } from './dom.js';
import { caseView, messageView } from './message.js';

const LAST = Number.MAX_SAFE_INTEGER;
/** Pixels from the end that still count as the end. */
const NEAR = 40;

/** A patient's message goes by the UUID that it was sent under. @param {object} message */
export const idOf = (message) => message.client_id ?? message.id;

export class Thread {
  /** @type {Map<string, {message: object, node: HTMLElement}>} */
  shown = new Map();
  last = 0;

  /** @param {HTMLElement} place @param {HTMLElement} log @param {object} act what the messages' buttons do */
  constructor(place, log, act) {
    Object.assign(this, { place, log, act });
    log.onscroll = () => this.scrolled();
    new ResizeObserver(() => this.resized()).observe(log);
  }

  /**
   * Show a message, or show it anew if it changed.
   * @param {object} message
   * @returns {HTMLElement|null} the node, if the message was not there before
   */
  put(message) {
    const id = idOf(message);
    const old = this.shown.get(id);
    const seq = message.seq ?? LAST;
    if (message.seq) this.last = Math.max(this.last, Math.floor(seq));
    if ((old?.message.seq && !message.seq) || same(old?.message, message)) return null;
    const node = messageView(message, this.act);
    const focused = old?.node.contains(document.activeElement);
    node.seq = seq;
    old?.node.remove();
    this.shown.set(id, { message, node });
    this.place.insertBefore(node, this.follower(seq));
    if (focused) node.focus({ preventScroll: true });
    return old ? null : node;
  }

  /** Show anew where a question for a person stands; the focus stays on it, and the end of the log in view. @param {object} handoff */
  showCase(handoff) {
    for (const { message, node } of this.shown.values()) {
      if (message.handoff?.reference !== handoff.reference || same(message.handoff, handoff)) continue;
      message.handoff = handoff;
      const old = node.querySelector('.case');
      const focused = old.contains(document.activeElement);
      const fresh = caseView(message, this.act);
      old.replaceWith(fresh);
      if (focused) fresh.focus();
    }
    this.resized();
  }

  /** Put the focus on the newest card of a question; the newest of all is shown with the end of the log, so that a line below the log does not cover it. @param {string} reference */
  focusCase(reference) {
    const found = [...this.shown.values()].findLast(({ message }) => message.handoff?.reference === reference);
    found?.node.querySelector('.case').focus();
    if (found?.node === this.place.lastChild) this.toEnd();
  }

  /** The first node that belongs below a message of this number. */
  follower(seq) {
    return [...this.place.children].find((node) => node.seq > seq) ?? null;
  }

  /** @param {string} id */
  drop(id) {
    this.shown.get(id)?.node.remove();
    this.shown.delete(id);
  }

  clear() {
    this.place.replaceChildren();
    this.shown.clear();
    this.last = 0;
    this.atEnd = false;
  }

  /** Bring a node's beginning into view, so that an answer is read from its first line, below the end of what was asked. */
  reveal(node) {
    const { log } = this;
    const top = node.offsetTop - log.clientHeight / 4;
    this.atEnd = this.isNearEnd(top);
    log.scrollTo({ top });
  }

  /** Measured by the height that the patient scrolled in too: a resize may come first. @param {number} top */
  isNearEnd(top) {
    return top + Math.max(this.height ?? 0, this.log.clientHeight) > this.log.scrollHeight - NEAR;
  }

  /** On its way down to the end, however slowly, it counts as there; only going up again leaves the end. */
  scrolled() {
    const { scrollTop } = this.log;
    const isUp = scrollTop < this.top;
    this.top = scrollTop;
    this.atEnd = this.isNearEnd(scrollTop) || (this.atEnd && !isUp);
  }

  /** A line that appears below the log, or a keyboard, does not cover the newest words. */
  resized() {
    this.height = this.log.clientHeight;
    if (this.atEnd) this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.log.scrollTo({ top: this.log.scrollHeight });
  }
}
