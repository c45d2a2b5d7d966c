"""The house holds its shape: who may import whom, how long a function may be, what a file says of itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.settings import ROOT

CODE = [*sorted((ROOT / "bot").rglob("*.py")), *sorted((ROOT / "actions").glob("*.py"))]
MIGRATIONS = ROOT / "bot" / "store" / "migrations"
LONGEST_FUNCTION = 25

GROUND = {
    "bot.data_files",
    "bot.errors",
    "bot.languages",
    "bot.logs",
    "bot.model_code",
    "bot.safety",
    "bot.settings",
    "bot.whole_file",
    "bot.yaml_files",
}
FEATURES = {
    "bot.answers",
    "bot.conversations",
    "bot.handoffs",
    "bot.mail",
    "bot.prep",
    "bot.privacy",
    "bot.reports",
    "bot.training",
}
# Each part, and all of ours that it may import besides itself.
MAY_IMPORT = {
    "bot.yaml_files": set(),
    "bot.safety": {"bot.yaml_files"},
    "bot.errors": set(),
    "bot.data_files": {"bot.errors", "bot.yaml_files"},
    "bot.languages": set(),
    "bot.logs": set(),
    "bot.whole_file": set(),
    "bot.settings": {"bot.errors"},
    "bot.store": GROUND,
    "bot.model_code": set(),
    "bot.brain": {"bot.safety", "bot.errors", "bot.model_code"},
    **dict.fromkeys(FEATURES, GROUND | {"bot.store"} | FEATURES),
    # What is to be exported and deleted is found among all tables.
    "bot.privacy": GROUND | {"bot.store", "bot.tables"} | FEATURES,
    "actions": GROUND | {"bot.store"} | FEATURES,
    "bot.web": GROUND | {"bot.store"} | FEATURES,
}
# A library, and the only parts that may import it.
ONLY_IN = {
    "rasa": {"bot.brain"},
    "rasa_sdk": {"actions", "bot.web"},
    "fastapi": {"bot.web", "bot.asgi"},
    "starlette": {"bot.web"},
    "typer": {"bot.cli"},
}


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _part(module: str) -> str:
    """`bot.web.app` is a part of `bot.web`."""
    return ".".join(module.split(".")[: 1 if module.startswith("actions") else 2])


def _module(path: Path) -> str:
    return _relative(path).removesuffix(".py").replace("/", ".")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{_relative(path)} has a relative import"
            assert node.module
            yield from ((f"bot.{alias.name}" for alias in node.names) if node.module == "bot" else [node.module])


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", [path for path in CODE if MIGRATIONS not in path.parents], ids=_relative)
def test_imports_run_one_way(path: Path) -> None:
    part = _part(_module(path))
    ours = {_part(name) for name in _imports(path) if name.split(".")[0] in {"bot", "actions"}}
    allowed = MAY_IMPORT.get(part)
    assert allowed is None or ours <= allowed | {part}


@pytest.mark.parametrize("path", CODE, ids=_relative)
def test_each_library_is_imported_where_it_belongs(path: Path) -> None:
    libraries = {name.split(".")[0] for name in _imports(path)}
    part = _part(_module(path))
    assert [name for name in libraries & ONLY_IN.keys() if part not in ONLY_IN[name]] == []


def test_the_environment_is_read_in_one_place_on_each_side() -> None:
    reading = re.compile(r"environ\.get|getenv")
    readers = {_relative(path) for path in CODE if reading.search(path.read_text(encoding="utf-8"))}
    assert readers <= {"bot/brain/environment.py"}  # web's is pydantic-settings, in bot/settings.py


@pytest.mark.parametrize("path", [path for path in CODE if MIGRATIONS not in path.parents], ids=_relative)
def test_no_function_is_longer_than_a_screen_of_thought(path: Path) -> None:
    long = {node.name: _length(node) for node in _functions(path) if _length(node) > LONGEST_FUNCTION}
    assert long == {}


def test_functions_are_about_five_lines_long() -> None:
    lengths = sorted(_length(node) for path in CODE for node in _functions(path))
    assert lengths[len(lengths) // 2] <= 8


@pytest.mark.parametrize("path", CODE, ids=_relative)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    if path.name == "__init__.py":
        assert path.read_text() == ""
    else:
        assert ast.get_docstring(_tree(path))


def test_the_actions_stay_flat() -> None:
    """rasa-sdk walks them with unprefixed module names."""
    assert [path.name for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"] == []


def test_no_word_of_the_field_stands_in_the_code() -> None:
    """Knowledge of the therapy lives in data/, so that another clinic is another folder."""
    word = re.compile(r"vesicle|stem cell|lupus|\bFDA\b", re.IGNORECASE)
    assert [(_relative(path), text) for path in CODE for text in _strings(path) if word.search(text)] == []


def _strings(path: Path) -> Iterator[str]:
    """The strings that the program works with; docstrings may give examples."""
    described = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Expr)]
    docstrings = {id(node.value) for node in described}
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of the body, without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    assert node.end_lineno
    return node.end_lineno - body[0].lineno + 1 if body else 0
