"""The sheet on paper: tagged for screen readers, whatever the patient typed."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from structlog.testing import capture_logs

from bot.errors import PdfUnavailableError
from bot.prep import printer as printer_module
from bot.prep.document import SheetDocuments
from bot.prep.guide import Guides
from bot.prep.printer import Printer, missing_packages
from bot.prep.shown import (
    ShownAnswer,
    ShownAsked,
    ShownPart,
    ShownQuestion,
    ShownReadiness,
    ShownSection,
    ShownSheet,
)

MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOSTILE = {
    "tags": "<img src=file:///etc/passwd><script>alert(1)</script></p></body>{{ 7*7 }}",
    "css": "</style><style>* { display: none }</style>",
    "chinese": "外泌体" * 666,
    "arabic": "هل هذا العلاج آمن بالنسبة لي؟",
    "greek and cyrillic": "Είναι ασφαλές; Это безопасно?",
    "hebrew": "האם זה בטוח?",
    "emoji": "😀👩‍⚕️🇪🇸 " * 40,
    "combining": "\u0301\u0302\u0303" * 200,
    "one word": "a" * 2_000,
    "unassigned": "\U000e0fff\ue000\U0001fbff\U00012345",
    "lines": "\n" * 500 + "\u2028\u2029\x0b\x0c",
}


def a_sheet(text: str = "my knee", language: str = "en") -> ShownSheet:
    """A sheet with something of everything."""
    return ShownSheet(
        language=language,
        version=1,
        updated_at=MOMENT,
        sections=[
            ShownSection(
                id="about",
                title="What brings you here",
                parts=[ShownPart(id="reason", label="Why", help="", text=text)],
            ),
            ShownSection(
                id="leaving",
                title="Before I leave I know",
                parts=[ShownPart(id="next", label="What happens next", help="", text="")],
            ),
        ],
        topics=[],
        questions=[
            ShownQuestion(id="ind", text="May I see the IND number?", why="It shows.", top=True),
            ShownQuestion(id=None, text=text or "Mine?", why=None, top=False),
        ],
        readiness=[ShownReadiness(id="values", ask="I can say", answer=False, talk_about="What weighs more")],
        read=[ShownAnswer(answer="risks/a", title="What are the risks?", revision="risks/a@3", read_at=MOMENT)],
        for_provider=[ShownAsked(text=text or "I have lupus", asked_at=MOMENT, reference="ABCD-EFGH")],
    )


@pytest.fixture(scope="module")
async def printer() -> AsyncIterator[Printer]:
    """One for all: its process takes seconds to start."""
    made = Printer()
    yield made
    await made.close()


@pytest.fixture
def documents(guides: Guides, printer: Printer) -> SheetDocuments:
    return SheetDocuments(guides, printer, clinic="Clinic <A & B>", zone=UTC)


def text_of(pdf: bytes) -> str:
    """What a reader finds; pypdf leaves the upper byte of each letter where a font lacks one that was typed."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\0", "")


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "21"), ("UTC", "22"), ("Pacific/Auckland", "22")])
async def test_days_are_those_of_the_clinic(guides: Guides, printer: Printer, zone: str, day: str) -> None:
    """What was read in the evening is not dated tomorrow."""
    documents = SheetDocuments(guides, printer, clinic="Clinic", zone=ZoneInfo(zone))
    sheet = a_sheet().model_copy(update={"updated_at": datetime(2026, 11, 22, 1, 30, tzinfo=UTC)})
    sheet.read[0].read_at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert re.search(rf"\D{day} November 2026|November {day}, 2026", documents.html(sheet))
    assert re.search(rf"\({day} November 2026|November {day}, 2026", documents.text(sheet))


