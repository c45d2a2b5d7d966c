"""Run Rasa's prediction graph as what it is for one message: a handful of calls in a fixed order.

Rasa hands each message three times to dask, which sorts and schedules the graph anew each time: a tenth of a turn.
Here the order is worked out once for each target.
"""

from __future__ import annotations

from typing import Any

from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Step = tuple[str, GraphNode, tuple[str, ...]]


class PlainGraphRunner(GraphRunner):
    """The same nodes as Rasa's runner made, called one after the other."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[tuple[str, ...], list[Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> PlainGraphRunner:
        """Make it as Rasa asks for it."""
        return cls.like(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    @classmethod
    def like(cls, runner: DaskGraphRunner) -> PlainGraphRunner:
        """Take over the loaded nodes of Rasa's runner."""
        return cls(runner._graph_schema, runner._instantiated_nodes)  # noqa: SLF001 - the nodes have no other door

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """What the targets give for the inputs, by their names."""
        wanted = tuple(targets or self._schema.target_names)
        results = dict(inputs or {})
        for name, node, needs in self._plan(wanted):
            _, results[name] = node(*((need, results[need]) for need in needs))
        return {name: results[name] for name in wanted}

    def _plan(self, targets: tuple[str, ...]) -> list[Step]:
        if targets not in self._plans:
            order: dict[str, None] = {}
            for target in targets:
                self._visit(target, order)
            self._plans[targets] = [
                (name, self._nodes[name], tuple(self._schema.nodes[name].needs.values())) for name in order
            ]
        return self._plans[targets]

    def _visit(self, name: str, order: dict[str, None]) -> None:
        # What is no node is an input: the message, the tracker.
        if name in order or name not in self._schema.nodes:
            return
        for need in self._schema.nodes[name].needs.values():
            self._visit(need, order)
        order[name] = None


def install(agent: Agent) -> None:
    """Let a loaded agent run its graph so."""
    if agent.processor is not None and isinstance(agent.processor.graph_runner, DaskGraphRunner):
        agent.processor.graph_runner = PlainGraphRunner.like(agent.processor.graph_runner)
