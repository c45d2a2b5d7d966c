/** What every page of the widget does first. */

/** Measure the header, and take the clinic's colour, with the ink that reads best on it. */
export function paint() {
  const header = document.querySelector('header');
  // Menus and dialogs open below the header, which says whom to call.
  new ResizeObserver(() => document.documentElement.style.setProperty('--head', `${header.offsetHeight}px`)).observe(header);
  const accent = new URLSearchParams(location.search).get('accent');
  if (!/^[0-9a-f]{6}$/i.test(accent ?? '')) return;
  const [red, green, blue] = [0, 2, 4].map((at) => (parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2);
  const { style } = document.documentElement;
  style.setProperty('--accent', `#${accent}`);
  style.setProperty('--on-accent', 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#111' : '#fff');
}

/** The other pages of the widget keep the language and colour of this one, however often it is said. @param {Element} place */
export const linkBeside = (place) => place.querySelectorAll('a[href^="/widget"]').forEach((link) => { link.href = beside(link.pathname); });

/** The address of another page of the widget, in the same language and colour. @param {string} path */
export const beside = (path) => `${path}${location.search}`;
