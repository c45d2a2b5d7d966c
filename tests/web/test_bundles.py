"""Joining a page's modules."""

from __future__ import annotations

import pytest

from bot.web.bundles import MAIN, bundled

PAGE = "import { el as make } from './dom.js';\nimport { say } from './words.js';\nmake(say);\nimport('./tools.js');"
MODULES = {
    "chat": PAGE,
    "dom": "import { say } from './words.js';\n\nexport function el() {}\nconst own = 1;",
    "words": "export const say = () => 1;\nexport async function load() {}\nexport class Words {}",
    "tools": "import { el } from './dom.js';\nimport { tick } from './tick-box.js';\n"
    "export const fill = () => el(tick);",
    "tick-box": "import { say } from './words.js';\nexport const tick = say();",
    "other": "export const unused = 1;",
}


def test_each_module_stands_once_after_those_that_it_needs() -> None:
    main = bundled("chat", MODULES)[MAIN]
    assert main == (
        "export const $words = (() => {\n"
        "const say = () => 1;\nasync function load() {}\nclass Words {}\n"
        "return { say, load, Words };\n})();\n"
        "export const $dom = (() => {\n"
        "const { say } = $words;\nfunction el() {}\nconst own = 1;\n"
        "return { el };\n})();\n"
        "export const $chat = (() => {\n"
        "const { el: make } = $dom;\nconst { say } = $words;\nmake(say);\nimport('./tools.js');\n"
        "return {  };\n})();\n"
    )


def test_what_is_loaded_on_demand_shares_the_modules_of_the_page() -> None:
    scripts = bundled("chat", MODULES)
    assert set(scripts) == {MAIN, "tools", "tick-box"}
    assert scripts["tools"] == (
        "import { $dom } from './main.js';\nconst { el } = $dom;\n"
        "import { tick } from './tick-box.js';\nexport const fill = () => el(tick);"
    )
    assert scripts["tick-box"].startswith("import { $words } from './main.js';\n")


@pytest.mark.parametrize(
    "line", ["import './dom.js';", "import * as dom from './dom.js';", "export default 1;", "export let count = 0;"]
)
def test_form_that_cannot_be_joined_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"chat\.js: cannot join"):
        bundled("chat", {"chat": line, "dom": ""})


def test_circle_is_named() -> None:
    with pytest.raises(ValueError, match="a → b → a is a circle"):
        bundled("a", {"a": "import { x } from './b.js';", "b": "import { y } from './a.js';"})


def test_module_that_does_not_exist_is_named() -> None:
    with pytest.raises(KeyError, match="gone"):
        bundled("a", {"a": "import { x } from './gone.js';"})
