"""The reporter's own copy of a report, as plain text."""

from __future__ import annotations

from bot.reports.form import Regulator, ReportForm
from bot.reports.reports import Filed


def as_text(filed: Filed, form: ReportForm, language: str, clinic: str) -> str:
    """A report with its reference, when it was sent (UTC), and how to tell the regulator."""
    words = form.words(language)
    parts = [
        [words.title, clinic],
        [
            f"{words.reference}: {filed.handoff.reference}",
            f"{words.submitted}: {filed.report.submitted_at:%Y-%m-%d %H:%M} UTC",
        ],
        form.lines(filed.report.fields, language),
        [words.regulator, *_regulator_lines(form.regulator(language))],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _regulator_lines(regulator: Regulator) -> list[str]:
    return [line for line in (regulator.name, regulator.how, regulator.url, regulator.phone) if line]