async def test_a_pdf_is_tagged_and_says_its_language_and_title(documents: SheetDocuments) -> None:
    root = PdfReader(io.BytesIO(await documents.pdf(a_sheet()))).trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert root["/MarkInfo"]["/Marked"] is not None
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert re.search(r'pdfuaid:part(="|>)1', xmp)
    assert "My prep sheet" in xmp
    tags = set(_tags(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD"} <= tags


def _tags(node: object) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [tag for child in node for tag in _tags(child)]
    if not isinstance(node, dict):
        return []
    return [str(node.get("/S")), *_tags(node.get("/K"))]


async def test_a_pdf_holds_every_word_of_the_sheet(documents: SheetDocuments) -> None:
    text = text_of(await documents.pdf(a_sheet()))
    for words in (
        "my knee",
        "May I see the IND number?",
        "What weighs more",
        "risks/a@3",
        "November 22, 2026",
        "ABCD-EFGH",
        "not a clinician",
        "911",
    ):
        assert words in text


async def test_a_pdf_speaks_the_readers_language(documents: SheetDocuments) -> None:
    pdf = await documents.pdf(a_sheet(language="es"))
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "es"
    assert "22 de noviembre de 2026" in text_of(pdf)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_no_words_break_a_pdf(documents: SheetDocuments, text: str) -> None:
    pdf = await documents.pdf(a_sheet(text))
    assert "May I see the IND number?" in text_of(pdf)
    assert len(pdf) < 3_000_000


@pytest.mark.parametrize("kind", ["tags", "css", "arabic", "greek and cyrillic"])
async def test_words_stay_the_words_that_were_typed(documents: SheetDocuments, kind: str) -> None:
    text = re.sub(r"\s", "", text_of(await documents.pdf(a_sheet(HOSTILE[kind]))))
    wanted = re.sub(r"\s", "", HOSTILE[kind])
    # A line of right-to-left text may be read back from its other end.
    assert wanted in text or all(word in text or word[::-1] in text for word in HOSTILE[kind].split())


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_pdf_says_that_characters_could_not_be_printed(
    guides: Guides, documents: SheetDocuments, language: str
) -> None:
    said = re.sub(r"\s", "", guides.in_language(language).document.unprintable)
    text = text_of(await documents.pdf(a_sheet("before \U00012345 after", language)))
    assert re.sub(r"\s", "", text).count(said) == 1
    assert "after" in text


@pytest.mark.parametrize("kind", ["tags", "chinese", "arabic", "greek and cyrillic", "hebrew", "emoji", "lines"])
async def test_a_pdf_does_not_say_so_of_what_it_prints(guides: Guides, documents: SheetDocuments, kind: str) -> None:
    text = text_of(await documents.pdf(a_sheet(HOSTILE[kind])))
    assert re.sub(r"\s", "", guides.in_language("en").document.unprintable) not in re.sub(r"\s", "", text)


async def test_digits_are_letters_of_the_text_and_emoji_are_pictures(documents: SheetDocuments) -> None:
    """A font of emoji has digits too; a picture for each of them is ugly and takes twice as long as all the rest."""
    assert not pictures_in(await documents.pdf(a_sheet("Call 911 on 1 / 4, at 10 #1 *")))
    assert pictures_in(await documents.pdf(a_sheet(HOSTILE["emoji"])))


def pictures_in(pdf: bytes) -> int:
    return sum(len(page["/Resources"].get("/XObject", ())) for page in PdfReader(io.BytesIO(pdf)).pages)


async def test_lines_to_write_on_are_no_paragraphs_without_words(documents: SheetDocuments) -> None:
    root = PdfReader(io.BytesIO(await documents.pdf(a_sheet()))).trailer["/Root"]
    assert all(paragraph["/K"] for paragraph in _elements(root["/StructTreeRoot"], "/P"))


def _elements(node: object, tag: str) -> list[DictionaryObject]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for child in node for found in _elements(child, tag)]
    if not isinstance(node, dict):
        return []
    return [*([node] if node.get("/S") == tag else []), *_elements(node.get("/K"), tag)]


async def test_chinese_is_read_back(documents: SheetDocuments) -> None:
    assert text_of(await documents.pdf(a_sheet(HOSTILE["chinese"]))).count("外") >= 666


def test_patients_words_are_escaped(documents: SheetDocuments) -> None:
    html = documents.html(a_sheet(HOSTILE["tags"]))
    assert "<script" not in html
    assert "<img" not in html
    assert "Clinic &lt;A &amp; B&gt;" in html


def test_plain_text_holds_the_same(documents: SheetDocuments) -> None:
    text = documents.text(a_sheet())
    for words in ("my knee", "1. May I see the IND number?", "- What weighs more", "911"):
        assert words in text


async def test_many_at_once_are_all_rendered_and_too_many_are_turned_away(documents: SheetDocuments) -> None:
    wanted = [documents.pdf(a_sheet(f"number {number}")) for number in range(12)]
    results = await asyncio.gather(*wanted, return_exceptions=True)
    made = [result for result in results if isinstance(result, bytes)]
    assert len(made) == printer_module.MOST_WAITING
    assert all(isinstance(result, bytes | PdfUnavailableError) for result in results)
    assert [f"number {number}" in text_of(pdf) for number, pdf in enumerate(made)] == [True] * len(made)


async def test_the_event_loop_goes_on_meanwhile(documents: SheetDocuments, printer: Printer) -> None:
    await printer.warm_up()
    rendering = asyncio.create_task(documents.pdf(a_sheet(HOSTILE["chinese"])))
    ticks = 0
    while not rendering.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 10


async def test_a_rendering_that_takes_too_long_ends_and_the_next_one_works(documents: SheetDocuments) -> None:
    slow = documents._printer
    await slow.warm_up()
    slow._seconds = 0.001
    with capture_logs() as logs, pytest.raises(PdfUnavailableError):
        await documents.pdf(a_sheet("my secret"))
    slow._seconds = 20
    assert (await documents.pdf(a_sheet())).startswith(b"%PDF")
    assert [entry["event"] for entry in logs] == ["pdf_failed"]
    assert "secret" not in str(logs)


async def test_a_process_that_died_is_started_again(documents: SheetDocuments, printer: Printer) -> None:
    await documents.pdf(a_sheet())
    assert printer._process
    printer._process.kill()
    await printer._process.wait()
    assert (await documents.pdf(a_sheet())).startswith(b"%PDF")


async def test_one_that_is_cancelled_leaves_no_answer_behind(documents: SheetDocuments, printer: Printer) -> None:
    await printer.warm_up()
    left = asyncio.create_task(documents.pdf(a_sheet("left behind")))
    await asyncio.sleep(0.05)
    left.cancel()
    await asyncio.wait({left})
    assert "my knee" in text_of(await documents.pdf(a_sheet()))


async def test_without_its_library_the_printer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_module, "LIBRARIES", {"libpango-1.0-0": ("libnothing.so.9",)})
    assert missing_packages() == ["libpango-1.0-0"]
    printer = Printer()
    await printer.warm_up()
    assert printer._process is None
    with pytest.raises(PdfUnavailableError, match=r"apt-get install libpango-1\.0-0"):
        await printer.pdf("<p>x</p>")
