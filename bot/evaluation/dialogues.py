"""Whole conversations through the running system, turn by turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from bot.conversations.reply import Kind
from bot.errors import AskwellError, BrokenDataFileError
from bot.evaluation.metrics import wilson
from bot.evaluation.record import Figure
from bot.replay import ChatClient
from bot.settings import ROOT
from bot.yaml_files import read_yaml

DIALOGUES = ROOT / "data" / "dialogues" / "dialogues.yml"


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Written):
    """What the patient says or presses, and what may follow."""

    say: str | None = None
    choose: str | None = None
    kinds: list[Kind]
    answer: list[str] = []
    """One of these must be given or offered, where there are any."""

    @model_validator(mode="after")
    def _says_or_presses(self) -> Turn:
        if (self.say is None) == (self.choose is None):
            raise ValueError("a turn needs either say or choose")
        return self

    @property
    def body(self) -> dict[str, str]:
        """What is sent."""
        return {"text": self.say} if self.say is not None else {"choice": str(self.choose)}

    def is_met_by(self, reply: Mapping[str, Any]) -> bool:
        """Whether a reply, as the API gives it, is one of those that are right."""
        if reply["kind"] not in self.kinds:
            return False
        offered = [choice["id"].removeprefix("answer:") for choice in reply["choices"]]
        given = reply["answer"]["id"] if reply["answer"] else None
        return not self.answer or bool({given, *offered} & {*self.answer})


class Dialogue(_Written):
    """One conversation."""

    name: str
    turns: list[Turn]


@dataclass(frozen=True)
class Told:
    """What became of one turn."""

    dialogue: str
    number: int
    turn: Turn
    reply: Mapping[str, Any] | None
    """None if no reply came, as after a failure earlier in the dialogue."""

    @property
    def is_right(self) -> bool:
        """Whether the patient got a reply of the kind that is right."""
        return self.reply is not None and self.turn.is_met_by(self.reply)


def read_dialogues(path: Path = DIALOGUES) -> list[Dialogue]:
    """Read the file.

    Raises:
        BrokenDataFileError: It is not what it should be; the message says where.
    """
    try:
        return TypeAdapter(list[Dialogue]).validate_python(read_yaml(path))
    except (ValidationError, yaml.YAMLError) as error:
        raise BrokenDataFileError(path, str(error)) from error


async def carry_out(dialogues: Sequence[Dialogue], *, address: str, at_once: int) -> list[Told]:
    """Hold all dialogues, each in a conversation of its own, a few at a time."""
    client, places = ChatClient(address), asyncio.Semaphore(at_once)

    async def one(dialogue: Dialogue) -> list[Told]:
        async with places:
            return await _held(client, dialogue)

    told = await asyncio.gather(*map(one, dialogues))
    await client.close()
    return [turn for turns in told for turn in turns]


async def _held(client: ChatClient, dialogue: Dialogue) -> list[Told]:
    conversation, told = await client.open(), []
    for number, turn in enumerate(dialogue.turns, 1):
        told.append(Told(dialogue.name, number, turn, await _reply(client, conversation, turn)))
    return told


async def _reply(client: ChatClient, conversation: Mapping[str, Any], turn: Turn) -> Mapping[str, Any] | None:
    try:
        replies = await client.send(conversation, **turn.body)
    except (AskwellError, httpx.HTTPError):
        return None
    return replies[0] if replies else None


def dialogue_figure(told: Sequence[Told]) -> Figure:
    """How many turns got a reply of the right kind; there is no target."""
    right, total = sum(one.is_right for one in told), len(told)
    interval = wilson(right, total)
    return Figure(
        id="dialogues.turns",
        set="dialogues",
        what="Turns of whole conversations that get the right kind of reply",
        bound="at_least",
        target=None,
        count=right,
        total=total,
        share=right / total if total else None,
        low=interval.low,
        high=interval.high,
        met=None,
    )
