from __future__ import annotations

import sqlite3
from pathlib import Path

import yaml

from benchmarks.content import select
from benchmarks.stock.project import generate, write_endpoints
from benchmarks.synthetic import synthetic_answers


def test_the_project_is_what_rasa_init_writes_and_an_intent_for_each_answer(tmp_path: Path) -> None:
    answers = select(synthetic_answers(3))
    generate(tmp_path, answers)
    domain = yaml.safe_load((tmp_path / "domain.yml").read_text())
    assert {"greet", "cost_alder_price", "cost_alder_payment_plan"} <= set(domain["intents"])
    nlu = yaml.safe_load((tmp_path / "data" / "answers_nlu.yml").read_text())["nlu"]
    assert [len(block["examples"].splitlines()) for block in nlu] == [20, 20, 20]
    assert "pipeline:\n#" in (tmp_path / "config.yml").read_text()


def test_the_action_finds_its_words(tmp_path: Path) -> None:
    answers = synthetic_answers(1)
    generate(tmp_path, answers)
    with sqlite3.connect(tmp_path / "answers.db") as database:
        rows = database.execute("SELECT intent, words FROM answers").fetchall()
    database.close()
    assert rows == [("cost_alder_price", answers[0].body)]


def test_endpoints_name_the_action_server(tmp_path: Path) -> None:
    write_endpoints(tmp_path, actions_port=5055)
    endpoints = yaml.safe_load((tmp_path / "endpoints.yml").read_text())
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:5055/webhook"
    assert endpoints["tracker_store"]["type"] == "SQL"
