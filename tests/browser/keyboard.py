"""What fingers and keys can reach on a page."""

from __future__ import annotations

from playwright.sync_api import Page

MOST = 150
"""Stops after which a page is taken for a trap."""

SMALL = """() => {
  const fields = 'textarea, input:not([type=radio], [type=checkbox]), label:has([type=radio], [type=checkbox])';
  const inSentences = '.words, p.quiet, .why p';
  const all = [...document.querySelectorAll(`a, button, summary, ${fields}`)];
  const seen = all.filter((node) => node.checkVisibility({ visibilityProperty: true }));
  const sized = seen.filter((node) => !node.closest(inSentences)).map((node) => [node, node.getBoundingClientRect()]);
  const small = sized.filter(([, { width, height }]) => Math.min(width, height) < 44);
  return small.map(([node, { width, height }]) => `${node.textContent.trim() || node.id}: ${width} by ${height}`);
}"""

BEGIN = """() => {
  document.activeElement.blur();
  window.stops = new Set();
}"""
STOP = """() => {
  const node = document.activeElement;
  if (node === document.body) return '';
  if (window.stops.has(node)) return null;
  window.stops.add(node);
  const ringed = node.matches('[type=radio]') ? [node, node.closest('label')] : [node];
  const hasRing = ringed.some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
  const [box] = node.getClientRects();
  const middle = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const hit = document.elementFromPoint((box.left + box.right) / 2, middle);
  const isSeen = hit && (node.contains(hit) || hit.closest('label')?.contains(node));
  const name = node.getAttribute('aria-label') || node.textContent.trim().slice(0, 40) || node.id || node.name;
  return [name, !hasRing && 'no ring', !isSeen && 'out of sight'].filter(Boolean).join(': ');
}"""
MISSED = """() => {
  const place = document.querySelector('dialog[open]') ?? document;
  const all = [...place.querySelectorAll('a[href], button, input, textarea, summary')];
  const missed = all.filter((node) => node.checkVisibility({ visibilityProperty: true }) && !window.stops.has(node));
  const isOtherRadio = (node) => node.type === 'radio' && [...window.stops].some(({ name }) => name === node.name);
  return missed.filter((node) => !isOtherRadio(node)).map((node) => node.textContent.trim() || node.id || node.name);
}"""


def faults_of_tabbing(page: Page) -> list[str]:
    """Press Tab until it comes round: what cannot be seen when it has the focus, has no ring, or is never reached."""
    page.evaluate(BEGIN)
    stops: list[str] = []
    while len(stops) < MOST:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop)
    missed = [f"{name}: not reached" for name in page.evaluate(MISSED)]
    trap = ["no way round"] if len(stops) == MOST else []
    return [stop for stop in stops if stop.endswith((": no ring", ": out of sight"))] + missed + trap


def small_targets(page: Page) -> list[str]:
    """What is to be pressed, but for links in a sentence, and is smaller than a fingertip (44 pixels)."""
    return list(page.evaluate(SMALL))
