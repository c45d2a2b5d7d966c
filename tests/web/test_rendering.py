"""Markdown becomes HTML that a browser may show, whoever wrote it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.rendering import as_html

TAG = re.compile(r"<\s*/?\s*([a-zA-Z][^\s/>]*)([^>]*)>")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**No.** *Maybe.*", "<p><strong>No.</strong> <em>Maybe.</em></p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("{slot} {{7*7}} %s ${x}", "<p>{slot} {{7*7}} %s ${x}</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
    ],
)
def test_plain_markdown_is_rendered_and_everything_else_is_literal(markdown: str, html: str) -> None:
    assert as_html(markdown) == html


def test_each_paragraph_is_marked_by_its_language() -> None:
    html = as_html("**Llame** ahora.\n\nCall now.", ("es", "en"))
    assert html == '<p lang="es"><strong>Llame</strong> ahora.</p>\n<p lang="en">Call now.</p>\n'


@pytest.mark.parametrize("address", ["https://regulator.example/a?b=c", "tel:+15550100199", "mailto:a@clinic.example"])
def test_a_link_may_lead_to_the_web_a_phone_or_a_mailbox(address: str) -> None:
    html = as_html(f"[here]({address})")
    assert f'href="{address}"' in html
    assert 'rel="noopener noreferrer"' in html
    assert 'target="_blank"' in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://x",
    ],
)
def test_no_link_leads_anywhere_else(address: str) -> None:
    for markdown in (f"[x]({address})", f"[x](<{address}>)", f"<{address}>", f"[x][1]\n\n[1]: {address}"):
        assert "href" not in as_html(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "<svg/onload=alert(1)>",
        "<a href='https://x' onclick=alert(1)>x</a>",
        "<iframe src=https://x></iframe>",
        "<style>*{display:none}</style>",
        "<form action=https://x><input></form>",
        "![x](https://tracker.example/pixel.png)",
        "![x](javascript:alert(1))",
        '[x](https://x "onmouseover=alert(1)")',
        "`<script>`",
        "<!--><script>alert(1)</script>-->",
    ],
)
def test_raw_html_and_pictures_are_inert(markdown: str) -> None:
    tags = TAG.findall(as_html(markdown))
    assert {name for name, _ in tags} <= {"p", "a"}
    assert not any(re.search(r"\son\w+\s*=|\sstyle|\ssrc", rest) for _, rest in tags)


@given(st.text(alphabet=st.sampled_from(list("<>\"'&;:/()[]!`*_#= \nabcjsx\x00\u202e")), max_size=80))
def test_no_text_makes_any_other_tag(text: str) -> None:
    allowed = {"p", "strong", "em", "ul", "ol", "li", "a", "br", "h3", "h4", "blockquote"}
    assert {name for name, _ in TAG.findall(as_html(text))} <= allowed
