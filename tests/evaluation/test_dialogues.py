"""Whole conversations: how they are read, held and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.answers.files import read_answer_files
from bot.errors import BrokenDataFileError
from bot.evaluation import dialogues
from bot.evaluation.dialogues import Dialogue, Told, Turn, carry_out, dialogue_figure, read_dialogues
from bot.evaluation.page import render
from bot.evaluation.summing_up import Run, sum_up
from bot.settings import ROOT
from tests.evaluation.made_up import ANSWERS

RISKS = "risks/side_effects"
ASKED = Turn(say="And the risks?", kinds=["answer", "clarify"], answer=[RISKS])


def reply(kind: str = "answer", answer: str | None = RISKS, offered: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "kind": kind,
        "answer": {"id": answer} if answer else None,
        "choices": [{"id": f"answer:{one}", "label": one} for one in offered],
    }


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (reply(), True),
        (reply("clarify", None, (RISKS,)), True),
        (reply("clarify", None, ("cost/price",)), False),
        (reply(answer="cost/price"), False),
        (reply("handoff", None), False),
    ],
)
def test_a_turn_is_met_by_the_right_kind_with_the_right_answer(got: dict[str, Any], right: bool) -> None:
    assert ASKED.is_met_by(got) is right


def test_the_dialogues_of_the_project_can_be_read_and_name_answers_that_exist() -> None:
    named = {answer for dialogue in read_dialogues() for turn in dialogue.turns for answer in turn.answer}
    known = {answer.id for answer in read_answer_files(ROOT / "data" / "answers")}
    assert named
    assert named <= known


@pytest.mark.parametrize("turn", ["{kinds: [answer]}", "{say: a, choose: b, kinds: [answer]}", "{say: a, kinds: [x]}"])
def test_a_turn_that_makes_no_sense_is_refused(tmp_path: Path, turn: str) -> None:
    path = tmp_path / "dialogues.yml"
    path.write_text(f"- name: one\n  turns: [{turn}]\n")
    with pytest.raises(BrokenDataFileError):
        read_dialogues(path)


class FakeClient:
    """Answers the first turn of a conversation, and fails at the second."""

    def __init__(self, _address: str) -> None:
        self.turns: dict[int, int] = {}

    async def open(self) -> dict[str, int]:
        return {"id": len(self.turns)}

    async def send(self, conversation: dict[str, int], **_: str) -> list[dict[str, Any]]:
        number = self.turns[conversation["id"]] = self.turns.get(conversation["id"], 0) + 1
        if number > 1:
            raise BrokenDataFileError("a", "any error")
        return [reply()]

    async def close(self) -> None:
        """Nothing to give back."""


async def test_a_turn_without_a_reply_is_not_right_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogues, "ChatClient", FakeClient)
    told = await carry_out([Dialogue(name="one", turns=[ASKED, ASKED])], address="", at_once=2)
    assert [one.is_right for one in told] == [True, False]
    figure = dialogue_figure(told)
    assert (figure.count, figure.total, figure.met) == (1, 2, None)


def test_the_page_shows_the_turns_that_went_wrong() -> None:
    told = [Told("and the <risks>", 2, ASKED, reply("handoff", None)), Told("fine", 1, ASKED, reply())]
    run = Run(judged=[], copies={}, milliseconds=[], sent=2, failed=0, seed=7, at_once=1, told=told)
    page = render(sum_up(run, ANSWERS), run)
    assert "1 of 2 turns of 2 conversations" in page
    assert "turn 2 of <b>and the &lt;risks&gt;</b>" in page
