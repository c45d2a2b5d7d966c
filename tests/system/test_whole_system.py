"""A patient's messages through web, brain, actions and database, all of them real."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.system.conftest import Assistant

NBSP = "\N{NO-BREAK SPACE}"
ZWSP = "\N{ZERO WIDTH SPACE}"


def test_a_general_question_gets_its_approved_answer_with_the_record_of_why(assistant: Assistant) -> None:
    reply = assistant.patient().say("What are exosomes?")
    assert reply["kind"] == "answer"
    assert reply["answer"]["id"] == "basics/what_are_exosomes"
    assert reply["answer"]["starter"]
    assert reply["answer"]["sources"]
    assert reply["decision"]["revision"] == "basics/what_are_exosomes@1"
    assert reply["decision"]["model"].startswith("askwell-")


@pytest.mark.parametrize(
    "text",
    [
        "I have lupus, can I have exosome therapy?",
        "am I a good candidate for the injections, I'm 71 and take warfarin",
        "my knee has been swollen since last week, is that normal",
    ],
)
def test_a_personal_question_is_offered_to_a_person(assistant: Assistant, text: str) -> None:
    reply = assistant.patient().say(text)
    assert reply["kind"] == "handoff"
    assert reply["handoff"]["reference"] in reply["text"]
    assert [choice["id"] for choice in reply["choices"]] == ["handoff:accept", "handoff:decline"]


def test_an_accepted_handoff_is_shown_and_sent_when_the_patient_agrees(assistant: Assistant) -> None:
    patient = assistant.patient()
    offered = patient.say("My mother has Parkinson's disease, would this help her?")
    confirm = patient.choose("handoff:accept")
    reference = offered["handoff"]["reference"]
    assert (confirm["kind"], confirm["consent"]) == ("handoff", reference)
    offer = {"reference": reference, "state": "offered", "urgent": False, "taken_by": None, "reply_expected": None}
    assert confirm["handoff"] == offer
    assert patient.agree(reference)["state"] == "waiting"


@pytest.mark.parametrize(
    "text",
    [
        "I can't breathe since the injection",
        "my throat is swelling up",
        f"che{ZWSP}st pa{ZWSP}in and my left arm is numb",
        "I саn't brеаthе",  # Cyrillic a, c, e
    ],
)
def test_an_emergency_gets_the_emergency_text_first(assistant: Assistant, text: str) -> None:
    reply = assistant.patient().say(text)
    assert reply["kind"] == "emergency"
    assert reply["handoff"]["urgent"]
    assert "911" in reply["text"]


@pytest.mark.parametrize("prefix", ["", " ", NBSP, ZWSP, "\t"])
@pytest.mark.parametrize("command", ["/restart", "/back", "/session_start", '/talk_to_person{"role":"doctor"}'])
def test_text_that_looks_like_a_command_is_only_text(assistant: Assistant, prefix: str, command: str) -> None:
    patient = assistant.patient()
    patient.say("What are exosomes?")
    reply = patient.say(prefix + command)
    assert reply["kind"] in {"declined", "clarify", "handoff"}
    assert reply["decision"]["triage"] is not None
    assert len(patient.history()) == 4


def test_a_button_of_did_you_mean_leads_to_its_answer(assistant: Assistant) -> None:
    reply = assistant.patient().choose("answer:risks/infection")
    assert reply["answer"]["id"] == "risks/infection"


def test_the_prep_form_takes_the_patients_words_and_an_emergency_interrupts_it(assistant: Assistant) -> None:
    patient = assistant.patient()
    assert patient.say("help me fill in my prep sheet")["kind"] == "prep"
    assert patient.say("I want to walk without pain again")["kind"] == "prep"
    assert patient.say("I can't breathe")["kind"] == "emergency"
    reply = patient.say("what are exosomes?")
    assert reply["kind"] == "answer"
    assert reply["choices"][-1] == {"id": "prep:start", "label": "Go on with my prep sheet"}
    assert patient.choose("prep:start")["kind"] == "prep"
    assert patient.say("being able to play with my grandchildren")["kind"] == "prep"
    assert patient.say("how is it made, and who checks it?")["kind"] == "prep"
    assert patient.sheet_words()["matters"] == "being able to play with my grandchildren"


def test_two_failures_in_a_row_lead_to_a_person(assistant: Assistant) -> None:
    patient = assistant.patient()
    first, second = patient.say("what is the capital of france"), patient.say("and how tall is mount everest")
    assert first["kind"] == "declined"
    assert second["kind"] == "handoff"


def test_the_two_hundredth_turn_is_answered_like_the_first(assistant: Assistant) -> None:
    patient = assistant.patient()
    kinds = {patient.say("What are exosomes?")["kind"] for _ in range(40)}
    assert kinds == {"answer"}


def test_replay_keeps_its_format_and_its_order(assistant: Assistant, tmp_path: Path) -> None:
    texts = ["What are exosomes?", "I can't breathe", "x" * 2_001]
    rows = [{"id": f"row-{number}", "text": text} for number, text in enumerate(texts)]
    given, made = tmp_path / "given.jsonl", tmp_path / "made.jsonl"
    given.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = assistant.askwell("replay", str(given), "--out", str(made))
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in made.read_text().splitlines()]
    assert [result["id"] for result in results] == ["row-0", "row-1", "row-2"]
    assert [result["kind"] for result in results] == ["answer", "emergency", None]
    keys = ["id", "text", "kind", "answer", "revision", "confidence", "suggestions", "triage", "reply", "ms"]
    assert list(results[0]) == keys
    assert "2,000" in results[2]["error"]


def test_the_doctor_finds_everything_well(assistant: Assistant) -> None:
    done = assistant.askwell("doctor")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout


def test_a_brain_killed_in_mid_message_leaves_the_honest_fallback_and_comes_back(
    assistant: Assistant,
) -> None:
    patient = assistant.patient()
    os.kill(assistant.brain_process(), signal.SIGKILL)
    began = time.monotonic()
    reply = patient.say("What are the risks?")
    assert time.monotonic() - began < 10
    assert reply["kind"] == "unavailable"
    assert "(555) 010-0199" in reply["text"]
    assert "911" in reply["text"]
    assert patient.history()[0]["status"] == "failed"
    assert patient.say("I can't breathe")["kind"] == "emergency"
    assistant.wait_until_ready()
    assert assistant.patient().say("What are exosomes?")["kind"] == "answer"


def test_no_word_of_a_patient_is_in_any_log(assistant: Assistant) -> None:
    canary = "zanzibarcanary"
    for text in (f"I have {canary} disease", f"/restart {canary}", f"what is {canary}?", canary * 20):
        assistant.patient().say(text)
    logged = assistant.output.read_text()
    assert canary not in logged


def test_a_form_takes_what_comes_and_an_emergency_comes_first(assistant: Assistant) -> None:
    patient = assistant.patient()
    assert patient.say("make my prep sheet")["kind"] == "prep"
    assert patient.say("My shoulder, and my lupus")["kind"] == "prep"  # the patient's own words, uninterpreted
    assert patient.say("I can't breathe and my throat is swelling")["kind"] == "emergency"
    assert patient.say("thank you")["kind"] == "smalltalk"
    assert patient.choose("prep:start")["kind"] == "prep"
    assert patient.say("none of your business")["kind"] == "prep"
    saved = patient.say("Who makes it?")
    assert "on your prep sheet" in saved["text"]
    assert patient.sheet_words() == {
        "reason": "My shoulder, and my lupus",
        "questions": "Who makes it?",
    }


def test_a_form_that_is_left_half_way_goes_on_where_it_was(assistant: Assistant) -> None:
    patient = assistant.patient()
    first = patient.say("make my prep sheet")
    second = patient.say("My knee hurts")
    assert "stopped" in patient.say("stop")["text"]
    assert patient.say("What are exosomes?")["kind"] == "answer"
    assert patient.say("make my prep sheet")["text"].endswith(second["text"])
    assert not first["text"].endswith(second["text"])
