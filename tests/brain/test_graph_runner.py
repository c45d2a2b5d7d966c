"""The plain runner gives what Rasa's runner gives, and calls each node once."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.brain.graph_runner import PlainGraphRunner


class Adder(GraphComponent):
    """Adds a constant to what it gets."""

    calls = 0

    def __init__(self, amount: int) -> None:
        self._amount = amount

    @classmethod
    def create(cls, config: dict[str, Any], *_: object, **__: object) -> Adder:
        return cls(config["amount"])

    def add(self, first: int, second: int = 0) -> int:
        Adder.calls += 1
        return first + second + self._amount


def node(amount: int, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adder, fn="add", constructor_name="create", config={"amount": amount}, eager=True
    )


SCHEMA = GraphSchema(
    {
        "last": node(1000, first="left", second="right"),
        "left": node(10, first="shared"),
        "right": node(100, first="shared", second="__input__"),
        "shared": node(1, first="__input__"),
        "unwanted": node(5, first="missing"),
    }
)


@pytest.fixture
def runner() -> DaskGraphRunner:
    return DaskGraphRunner.create(SCHEMA, None, ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [["last"], ["left"], ["right", "left"], ["shared"]])
def test_it_gives_what_rasas_runner_gives(runner: DaskGraphRunner, targets: list[str]) -> None:
    plain = PlainGraphRunner.like(runner)
    for value in (1, 2):
        inputs = {"__input__": value}
        assert plain.run(inputs=dict(inputs), targets=targets) == runner.run(inputs=dict(inputs), targets=targets)


def test_each_node_is_called_once(runner: DaskGraphRunner) -> None:
    plain = PlainGraphRunner.like(runner)
    Adder.calls = 0
    plain.run(inputs={"__input__": 1}, targets=["last"])
    assert Adder.calls == 4


def test_rasa_can_make_it(runner: DaskGraphRunner) -> None:
    made = PlainGraphRunner.create(SCHEMA, None, ExecutionContext(SCHEMA))
    assert made.run(inputs={"__input__": 1}, targets=["left"]) == {"left": 12}
