"""The form of a report: complete in each language, and strict about what it takes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.errors import (
    BrokenDataFileError,
    ReportFieldMissingError,
    ReportFieldTooLongError,
    ReportFieldUnknownError,
    ReportOptionUnknownError,
)
from bot.reports.form import FORM, SIGNS, ReportForm
from bot.settings import ROOT, Settings

SETTINGS = Settings(_env_file=None)
# What the floor knows and no reader of a list after a treatment would look for.
NOT_LISTED = {"head_injury", "pregnancy", "swelling", "other"}


@pytest.fixture(scope="module")
def form() -> ReportForm:
    return ReportForm(SETTINGS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_word_is_there_and_filled_in(form: ReportForm, language: str) -> None:
    words = form.words(language)
    assert "$" not in words.model_dump_json()
    assert all(words.fields[field.name].label for field in form.fields)
    assert SETTINGS.emergency_number in words.signs
    assert SETTINGS.clinic_phone in words.next_steps
    assert SETTINGS.clinic_hours in words.next_steps


@pytest.mark.parametrize(("language", "way_back"), [("en", "private code"), ("es", "código privado")])
def test_who_reported_learns_how_to_come_back_to_the_answer(form: ReportForm, language: str, way_back: str) -> None:
    # The device forgets the chat within an hour or with its tab, the team answers when it is open.
    assert way_back in form.words(language).next_steps


def test_languages_are_taken_by_their_first_part_and_others_are_english(form: ReportForm) -> None:
    assert form.words("es-MX") == form.words("es") != form.words("en")
    assert form.words("xx") == form.words("EN-gb") == form.words("en")


def test_the_listed_signs_are_those_of_the_emergency_floor() -> None:
    rules = yaml.safe_load((ROOT / "data" / "safety" / "red_flags.yml").read_text())["rules"]
    listed = {category for sign in yaml.safe_load(SIGNS.read_text()) for category in sign["of"]}
    assert listed == {rule["category"] for rule in rules} - NOT_LISTED


@pytest.mark.parametrize("jurisdiction", ["US", "EU"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_jurisdiction_says_how_to_report(jurisdiction: str, language: str) -> None:
    regulator = ReportForm(Settings(_env_file=None, jurisdiction=jurisdiction)).regulator(language)
    assert regulator.name
    assert regulator.how
    assert regulator.url.startswith("https://")


def test_each_jurisdiction_names_its_source() -> None:
    entries = yaml.safe_load((ROOT / "data" / "jurisdictions.yml").read_text())
    assert [name for name, entry in entries.items() if not entry["reporting"]["source"]] == []


def test_a_jurisdiction_that_does_not_say_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(BrokenDataFileError, match="ASKWELL_JURISDICTION=XX"):
        ReportForm(Settings(_env_file=None, jurisdiction="XX"))


def test_words_are_kept_as_typed_in_the_order_of_the_form(form: ReportForm) -> None:
    given = {"maker": "  Acme\r\nX-Header: 1 ", "what_happened": "\n It swelled.\n\nStill does. ", "lot_number": "  "}
    assert list(form.checked(given).items()) == [
        ("what_happened", "It swelled.\n\nStill does."),
        ("maker", "Acme X-Header: 1"),
    ]


def test_what_no_database_holds_is_taken_out(form: ReportForm) -> None:
    assert form.checked({"what_happened": "s\x00wol\ud800len\u202e"}) == {"what_happened": "swollen"}


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({}, ReportFieldMissingError, "what_happened"),
        ({"what_happened": " \n\u200b"[:2]}, ReportFieldMissingError, "what_happened"),
        ({"what_happened": "a" * 2001}, ReportFieldTooLongError, "what_happened"),
        ({"what_happened": "a", "maker": "b" * 2001}, ReportFieldTooLongError, "maker"),
        ({"what_happened": "a", "now": "much worse"}, ReportOptionUnknownError, "now"),
        ({"what_happened": "a", "diagnosis": "b"}, ReportFieldUnknownError, "fields"),
    ],
)
def test_what_cannot_be_taken_is_named(
    form: ReportForm, given: dict[str, str], error: type[ReportFieldMissingError], field: str
) -> None:
    with pytest.raises(error) as caught:
        form.checked(given)
    assert caught.value.field == field


def test_two_thousand_characters_are_taken(form: ReportForm) -> None:
    assert form.checked({"what_happened": "ä" * 2000})


def test_the_summary_names_each_field_and_option(form: ReportForm) -> None:
    summary = form.summary({"what_happened": "It swelled.", "now": "worse"}, "en")
    assert summary.splitlines() == [
        "Report after a treatment",
        "",
        "What happened? It swelled.",
        "How is it now? Worse",
    ]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("en", {"title": "$nobody_knows"}),
        ("es", {"fields": {}}),
        ("en", {"extra": "word"}),
    ],
)
def test_a_form_that_lacks_a_word_fails_when_it_is_loaded(tmp_path: Path, name: str, change: dict[str, object]) -> None:
    folder = shutil.copytree(FORM, tmp_path / "reports")
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | change))
    with pytest.raises(BrokenDataFileError, match=f"{name}.yml"):
        ReportForm(SETTINGS, folder)
