"""The one script tag, on the demo page and on a page that is not kind to it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.scripted_api import Script

STYLE_OF = "(node, name) => getComputedStyle(node)[name]"


def open_chat(page: Page, url: str) -> ChatPage:
    page.goto(url)
    launcher(page).click()
    return ChatPage.inside(page)


def test_opens_with_the_box_focused_and_closes_with_escape(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    launcher(page).focus()
    page.keyboard.press("Enter")
    chat = ChatPage.inside(page)
    expect(chat.box).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    expect(launcher(page)).to_be_focused()


def test_while_the_panel_is_open_the_launcher_is_a_cross(page: Page, server_url: str, script: Script) -> None:
    open_chat(page, server_url)
    box = launcher(page).bounding_box()
    assert box
    assert box["width"] == box["height"] == 56
    expect(launcher(page)).to_have_accessible_name("Ask a question")


def test_nothing_is_loaded_before_it_is_opened(page: Page, server_url: str) -> None:
    page.goto(server_url)
    expect(launcher(page)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_link_of_the_page_opens_the_chat_and_gets_the_focus_back(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    link = page.get_by_role("link", name="Ask a question now")
    link.click()
    chat = ChatPage.inside(page)
    chat.button("Close chat").click()
    expect(link).to_be_focused()


def test_open_chat_survives_a_reload_without_taking_the_focus(page: Page, server_url: str, script: Script) -> None:
    chat = open_chat(page, server_url)
    chat.ask("reaction")
    page.reload()
    again = ChatPage.inside(page)
    expect(again.replies).to_have_count(1)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_badge_counts_what_arrives_while_closed(page: Page, server_url: str, script: Script) -> None:
    chat = open_chat(page, server_url)
    chat.ask("I have lupus")
    page.keyboard.press("Escape")
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    script.staff_says("Hello")
    script.staff_says("Are you there?")
    expect(launcher(page)).to_have_accessible_description("2 new")
    launcher(page).click()
    expect(launcher(page)).to_have_accessible_description("")


def test_second_script_tag_changes_nothing(page: Page, server_url: str) -> None:
    page.goto(server_url)
    page.evaluate(
        """() => new Promise((resolve) => {
          const script = document.createElement('script');
          script.onload = resolve;
          const policy = trustedTypes.createPolicy('askwell', {createScriptURL: (url) => url});
          script.src = policy.createScriptURL('/widget.js');
          document.head.append(script);
        })"""
    )
    expect(page.locator("askwell-launcher")).to_have_count(1)


def test_hostile_styles_and_strict_policy_do_not_break_it(page: Page, host_url: str, script: Script) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(host_url)
    button = launcher(page)
    expect(button).to_have_text("Talk to us")
    box = button.bounding_box()
    assert box is not None
    assert (box["x"], box["height"]) == (20, 56)
    assert button.evaluate(STYLE_OF, "backgroundColor") == "rgb(255, 204, 0)"
    assert button.evaluate(STYLE_OF, "color") == "rgb(17, 17, 17)"
    assert button.evaluate(STYLE_OF, "fontSize") == "16px"
    button.click()
    chat = ChatPage.inside(page)
    expect(chat.ask("reaction")).to_be_visible()
    frame = page.locator("iframe").bounding_box()
    assert frame is not None
    assert frame["width"] > 400
    assert frame["height"] > 600
    assert problems == []


def test_left_is_left_in_a_page_that_runs_from_right_to_left(page: Page, server_url: str, script: Script) -> None:
    def turned(route: Route) -> None:
        response = route.fetch()
        body = response.text().replace('<html lang="en"', '<html lang="en" dir="rtl"')
        route.fulfill(response=response, body=body.replace("<script ", '<script data-position="left" '))

    page.route(f"{server_url}/", turned)
    page.goto(server_url)
    box = launcher(page).bounding_box()
    assert box
    assert box["x"] == 20
    launcher(page).click()
    frame = page.locator("iframe").bounding_box()
    assert frame
    assert frame["x"] < 30


def test_page_that_moves_its_own_parts_does_not_move_the_chat(page: Page, host_url: str, script: Script) -> None:
    styles = "html, body { transform: translate(300px, 200px); } p { position: fixed; inset: 0; z-index: 2147483647; }"
    page.route("**/host.css", lambda route: route.fulfill(body=styles, content_type="text/css"))
    page.goto(host_url)
    box = launcher(page).bounding_box()
    assert box
    assert (box["x"], box["y"]) == (20, 724)
    chat = open_chat(page, host_url)
    frame = page.locator("iframe").bounding_box()
    assert frame
    assert frame["y"] + frame["height"] < 720
    chat.ask("hello")
    chat.button("Close chat").click()
    expect(launcher(page)).to_be_focused()


def test_only_a_colour_of_the_clinic_goes_to_the_chat(page: Page, server_url: str, host_url: str) -> None:
    for url, accent in ((server_url, ""), (host_url, "ffcc00")):
        page.goto(url)
        launcher(page).focus()
        address = page.locator("iframe").get_attribute("src") or ""
        assert parse_qs(urlsplit(address).query, keep_blank_values=True)["accent"] == [accent]


def test_page_that_is_not_on_the_list_cannot_embed_it(page: Page, host_url: str, script: Script) -> None:
    page.goto(host_url.replace("localhost", "127.0.0.1"))
    launcher(page).click()
    page.wait_for_function("document.querySelector('askwell-launcher').shadowRoot.querySelector('iframe')")
    page.wait_for_timeout(800)
    assert page.frames[-1].locator("askwell-chat").count() == 0


def test_forged_messages_are_not_heard(page: Page, server_url: str, script: Script) -> None:
    chat = open_chat(page, server_url)
    page.evaluate("postMessage({askwell: 'close'}, '*')")
    page.evaluate(
        """() => {
          const other = document.body.appendChild(document.createElement('iframe'));
          other.contentWindow.parent.postMessage({askwell: 'close'}, '*');
          const chat = document.querySelector('askwell-launcher').shadowRoot.querySelector('iframe');
          const forged = [null, 'focus', {askwell: 'clear'}, {askwell: {}}];
          forged.forEach((data) => chat.contentWindow.postMessage(data, '*'));
        }"""
    )
    page.wait_for_timeout(300)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    expect(chat.box).to_be_visible()


def test_fills_a_phone_screen_and_keeps_the_focus_inside(browser: Browser, server_url: str, script: Script) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    chat = open_chat(page, server_url)
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(chat.log).to_be_focused()
    chat.button("Close chat").tap()
    expect(launcher(page)).to_be_focused()
    page.close()


def test_targets_on_a_phone_are_large_enough(browser: Browser, server_url: str, script: Script) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    chat = ChatPage.at(page, server_url)
    chat.ask("side effects")
    sizes = page.locator("button:visible, textarea:visible, .button:visible").evaluate_all(
        "nodes => nodes.map((node) => [node.textContent || node.id, node.getBoundingClientRect().height])"
    )
    assert [name for name, height in sizes if height < 44] == []
    page.close()
