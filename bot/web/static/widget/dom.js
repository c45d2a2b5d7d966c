/** Building nodes. Text is always text; `markup` is the only door for HTML. */

const KEPT = new Set('A B BLOCKQUOTE BR CODE EM H3 H4 I LI OL P S STRONG SUB SUP TABLE TBODY TD TH THEAD TR UL'.split(' '));
const DROPPED = new Set('IFRAME MATH OBJECT SCRIPT STYLE SVG TEMPLATE TITLE'.split(' '));

const policy = window.trustedTypes?.createPolicy('askwell', { createHTML: (html) => html });

/**
 * @param {string} tag
 * @param {Record<string, any>} [traits] attributes, or `on…` handlers; false and null are left out
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, traits = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (typeof value === 'function') node[name] = value;
    else if (value != null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** @param {string} name of a symbol in icons.svg, which stands in the page */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS(svg.namespaceURI, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

const NUMBER = /((?:\+?\(?\d[\d ().-]{4,18}\d|[A-Z\d]{4}-[A-Z\d]{4})[.,]?)/;

/** Words whose telephone numbers and references stay in one piece each, with the mark behind. @param {string} words */
const inPieces = (words) => words.split(NUMBER).map((piece, i) => (i % 2 ? el('span', { class: 'number' }, piece) : piece));

/** The same as one node, which a button takes for one thing. @param {string} words */
export const withNumbers = (words) => el('span', {}, ...inPieces(words));

/** @param {string} number */
export const dial = (number) => `tel:${number.replace(/[^\d+]/g, '')}`;

/** A link that leaves the chat. @param {string} href @param {string} hint @param {...(Node|string)} children */
export const outside = (href, hint, ...children) =>
  el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...children, icon('out'), el('span', { class: 'unseen' }, ` (${hint})`));

/**
 * HTML that the server has already made safe, made safe once more: only plain
 * elements stay, with no attribute but their language and a link's address.
 * @param {string} html
 */
export function markup(html) {
  const template = document.createElement('template');
  template.innerHTML = policy ? policy.createHTML(html) : html;
  template.content.querySelectorAll('*').forEach(tidy);
  return template.content;
}

/** @param {Element} node */
function tidy(node) {
  const tag = node.tagName.toUpperCase();
  if (DROPPED.has(tag)) return node.remove();
  if (!KEPT.has(tag)) return node.replaceWith(...node.childNodes);
  const href = node.getAttribute('href');
  for (const name of node.getAttributeNames()) if (name !== 'lang') node.removeAttribute(name);
  for (const child of [...node.childNodes]) if (child.nodeType === Node.TEXT_NODE) child.replaceWith(...inPieces(child.data));
  if (tag === 'A' && /^(https?:|mailto:|tel:)/i.test(href ?? '')) relink(node, href);
}

/** @param {Element} link @param {string} href */
function relink(link, href) {
  link.setAttribute('href', href);
  if (!/^http/i.test(href)) return;
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
}

/** Whether two pieces of plain data, in the same order, are the same. */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
