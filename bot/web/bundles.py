"""A page's modules as one script, so that a browser asks for one file and not for a dozen.

Modules stay ordinary ES modules on disk; they are joined when the server starts. In the
joined script each module is a function that runs once and returns what it exports, after
those that it imports. A module that is only imported on demand (`import('./name.js')`)
stays a file of its own and takes what it shares with the page from the joined script, so
that no module ever runs twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

MAIN = "main"

_IMPORT = re.compile(r"^import (\{[^}]*\}) from '\./([\w-]+)\.js';$", re.MULTILINE)
_ON_DEMAND = re.compile(r"\bimport\('\./([\w-]+)\.js'\)")
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)


def bundled(page: str, modules: Mapping[str, str]) -> dict[str, str]:
    """The scripts of a page, by name: `main` of all that it always needs, and what it loads on demand.

    `modules` are all modules by name, comments left out.

    Raises:
        KeyError: A module imports one that does not exist.
        ValueError: Modules import each other in a circle, or in a form that cannot be joined.
    """
    always = _in_order(page, modules)
    main = "".join(_as_function(name, modules[name]) for name in always)
    return {MAIN: main} | {name: _on_demand(modules[name], always) for name in _demanded(always, modules)}


def _in_order(page: str, modules: Mapping[str, str]) -> list[str]:
    done: list[str] = []
    _visit(page, modules, done, path=())
    return done


def _visit(name: str, modules: Mapping[str, str], done: list[str], *, path: tuple[str, ...]) -> None:
    if name in path:
        raise ValueError(" → ".join((*path, name)) + " is a circle")
    for needed in _imported(modules[name]):
        if needed not in done:
            _visit(needed, modules, done, path=(*path, name))
    done.append(name)


def _demanded(always: list[str], modules: Mapping[str, str]) -> list[str]:
    """What is loaded on demand, and what only that imports."""
    found: list[str] = []
    waiting = [demanded for name in always for demanded in _ON_DEMAND.findall(modules[name])]
    while waiting:
        name = waiting.pop()
        if name in always or name in found:
            continue
        found.append(name)
        waiting += [*_imported(modules[name]), *_ON_DEMAND.findall(modules[name])]
    return sorted(found)


def _imported(source: str) -> Iterator[str]:
    return (match[2] for match in _IMPORT.finditer(source))


def _as_function(name: str, source: str) -> str:
    exported = ", ".join(match[2] for match in _EXPORT.finditer(source))
    body = _EXPORT.sub(r"\1", _IMPORT.sub(_taken, source))
    if other := _OTHER.search(body):
        raise ValueError(f"{name}.js: cannot join “{other[0]}”")
    return f"export const {_variable(name)} = (() => {{\n{_dense(body)}\nreturn {{ {exported} }};\n}})();\n"


def _on_demand(source: str, always: list[str]) -> str:
    return _dense(_IMPORT.sub(partial(_taken_from_main, always), source))


def _taken_from_main(always: list[str], match: re.Match[str]) -> str:
    if match[2] not in always:
        return match[0]
    return f"import {{ {_variable(match[2])} }} from './{MAIN}.js';\n{_taken(match)}"


def _taken(match: re.Match[str]) -> str:
    return f"const {match[1].replace(' as ', ': ')} = {_variable(match[2])};"


def _variable(name: str) -> str:
    """A name that no module uses itself."""
    return "$" + name.replace("-", "_")


def _dense(script: str) -> str:
    return "\n".join(line for line in script.splitlines() if line)
