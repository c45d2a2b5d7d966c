from __future__ import annotations

import pytest

from bot.evaluation import charts
from bot.evaluation.record import Figure, Latency
from bot.evaluation.svg import Scale, box, tag


def figure(share: float, bound: str = "at_least", target: float | None = 0.9) -> Figure:
    return Figure.model_validate(
        {
            "id": "x",
            "set": "x",
            "what": "x",
            "bound": bound,
            "target": target,
            "count": 1,
            "total": 1,
            "share": share,
            "low": share,
            "high": share,
            "met": True,
        }
    )


def test_what_is_written_into_a_picture_is_escaped() -> None:
    assert tag("text", "a < b", font_size=1.004, class_='"') == '<text font-size="1" class="&#34;">a &lt; b</text>'
    assert "&lt;i&gt;" in box((0, 0), (1, 1), "x", tip="<i>")


@pytest.mark.parametrize(("value", "place"), [(0, 10), (5, 60), (10, 110), (-3, 10), (99, 110)])
def test_a_scale_stays_within_its_ends(value: float, place: float) -> None:
    assert Scale(0, 10, 10, 110)(value) == place


@pytest.mark.parametrize(
    ("share", "bound", "place"),
    [(0.9, "at_least", 110), (0.95, "at_least", 162), (0.85, "at_least", 58), (0.85, "at_most", 162)],
)
def test_better_is_always_right_of_the_target(share: float, bound: str, place: float) -> None:
    assert f'cx="{place}"' in charts.distance(figure(share, bound), reach=0.1)


def test_without_a_target_there_is_no_distance() -> None:
    assert charts.distance(figure(0.5, target=None), reach=0.1) == ""


def test_the_scale_of_distances_reaches_what_it_must_within_reason() -> None:
    assert charts.distance_scale([figure(0.89)]) == charts.NARROWEST_DISTANCE
    assert charts.distance_scale([figure(0.78)]) == pytest.approx(0.12)
    assert charts.distance_scale([figure(0.1)]) == charts.WIDEST_DISTANCE


def test_a_stack_shares_out_its_width() -> None:
    bar = charts.stack({"right": 3, "wrong": 1}, {"right": "right", "wrong": "wrong"})
    assert 'x="0" y="0" width="75"' in bar
    assert 'x="75" y="0" width="25"' in bar


def test_every_time_is_in_the_histogram() -> None:
    found = Latency(count=3, at_once=1, p50=10, p95=12, p99=12, longest=500)
    picture = charts.latency([10, 12, 500], found)
    assert "over 15 ms: 1" in picture
    assert picture.count('class="column') == 3
