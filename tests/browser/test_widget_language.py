"""The widget in Spanish over English answers, and what the script tag's attributes do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat_page import launcher
from tests.browser.scripted_api import Script
from tests.browser.states import Stage, begin_sheet

# The clinic's database is made before the browser runs its event loop.
pytestmark = pytest.mark.usefixtures("clinic_url")

GREEN = "rgb(31, 90, 80)"
STYLE = "node => getComputedStyle(node).backgroundColor"
CENTRE = "node => { const { left, right } = node.getBoundingClientRect(); return (left + right) / 2 / innerWidth; }"


def ask(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Su pregunta").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot")).to_have_count(1)


def test_spanish_page_says_that_answers_are_in_english(page: Page, server_url: str, script: Script) -> None:
    page.goto(f"{server_url}/widget?lang=es-MX")
    assert page.locator("html").get_attribute("lang") == "es"
    expect(page.get_by_text("las respuestas están en inglés")).to_be_visible()
    expect(page.get_by_text("Asistente automático, no es personal clínico")).to_be_visible()
    expect(page.get_by_role("link", name="Emergencias: 911")).to_be_visible()


def test_english_words_are_marked_for_screen_readers(page: Page, server_url: str, script: Script) -> None:
    page.goto(f"{server_url}/widget?lang=es")
    expect(page.locator("#suggested button").first).to_have_attribute("lang", "en")
    ask(page, "reaction")
    reply = page.locator(".message.bot")
    expect(reply.locator(".words")).to_have_attribute("lang", "en")
    expect(reply.get_by_role("heading").locator("[lang=en]")).to_have_text("Can exosomes cause an immune reaction?")
    expect(reply).to_contain_text("Contenido inicial, aún no revisado")
    expect(page.locator("#announcer [lang=en]").filter(has_text="Yes, it can happen.")).to_have_count(1)
    expect(reply.get_by_role("group", name="¿Era esto lo que preguntaba?")).to_be_visible()


def _tell_the_chat(page: Page, url: str) -> None:
    page.goto(f"{url}/widget?lang=es")
    ask(page, "No puedo respirar")


def _tell_the_sheet(page: Page, url: str) -> None:
    begin_sheet(Stage(page, url, Script(), "?lang=es"))
    page.locator("#part-conditions").fill("I can't breathe")


def _tell_the_report(page: Page, url: str) -> None:
    page.goto(f"{url}/widget/report?lang=es")
    page.locator("#fields textarea").first.fill("No puedo respirar")
    page.locator("#send").click()


@pytest.mark.parametrize("tell", [_tell_the_chat, _tell_the_sheet, _tell_the_report])
def test_an_emergency_in_two_languages_says_which_is_which(
    page: Page, clinic_url: str, tell: Callable[[Page, str], None]
) -> None:
    page.goto(f"{clinic_url}/widget")
    tell(page, clinic_url)
    told = page.get_by_role("alert").locator(".words")
    expect(told.locator("p[lang=es]", has_text="911")).to_have_count(1)
    expect(told.locator("p[lang=en]", has_text="911")).to_have_count(1)
    expect(told.locator("p:not([lang])")).to_have_count(0)


def test_words_in_a_third_language_are_read_out_in_it(page: Page, server_url: str, script: Script) -> None:
    page.goto(f"{server_url}/widget?lang=es")
    ask(page, "Bonjour")
    expect(page.locator(".message.bot .words [lang=fr]")).to_be_visible()
    expect(page.locator("#announcer [lang=fr]")).to_contain_text("Désolé")


def test_consent_is_asked_in_spanish(page: Page, server_url: str, script: Script) -> None:
    page.goto(f"{server_url}/widget?lang=es")
    ask(page, "I have lupus")
    page.get_by_role("button", name="Enviarla al equipo").click()
    dialog = page.get_by_role("dialog", name="¿Enviar su pregunta al equipo de la clínica?")
    dialog.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.locator(".case")).to_contain_text("Enviada. Espera al equipo de la clínica.")


def embed(page: Page, server_url: str, attributes: str, *, language: str = "en") -> None:
    """Open a clinic's page whose script tag has these attributes."""
    body = f'<!doctype html><html lang="{language}"><body><script src="/widget.js" {attributes} defer></script></body>'
    page.route("**/clinic", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{server_url}/clinic")


@pytest.mark.parametrize(
    ("attributes", "label", "colour", "is_at_the_end"),
    [
        ("", "Ask a question", GREEN, True),
        (
            'data-label="Talk to us" data-accent="#7a1f5c" data-position="start"',
            "Talk to us",
            "rgb(122, 31, 92)",
            False,
        ),
        ('data-accent="7A1F5C" data-position="left"', "Ask a question", "rgb(122, 31, 92)", False),
        ('data-label="" data-accent="red" data-position="middle"', "Ask a question", GREEN, True),
        ('data-accent="#fff;}*{display:none" data-position="start;x" data-clinic="&"', "Ask a question", GREEN, True),
        ('data-language="es"', "Haga una pregunta", GREEN, True),
        ('data-language="xx"', "Ask a question", GREEN, True),
        ('data-label="<b>x</b>"', "<b>x</b>", GREEN, True),
    ],
)
def test_attributes_of_the_script_tag(  # noqa: PLR0913 (the columns of the table)
    page: Page, server_url: str, attributes: str, label: str, colour: str, *, is_at_the_end: bool
) -> None:
    embed(page, server_url, attributes)
    button = launcher(page)
    expect(button).to_have_text(label)
    assert button.evaluate(STYLE) == colour
    assert (button.evaluate(CENTRE) > 0.5) == is_at_the_end


@pytest.mark.parametrize(
    ("attributes", "page_language", "spoken"),
    [('data-language="es"', "en", "es"), ("", "es-ES", "es"), ("", "fr", "en"), ('data-language="??"', "es", "en")],
)
def test_launcher_and_chat_speak_the_same_language(  # noqa: PLR0913, PLR0917 (the columns of the table)
    page: Page, server_url: str, script: Script, attributes: str, page_language: str, spoken: str
) -> None:
    embed(page, server_url, attributes, language=page_language)
    launcher(page).click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("askwell-chat[data-ready]")).to_be_visible()
    expect(frame.locator("html")).to_have_attribute("lang", spoken)
    expect(page.locator("askwell-launcher")).to_have_attribute("lang", re.compile(f"^{spoken}"))
