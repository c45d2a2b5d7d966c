"""Markdown to HTML that a browser may show: parsed without raw HTML, then sanitised all the same."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br", "h3", "h4", "blockquote"}


@lru_cache(maxsize=2_048)
def as_html(markdown: str) -> str:
    """Render Markdown; links open elsewhere and can only be web, mail or phone addresses."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def plain_as_html(text: str) -> str:
    """Render what a person typed: every sign as it is, line breaks kept, nothing made of it."""
    return f"<p>{'<br>'.join(escape(line) for line in text.splitlines())}</p>\n"
