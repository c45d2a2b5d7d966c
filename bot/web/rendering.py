"""Markdown to HTML that a browser may show: parsed without raw HTML, then sanitised all the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br", "h3", "h4", "blockquote"}


@lru_cache(maxsize=2_048)
def as_html(markdown: str, languages: tuple[str, ...] = ()) -> str:
    """Render Markdown; links open elsewhere and can only be web, mail or phone addresses.

    `languages` are those of its paragraphs, in order, if they are to be marked.
    """
    return nh3.clean(
        _MARKDOWN.renderer.render(_marked(markdown, languages), _MARKDOWN.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "p": {"lang"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _marked(markdown: str, languages: Sequence[str]) -> Sequence[Token]:
    tokens = _MARKDOWN.parse(markdown)
    paragraphs = (token for token in tokens if token.type == "paragraph_open")
    for paragraph, language in zip(paragraphs, languages, strict=False):
        paragraph.attrSet("lang", language)
    return tokens


def plain_as_html(text: str) -> str:
    """Render what a person typed: every sign as it is, line breaks kept, nothing made of it."""
    return f"<p>{'<br>'.join(escape(line) for line in text.splitlines())}</p>\n"
