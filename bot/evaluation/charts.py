"""The pictures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot.evaluation.metrics import histogram, round_up, wilson
from bot.evaluation.record import CalibrationBin, Confidence, Figure, Latency
from bot.evaluation.svg import Point, Scale, box, dot, drawing, line, path, tag, text

WIDEST_DISTANCE, NARROWEST_DISTANCE = 0.25, 0.05
_BARS = 48
_DISTANCE_WIDTH = 220.0
_EMPTY = Markup("")


def distance_scale(figures: Sequence[Figure]) -> float:
    """How far the scale of distances must reach for these figures, within reason."""
    ends = [abs(end - figure.target) for figure in figures if figure.target is not None and figure.total
            for end in (figure.low, figure.high)]  # fmt: skip
    return min(WIDEST_DISTANCE, max([NARROWEST_DISTANCE, *ends]))


def distance(figure: Figure, reach: float) -> Markup:
    """How far a figure is from its target, with its interval: right of the line is better."""
    width, height, middle = _DISTANCE_WIDTH, 26.0, 13.0
    scale = Scale(-reach, reach, 6, width - 6)
    if figure.target is None or figure.share is None:
        return _EMPTY
    sign = 1 if figure.bound == "at_least" else -1
    places = [scale(sign * (value - figure.target)) for value in (figure.low, figure.share, figure.high)]
    left, right = sorted((places[0], places[2]))
    state = "met" if figure.met else "missed"
    return drawing(
        line((6, middle), (width - 6, middle), "rule"),
        box((left, middle - 4), (right - left, 8), f"interval {state}"),
        line((scale(0), 1), (scale(0), height - 1), "target"),
        dot((places[1], middle), 5, f"mark {state}"),
        width=width,
        height=height,
        label=f"{figure.share:.1%}, target {figure.target:.0%}",
    )


def distance_axis(reach: float) -> Markup:
    """The scale of the distances, in points."""
    width, points = _DISTANCE_WIDTH, reach * 100
    return drawing(
        text((6, 12), f"−{points:.0f} points", "axis"),
        text((width / 2, 12), "target", "axis strong", "middle"),
        text((width - 6, 12), f"+{points:.0f}", "axis", "end"),
        width=width,
        height=16,
        label="Distance from the target in points",
    )


def stack(parts: Mapping[str, int], names: Mapping[str, str], *, height: float = 18) -> Markup:
    """One bar made of counts; the keys are classes of the style sheet."""
    total, place, boxes = sum(parts.values()) or 1, 0.0, []
    for part, count in parts.items():
        share = 100 * count / total
        boxes.append(box((place, 0), (share, height), part, f"{names[part]}: {count} of {total}"))
        place += share
    label = ", ".join(f"{names[part]} {count}" for part, count in parts.items() if count)
    return tag(
        "svg", *boxes, viewBox=f"0 0 100 {height:g}", preserveAspectRatio="none", class_="stack",
        role="img", aria_label=label, style=f"height:{height:g}px",
    )  # fmt: skip


def reliability(found: Confidence) -> Markup:
    """How often guesses of each confidence were right, with intervals, over how many there were."""
    across, up = Scale(0, 1, 44, 364), Scale(0, 1, 300, 20)
    most = max((one.count for one in found.bins), default=1)
    return drawing(
        *_unit_axes(across, up, ("confidence", "share that was right")),
        line((across(0), up(0)), (across(1), up(1)), "diagonal"),
        *(mark for one in found.bins for mark in _bin_marks(one, across, up)),
        *(_bin_column(one, across, most) for one in found.bins),
        text((across(0), 400), f"how many: up to {most} in a tenth", "axis"),
        width=384,
        height=408,
        label=f"Reliability diagram of {found.guesses} guesses",
    )


def _unit_axes(across: Scale, up: Scale, names: tuple[str, str]) -> list[Markup]:
    marks = [text((across.start, up.end - 8), names[1], "axis strong")]
    for tenth in range(0, 11, 2):
        value = tenth / 10
        marks += [
            line((across(0), up(value)), (across(1), up(value)), "grid"),
            text((across(0) - 6, up(value) + 4), f"{value:.0%}", "axis", "end"),
            text((across(value), up(0) + 16), f"{value:.1f}", "axis", "middle"),
        ]
    return [*marks, text((across.end, up(0) + 32), names[0], "axis strong", "end")]


def _bin_marks(one: CalibrationBin, across: Scale, up: Scale) -> list[Markup]:
    share, interval = one.right / one.count, wilson(one.right, one.count)
    at: Point = (across(one.confidence), up(share))
    tip = f"confidence {one.confidence:.2f}: {one.right} of {one.count} right ({share:.0%})"
    return [
        line((at[0], up(one.confidence)), at, "gap"),
        line((at[0], up(interval.low)), (at[0], up(interval.high)), "whisker"),
        dot(at, 5, "mark met", tip),
    ]


def _bin_column(one: CalibrationBin, across: Scale, most: int) -> Markup:
    height = 44 * one.count / most
    left, width = across(one.low) + 1, across(one.high) - across(one.low) - 2
    return box((left, 386 - height), (width, height), "column", f"{one.count} guesses")


def coverage(found: Sequence[Confidence], names: Mapping[str, str]) -> Markup:
    """How many questions could be answered at once, and how many of them rightly, as the threshold falls."""
    across, up = Scale(0, 1, 44, 364), Scale(_lowest(found), 1, 300, 20)
    return drawing(
        *_coverage_axes(across, up),
        *(mark for one in found for mark in _coverage_line(one, across, up)),
        *_coverage_key(found, names),
        width=384,
        height=408,
        label="Share answered against share right",
    )


def _lowest(found: Sequence[Confidence]) -> float:
    """Where the scale of accuracy begins: at half, unless a curve falls lower."""
    values = [step.accuracy for one in found for step in one.coverage if step.coverage >= 0.05]  # noqa: PLR2004 (a first mistake says little)
    return 0.5 if min(values, default=1.0) >= 0.5 else 0.0  # noqa: PLR2004 (half)


def _coverage_axes(across: Scale, up: Scale) -> list[Markup]:
    marks = [text((across.start, up.end - 8), "share of them that is right", "axis strong")]
    for step in range(6):
        right, asked = up.low + (1 - up.low) * step / 5, step / 5
        marks += [
            line((across(0), up(right)), (across(1), up(right)), "grid"),
            text((across(0) - 6, up(right) + 4), f"{right:.0%}", "axis", "end"),
            text((across(asked), up.start + 16), f"{asked:.0%}", "axis", "middle"),
        ]
    return [*marks, text((across.end, up.start + 32), "share of questions answered", "axis strong", "end")]


def _coverage_line(one: Confidence, across: Scale, up: Scale) -> list[Markup]:
    points = [(across(step.coverage), up(step.accuracy)) for step in one.coverage]
    marks = [path(points, f"curve {one.set}")] if points else []
    if one.answered_rightly is not None:
        at = (across(one.answered), up(one.answered_rightly))
        marks.append(
            dot(
                at,
                5.5,
                f"now {one.set}",
                f"now: {one.answered:.0%} answered, {one.answered_rightly:.1%} right",
            )
        )
    return marks


def _coverage_key(found: Sequence[Confidence], names: Mapping[str, str]) -> list[Markup]:
    marks = []
    for number, one in enumerate(found):
        height = 362 + 18 * number
        right = (
            ""
            if one.answered_rightly is None
            else f": now {one.answered:.0%} answered, {one.answered_rightly:.1%} right"
        )
        marks += [
            line((44, height - 4), (64, height - 4), f"curve {one.set}"),
            dot((54, height - 4), 4.5, f"now {one.set}"),
            text((72, height), names[one.set] + right, "axis"),
        ]
    return marks


def latency(times: Sequence[float], found: Latency) -> Markup:
    """How long messages took; the last bar holds all that took longer."""
    end = round_up(max(found.p99 * 1.15, 1.0))
    counts = histogram(times, width=end / _BARS, bars=_BARS + 1)
    across, most = Scale(0, end * (_BARS + 1) / _BARS, 44, 900), max(counts)
    up = Scale(0, most, 220, 40)
    return drawing(
        *_time_axis(across, end, up.start),
        *(_time_bar(number, count, across, up, end) for number, count in enumerate(counts) if count),
        *_time_marks(found, across, up),
        width=920,
        height=262,
        label=f"Histogram of {found.count} times: median {found.p50:.0f} ms, 95 % within {found.p95:.0f} ms",
    )


def _time_axis(across: Scale, end: float, floor: float) -> list[Markup]:
    marks = [line((across.start, floor), (across.end, floor), "rule")]
    for step in range(6):
        at = across(end * step / 5)
        marks.append(text((at, floor + 18), f"{end * step / 5:g} ms", "axis", "middle"))
    return marks


def _time_bar(number: int, count: int, across: Scale, up: Scale, end: float) -> Markup:
    low, high = number * end / _BARS, (number + 1) * end / _BARS
    beyond = number == _BARS
    tip = f"over {low:g} ms: {count}" if beyond else f"{low:.0f} to {high:.0f} ms: {count}"
    size = (across(high) - across(low) - 1.5, up.start - up(count))
    return box((across(low), up(count)), size, "column beyond" if beyond else "column", tip)


def _time_marks(found: Latency, across: Scale, up: Scale) -> list[Markup]:
    marks = []
    for row, (name, value) in enumerate((("half", found.p50), ("95 %", found.p95), ("99 %", found.p99))):
        at, height = across(value), 12 + 12 * row
        marks += [
            line((at, height + 3), (at, up.start), "threshold"),
            text((at + 5, height + 2), f"{name} within {value:.0f} ms", "axis strong"),
        ]
    return marks
