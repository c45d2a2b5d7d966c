"""What the documentation says is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.exists()], ids=_relative)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"`make ([a-z][a-z-]*)", path.read_text(encoding="utf-8")))
    assert named <= TARGETS


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.exists()], ids=_relative)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bASKWELL_([A-Z_]+)\b", path.read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields}
    internal = {"TEST_POSTGRES", "ACTIONS_URL", "BUNDLE", "ENCODER_DIR", "TRACKER_URL"}
    assert named <= known | internal


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.exists()], ids=_relative)
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_help_lists_every_target_of_a_person() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    described = set(re.findall(r"^([a-z][a-z-]*):.*## ", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"^  make ([a-z-]+)", listed, re.MULTILINE)) == described


def test_continuous_integration_runs_what_a_contributor_runs() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
