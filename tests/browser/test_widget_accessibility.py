"""Everyone can use it: the whole path by keyboard, large text, less motion, right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.scripted_api import Script
from tests.browser.seen import SCHEMES, violations

NAME_OF_FOCUSED = """() => {
  const node = document.activeElement;
  return node === document.body ? '' : node.getAttribute('aria-label') || node.textContent.trim() || node.id;
}"""
FOCUS_SHOWS = """() => {
  const node = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(node);
  return node === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
}"""
MIDDLE = """(node) => {
  const { left, right } = node.getBoundingClientRect();
  return (left + right) / 2 / innerWidth;
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_the_demo_page(browser: Browser, server_url: str, scheme: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce", **SCHEMES[scheme])
    page.goto(server_url)
    assert violations(page) == []
    launcher(page).click()
    ChatPage.inside(page)
    assert violations(page) == []
    page.close()


def focused(page: Page) -> str:
    """The name of what has the focus, in the chat's frame if there is one."""
    return str(page.frames[-1].evaluate(NAME_OF_FOCUSED))


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        if name in focused(page):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_whole_path_by_keyboard_alone(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    tab_to(page, "Ask a question now")
    page.keyboard.press("Enter")
    chat = ChatPage.inside(page)
    expect(chat.box).to_be_focused()
    page.keyboard.type("side effects")
    page.keyboard.press("Enter")
    expect(chat.replies).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    tab_back_to(page, "Can exosomes cause an immune reaction?")
    page.keyboard.press("Enter")
    expect(chat.replies).to_have_count(2)
    tab_to(page, "All topics")
    page.keyboard.press("Enter")
    tab_to(page, "Risks and safety")
    page.keyboard.press("Escape")
    expect(chat.button("All topics")).to_be_focused()
    tab_back_to(page, "More")
    page.keyboard.press("Enter")
    tab_to(page, "End chat")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(chat.button("More")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "End chat")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(chat.notice).to_contain_text("This device has forgotten it")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Ask a question now")).to_be_focused()


def test_consent_by_keyboard_alone(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus, can I have it?")
    tab_back_to(page, "Send it to the team")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Send your question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.button("Send it to the team")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Send your question")).to_be_focused()
    tab_to_field(page, "chat")
    page.keyboard.press("ArrowDown")
    tab_to_field(page, "detail")
    page.keyboard.type("none")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("textbox", name="Your phone number")).to_be_focused()
    expect(dialog.get_by_role("textbox")).to_have_accessible_description(
        "Please enter a phone number with 7 to 20 digits."
    )
    page.keyboard.press("Control+A")
    page.keyboard.type("+1 555 010 0134")
    tab_to_field(page, "sheet")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".case")).to_be_focused()
    expect(page.locator(".case")).to_contain_text("Your reference AW-7K3Q")
    assert script.consents == [{"contact": {"way": "phone", "detail": "+1 555 010 0134"}, "attach_sheet": True}]


def tab_to_field(page: Page, name: str) -> None:
    for _ in range(20):
        if page.evaluate("[document.activeElement.name, document.activeElement.value].includes(" + repr(name) + ")"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by keyboard")


def tab_back_to(page: Page, name: str) -> None:
    for _ in range(40):
        if name in focused(page):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"{name} cannot be reached backwards by keyboard")


def test_focus_is_always_visible(chat: ChatPage) -> None:
    chat.ask("side effects")
    page = chat.box.page
    for _ in range(14):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS), focused(page)


