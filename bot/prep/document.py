"""A sheet on paper: tagged PDF, and plain text for mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.prep.guide import DocumentWords, Guides
from bot.prep.printer import Printer
from bot.prep.shown import ShownSheet

TEMPLATES = Path(__file__).parent / "templates"


class SheetDocuments:
    """Puts sheets on paper."""

    def __init__(self, guides: Guides, printer: Printer, *, clinic: str, zone: tzinfo) -> None:
        self._guides = guides
        self._printer = printer
        self._clinic = clinic
        self._zone = zone
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html", "html.j2"]),
            undefined=StrictUndefined,
        )

    @property
    def reason_for_no_pdf(self) -> str | None:
        """Why no PDF can be made here; none if it can."""
        return self._printer.reason

    async def pdf(self, sheet: ShownSheet) -> bytes:
        """The sheet as a PDF that screen readers can follow (PDF/UA-1).

        Raises:
            PdfUnavailableError: It cannot be made here, or not now.
        """
        return await self._printer.pdf(self.html(sheet))

    def html(self, sheet: ShownSheet) -> str:
        """What the printer is given, which has the style; the patient's words are escaped."""
        guide = self._guides.in_language(sheet.language)
        return self._templates.get_template("sheet.html.j2").render(
            sheet=sheet,
            guide=guide,
            clinic=self._clinic,
            day=partial(self._day, guide.document),
            changed=self._day(guide.document, sheet.updated_at) if sheet.updated_at else None,
            top=[question for question in sheet.questions if question.top],
            others=[question for question in sheet.questions if not question.top],
        )

    def text(self, sheet: ShownSheet) -> str:
        """The same in plain text."""
        return "\n".join(self._lines(sheet))

    def _lines(self, sheet: ShownSheet) -> Iterator[str]:
        words = self._guides.in_language(sheet.language).document
        yield from (words.title, words.clinic)
        for section in sheet.sections:
            yield from _headed(section.title, [f"{part.label}:\n{part.text}" for part in section.parts if part.text])
        ordered = sorted(sheet.questions, key=lambda question: not question.top)
        yield from _headed(words.questions, [f"{place}. {item.text}" for place, item in enumerate(ordered, start=1)])
        yield from _headed(words.talk_about, [f"- {line}" for line in sheet.talk_about])
        yield from _headed(words.for_provider, [f"- {item.text}" for item in sheet.for_provider])
        yield from _headed(words.read, [f"- {item.title} ({self._day(words, item.read_at)})" for item in sheet.read])
        yield from ("", words.disclosure, words.contact)

    def _day(self, words: DocumentWords, moment: datetime) -> str:
        """The day that it was at the clinic: an evening there may be the next day in UTC."""
        return words.day(moment.astimezone(self._zone))


def _headed(title: str, lines: list[str]) -> list[str]:
    """The lines below their title, if there are any."""
    return ["", title.upper(), *lines] if lines else []
