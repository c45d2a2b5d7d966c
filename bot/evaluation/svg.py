"""Drawing with SVG elements: escaped, rounded, and small enough to stand inside a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

type Point = tuple[float, float]


def tag(name: str, *content: str, **attributes: object) -> Markup:
    """An element; `class_` stands for `class`, `text_anchor` for `text-anchor`.

    >>> tag("text", "a < b", x=1.004, class_="axis")
    Markup('<text x="1" class="axis">a &lt; b</text>')
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value)) for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, Markup("").join(content))


def drawing(*content: Markup, width: float, height: float, label: str) -> Markup:
    """A whole picture, which shrinks with the page; the label says what it shows to who cannot see it."""
    size = f"0 0 {width:g} {height:g}"
    return tag("svg", *content, viewBox=size, width=width, height=height, role="img", aria_label=label)


def line(start: Point, end: Point, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=class_)


def text(at: Point, words: str, class_: str = "", anchor: str = "start") -> Markup:
    """Words that begin, end, or have their middle at a point."""
    return tag("text", words, x=at[0], y=at[1], text_anchor=anchor, class_=class_)


def box(at: Point, size: Point, class_: str, tip: str = "") -> Markup:
    """A rectangle, with words that show when one points at it."""
    tips = (tag("title", tip),) if tip else ()
    return tag("rect", *tips, x=at[0], y=at[1], width=max(0.0, size[0]), height=max(0.0, size[1]), class_=class_)


def dot(at: Point, radius: float, class_: str, tip: str = "") -> Markup:
    """A disc, with words that show when one points at it."""
    tips = (tag("title", tip),) if tip else ()
    return tag("circle", *tips, cx=at[0], cy=at[1], r=radius, class_=class_)


def path(points: Sequence[Point], class_: str) -> Markup:
    """A line through points."""
    steps = " L".join(f"{_short(x)} {_short(y)}" for x, y in points)
    return tag("path", d=f"M{steps}", class_=class_)


@dataclass(frozen=True)
class Scale:
    """Takes values to places along one direction of a picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; beyond the ends it stays at the end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))


def _short(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)