@pytest.mark.parametrize("width", [320, 640])
def test_large_text_needs_no_sideways_scrolling(browser: Browser, server_url: str, script: Script, width: int) -> None:
    """A 1280-pixel screen at 200 % and at 400 % zoom."""
    page = browser.new_page(viewport={"width": width, "height": 400})
    for address in ("/", "/widget"):
        page.goto(server_url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    chat = ChatPage(page).ready()
    chat.ask("reaction")
    chat.ask("I cannot breathe")
    assert chat.log.evaluate("node => node.scrollWidth <= node.clientWidth")
    chat.open_consent()
    assert page.get_by_role("dialog").evaluate("node => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    expect(chat.box).to_be_in_viewport()
    page.close()


OUT_OF_SIGHT = """selector => {
  const shown = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  const boxes = shown.map((node) => node.getBoundingClientRect());
  return boxes.filter(({ right, bottom }) => right > innerWidth || bottom > innerHeight).length;
}"""
HOLDS_ITS_PLACEHOLDER = """box => {
  const { fontSize, lineHeight } = getComputedStyle(box, '::placeholder');
  Object.assign(box.style, { fontSize, lineHeight });
  box.value = box.placeholder;
  return box.scrollHeight <= box.clientHeight;
}"""
WIDER_THAN_THEIR_PLACE = """nodes => nodes.filter((node) => {
  node.style.overflowWrap = 'normal';
  return node.scrollWidth > node.clientWidth;
}).map((node) => node.textContent)"""
BROKEN_WORDS = """heading => {
  heading.style.overflowWrap = 'normal';
  return heading.scrollWidth > heading.clientWidth;
}"""


@pytest.mark.parametrize("path", ["/widget/sheet", "/widget/report", "/widget/privacy"])
def test_phone_at_200_percent_shows_the_whole_way_back(
    browser: Browser, server_url: str, script: Script, path: str
) -> None:
    page = browser.new_page(viewport={"width": 180, "height": 370})
    page.goto(server_url + path)
    page.locator(".app[data-ready]").wait_for()
    assert page.evaluate(OUT_OF_SIGHT, "header a") == 0
    page.close()


def test_phone_at_200_percent_breaks_no_word_of_an_emergency(browser: Browser, server_url: str, script: Script) -> None:
    page = browser.new_page(viewport={"width": 180, "height": 370})
    page.goto(f"{server_url}/widget/report")
    assert not page.locator("#check h2").evaluate(BROKEN_WORDS)
    ChatPage.at(page, server_url).ask("I cannot breathe")
    heading = page.locator(".kind")
    assert not heading.evaluate(BROKEN_WORDS)
    expect(heading).to_be_in_viewport(ratio=1)
    page.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_phone_at_200_percent_shows_all_of_the_placeholder_and_of_each_choice(
    browser: Browser, server_url: str, script: Script, language: str
) -> None:
    page = browser.new_page(viewport={"width": 180, "height": 370})
    ChatPage.at(page, server_url, f"?lang={language}")
    box = page.locator("#words")
    assert box.evaluate(HOLDS_ITS_PLACEHOLDER)
    box.fill("I have lupus")
    box.press("Enter")
    page.locator(".offer .strong").click()
    page.locator(".consent [type=submit]").wait_for()
    assert page.locator(".tick").evaluate_all(WIDER_THAN_THEIR_PLACE) == []
    page.close()


def test_phone_at_200_percent_shows_what_is_wrong_with_a_message(
    browser: Browser, server_url: str, script: Script
) -> None:
    page = browser.new_page(viewport={"width": 180, "height": 370})
    ChatPage.at(page, server_url).say("a" * 2001)
    expect(page.locator("#problem")).to_be_visible()
    assert page.evaluate(OUT_OF_SIGHT, "#composer > *") == 0
    page.close()


def test_in_forced_colours_the_first_choice_stands_out(chat: ChatPage) -> None:
    chat.box.page.emulate_media(forced_colors="active")
    buttons = chat.open_consent().locator(".foot .button")
    edges = [buttons.nth(at).evaluate("node => parseFloat(getComputedStyle(node).borderWidth)") for at in (0, 1)]
    assert edges[0] > edges[1]


def test_reduced_motion_is_respected(browser: Browser, server_url: str, script: Script) -> None:
    page = browser.new_page(reduced_motion="reduce")
    chat = ChatPage.at(page, server_url)
    script.delay = 2
    chat.say("hello")
    expect(chat.view.locator("#typing")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    page.close()


LONGEST_LINE = """() => {
  const shown = [...document.querySelectorAll('main p, main li')].filter((node) => node.checkVisibility());
  return Math.max(...shown.map((node) => node.getBoundingClientRect().width));
}"""


@pytest.mark.parametrize("path", ["/widget/sheet", "/widget/report", "/widget/privacy"])
def test_lines_are_no_longer_than_can_be_read_on_a_wide_screen(page: Page, server_url: str, path: str) -> None:
    page.goto(f"{server_url}{path}")
    page.locator(".app[data-ready]").wait_for()
    assert 0 < page.evaluate(LONGEST_LINE) <= 44 * 16


TURNED = """numbers => numbers.filter(({ firstChild: words }) => {
  const at = (index) => {
    const range = document.createRange();
    range.setStart(words, index);
    range.setEnd(words, index + 1);
    return range.getBoundingClientRect().left;
  };
  return at(0) > at(words.length - 1);
}).map((number) => number.textContent)"""


def test_right_to_left_mirrors_the_layout(chat: ChatPage) -> None:
    chat.ask("hello")
    assert chat.own.locator(".body").evaluate(MIDDLE) > 0.5
    chat.box.page.evaluate("document.documentElement.dir = 'rtl'")
    assert chat.own.locator(".body").evaluate(MIDDLE) < 0.5
    chat.button("More").click()
    assert chat.view.get_by_role("navigation").evaluate(MIDDLE) < 0.5
    assert chat.view.locator("header .number").evaluate_all(TURNED) == []
