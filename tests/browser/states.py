"""Every state that a page of the widget can be seen in, and how a visitor gets there.

Each table is in an order that a visitor could meet; each state is reached from a page that was just opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Frame, Locator, Page, Route, expect

from tests.browser.chat_page import ChatPage
from tests.browser.scripted_api import Script

BROKEN = "I can't breathe and my throat is swelling"
CODE = "ABCD-EFGH-JKLM-NP22"
WORDS = "My knee got stiff on the second day."
READ = {"answer": "risks/infection", "title": "Can I get an infection from exosomes?", "revision": "r3"}
ASKED = {"text": "I have lupus, can I have it?", "reference": "AW-7K3Q"}
LONG_AGO = "2026-10-02T15:00:00Z"


@dataclass(frozen=True)
class Stage:
    """A page of the widget, by itself or in the panel of a clinic's page."""

    view: Page | Frame
    url: str
    script: Script
    query: str = ""

    @property
    def page(self) -> Page:
        """The browser's page that the view is in."""
        return self.view.page if isinstance(self.view, Frame) else self.view

    @property
    def chat(self) -> ChatPage:
        """The view as a chat."""
        return ChatPage(self.view)

    def begin(self, path: str) -> None:
        """Open a page of the widget as somebody does who has never been here."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.context.set_offline(False)
        self.script.reset()
        self.view.goto(f"{self.url}/widget/privacy")
        self.view.evaluate("sessionStorage.clear()")
        self.open(path)

    def open(self, path: str) -> None:
        """Open a page of the widget, and wait until it can be used."""
        self.view.goto(f"{self.url}{path}{self.query}")
        self.view.locator(".app[data-ready]").wait_for()

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.view.get_by_role("button", name=name, exact=True)

    def press(self, *names: str) -> None:
        """Press buttons, one after the other."""
        for name in names:
            self.button(name).click()

    def see(self, words: str) -> None:
        """Wait until words can be read."""
        expect(self.view.get_by_text(words).last).to_be_visible()

    def abort(self, address: str) -> None:
        """Let requests to an address fail."""
        self.page.route(address, lambda route: route.abort())


State = Callable[[Stage], object]


def _say(*words: str) -> State:
    return lambda at: [at.chat.ask(one) for one in words]


def _browse(at: Stage) -> None:
    at.press("All topics")
    at.view.get_by_text("Risks and safety").click()


def _not_helpful(at: Stage) -> None:
    at.chat.ask("reaction")
    at.press("No")
    at.see("What was wrong?")


def _feedback_done(at: Stage) -> None:
    _not_helpful(at)
    at.press("It is out of date", "Add to my questions")
    expect(at.view.get_by_role("link", name="Open my prep sheet").last).to_be_visible()


def _typed_yes(at: Stage) -> None:
    at.chat.ask("I have lupus, can I have it?")
    at.chat.ask("yes")
    at.chat.consent()


def _consent_wrong(at: Stage) -> None:
    dialog = at.chat.open_consent()
    dialog.get_by_role("radio", name="By e-mail").check()
    dialog.get_by_role("button", name="Send", exact=True).click()


def _consent_failed(at: Stage) -> None:
    dialog = at.chat.open_consent()
    at.script.failures = [(503, {}, "")]
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_role("alert").last).to_contain_text("It was not sent")


def _consent_grown(at: Stage) -> None:
    dialog = at.chat.open_consent()
    at.script.patient_says_elsewhere("And I take warfarin.")
    dialog.get_by_role("button", name="Send", exact=True).click()
    at.see("You wrote more since")


def _consent_not_loaded(at: Stage) -> None:
    at.chat.ask("I have lupus")
    at.script.failures = [(503, {}, "")]
    at.press("Send it to the team")
    at.see("nothing was sent")


def _declined(at: Stage) -> None:
    at.chat.ask("I have lupus")
    at.press("Not now")
    at.see("Not sent. You decided")


def _team(*states: str) -> State:
    def reach(at: Stage) -> None:
        at.chat.send_to_team()
        for state in states:
            at.script.team_moves("AW-7K3Q", state, by="Nurse Rivera")
            if state == "answered":
                at.script.staff_says("Thank you. Which medicine do you take for it, and since when?", by="Nurse Rivera")
                expect(at.view.locator(".message.staff")).to_be_visible()
            at.view.locator(f".case:has-text('{STANDING[state]}')").wait_for()

    return reach


STANDING = {
    "claimed": "has your question",
    "answered": "has answered",
    "waiting": "It is waiting",
    "resolved": "Closed.",
}


def _typing(at: Stage) -> None:
    at.script.delay = 20
    at.chat.say("hello")
    expect(at.view.locator("#typing")).to_be_visible()


def _unsent(at: Stage) -> None:
    at.chat.ask("hello")
    at.script.failures = [(503, {}, "")]
    at.chat.say("Is it painful?")
    at.see("Not sent yet")


def _busy(at: Stage) -> None:
    at.script.failures = [(429, {"Retry-After": "40"}, "")]
    at.chat.say("Is it painful?")
    at.see("Many people are asking")


def _busy_emergency(at: Stage) -> None:
    at.script.failures = [(429, {"Retry-After": "40"}, "")]
    at.chat.say("I cannot breathe")
    at.see("sent again in")
    expect(at.chat.own.get_by_role("alert")).to_be_visible()


def _offline(at: Stage) -> None:
    at.chat.ask("hello")
    at.chat.hear_from_the_team(at.script)
    at.page.context.set_offline(True)
    at.chat.say("Is it painful?")
    at.see("Not sent yet")


def _over_long(at: Stage) -> None:
    at.chat.say("a" * 2001)
    expect(at.view.locator("#problem")).to_be_visible()


def _long_history(at: Stage) -> None:
    at.chat.ask("reaction")
    for number in range(12):
        at.script.staff_says(f"Line {number + 1} of a long talk.", by="Nurse Rivera")
    expect(at.view.locator(".message.staff")).to_have_count(12)
    at.open("/widget")


def _menu(at: Stage) -> None:
    at.chat.ask("hello")
    at.press("More")


def _ending(at: Stage) -> None:
    at.chat.ask("hello")
    at.chat.end_chat()


def _ending_with_a_question(at: Stage) -> None:
    at.chat.send_to_team()
    at.chat.end_chat()


def ask_whether_somebody_is_there(at: Stage) -> None:
    """The page asks whether somebody is there, as it does after an hour."""
    at.view.evaluate("document.querySelector('#idle').showModal()")


def _cleared(path: str) -> State:
    def reach(at: Stage) -> None:
        at.view.evaluate("sessionStorage.setItem('askwell', JSON.stringify({ cleared: true }))")
        at.open(path)
        at.see("it was cleared to protect your privacy")

    return reach


def _ended(at: Stage) -> None:
    _ending(at)
    at.view.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(at.chat.notice).to_be_visible()


def _expired(at: Stage) -> None:
    at.script.failures = [(401, {}, "")]
    at.chat.say("hello")
    expect(at.chat.notice).to_be_visible()


def _no_topics(at: Stage) -> None:
    at.abort("**/topics")
    at.open("/widget")
    at.press("All topics")


CHAT: dict[str, State] = {
    "welcome": lambda _at: None,
    "topics": _browse,
    "no topics": _no_topics,
    "answer": _say("reaction"),
    "two answers": _say("What are the risks of a reaction?", "reviewed"),
    "clarify": _say("side effects"),
    "form question": _say("my prep sheet"),
    "end of the form": _say("that was my last question"),
    "report offered": _say("it is swollen"),
    "handoff": _say("I have lupus"),
    "consent": lambda at: at.chat.open_consent(),
    "consent by a typed yes": _typed_yes,
    "consent with a wrong address": _consent_wrong,
    "consent that failed": _consent_failed,
    "consent to words that grew": _consent_grown,
    "consent not loaded": _consent_not_loaded,
    "not sent to the team": _declined,
    "waiting for the team": _team(),
    "taken by the team": _team("claimed"),
    "answered by the team": _team("claimed", "answered"),
    "returned by the team": _team("claimed", "waiting"),
    "closed by the team": _team("claimed", "resolved"),
    "emergency": _say("I cannot breathe"),
    "crisis": _say("hopeless"),
    "declined": _say("weather"),
    "withheld": _say("price"),
    "unavailable": _say("broken"),
    "typing": _typing,
    "feedback open": _not_helpful,
    "feedback done": _feedback_done,
    "unsent": _unsent,
    "too many ask": _busy,
    "too many ask, and an emergency": _busy_emergency,
    "offline": _offline,
    "over-long": _over_long,
    "long history": _long_history,
    "menu": _menu,
    "ending": _ending,
    "ending with an open question": _ending_with_a_question,
    "ended": _ended,
    "asked whether somebody is there": ask_whether_somebody_is_there,
    "cleared": _cleared("/widget"),
    "expired": _expired,
}


def begin_sheet(at: Stage) -> None:
    """Have a conversation, as the chat leaves it for the other pages of its frame, and open its sheet."""
    session = at.page.request.post(f"{at.url}/api/v1/conversations").json()
    at.view.evaluate("session => sessionStorage.setItem('askwell', JSON.stringify({ session }))", session)
    at.open("/widget/sheet")


def fill_sheet(at: Stage) -> None:
    """Put something of everything on a new sheet."""
    begin_sheet(at)
    part = at.view.get_by_label
    part("Why I am thinking about this treatment").fill("My left knee hurts when I climb stairs.")
    at.view.get_by_text("Rules and approval").click()
    at.view.get_by_role("checkbox", name="Has a regulator reviewed this product?").check()
    part("Add a question of your own", exact=True).fill("Can I drive home?")
    at.press("Add", "Top question: Can I drive home?")
    at.view.get_by_role("group", name="I can say which").get_by_label("No", exact=True).check()
    expect(at.view.locator("#state")).to_have_text("Saved")


def _sheet_after(*names: str, see: str = "") -> State:
    def reach(at: Stage) -> None:
        fill_sheet(at)
        at.press(*names)
        if see:
            at.see(see)

    return reach


def _grown(at: Stage) -> None:
    """A sheet that the chat has added to: what was read, and what was asked."""

    def add(route: Route) -> None:
        response = route.fetch()
        grown: dict[str, Any] = {
            "read": [READ | {"read_at": LONG_AGO}],
            "for_provider": [ASKED | {"asked_at": LONG_AGO}],
        }
        route.fulfill(response=response, json=response.json() | grown)

    at.page.route("**/sheet?*", add)
    fill_sheet(at)
    at.view.locator("#read").scroll_into_view_if_needed()


def _sheet_emergency(at: Stage) -> None:
    begin_sheet(at)
    at.view.get_by_label("Conditions I have now").fill(BROKEN)
    expect(at.view.locator("#emergency")).to_be_visible()
    expect(at.view.locator("#state")).to_have_text("Saved")


def _reordering(at: Stage) -> None:
    begin_sheet(at)
    own = at.view.get_by_label("Add a question of your own", exact=True)
    for words in (
        "Can I drive home?",
        "Who treats me, and how often have they done this before?",
        "What does it cost?",
    ):
        own.fill(words)
        own.press("Enter")
    at.button("Move up: What does it cost?").focus()
    at.page.keyboard.press("Enter")


def _sheet_offline(at: Stage) -> None:
    begin_sheet(at)
    at.page.context.set_offline(True)
    at.view.get_by_label("My allergies").fill("penicillin")
    at.see("Not saved yet")


def _sheet_not_loaded(at: Stage) -> None:
    at.abort("**/sheet?*")
    begin_sheet(at)


def _sheet_over_long(at: Stage) -> None:
    begin_sheet(at)
    at.view.get_by_label("My allergies").fill("a" * 1990)


def _pdf_fails(at: Stage) -> None:
    at.abort("**/sheet.pdf?*")
    _sheet_after("Download PDF", see="The PDF could not be made")(at)


def _mail(address: str, see: str) -> State:
    def reach(at: Stage) -> None:
        _sheet_after("E-mail it to me")(at)
        at.view.get_by_label("E-mail address").fill(address)
        at.page.keyboard.press("Enter")
        at.see(see)

    return reach


def _shared(at: Stage) -> None:
    _sheet_after("Share with the clinic", "Share it", see="The clinic has your sheet.")(at)


SHEET: dict[str, State] = {
    "none": lambda at: at.open("/widget/sheet"),
    "empty": begin_sheet,
    "filled": fill_sheet,
    "grown": _grown,
    "emergency": _sheet_emergency,
    "reordering": _reordering,
    "over-long": _sheet_over_long,
    "offline": _sheet_offline,
    "not loaded": _sheet_not_loaded,
    "sharing": _sheet_after("Share with the clinic"),
    "shared": _shared,
    "mailing": _sheet_after("E-mail it to me"),
    "mailing to a wrong address": _mail("maria", "Please check the e-mail address."),
    "mailed": _mail("maria@example.org", "it was not sent"),
    "PDF failing": _pdf_fails,
    "cleared": _cleared("/widget/sheet"),
}


def _half_filled(at: Stage) -> None:
    at.view.get_by_label("What happened?").fill(WORDS)
    at.view.get_by_label("Worse").check()


def _missing(at: Stage) -> None:
    at.view.get_by_label("Who made it?").fill("m" * 2003)
    at.press("Send the report")


def _report_offline(at: Stage) -> None:
    at.abort("**/reports?*")
    _half_filled(at)
    at.press("Send the report")
    at.see("Not sent yet")


def _enough_reports(at: Stage) -> None:
    at.page.route("**/reports?*", lambda route: route.fulfill(status=429, headers={"Retry-After": "3600"}))
    _half_filled(at)
    at.press("Send the report")
    at.see("the team already has several")


def _report_not_loaded(at: Stage) -> None:
    at.abort("**/report-form?*")
    at.open("/widget/report")


def _sent(words: str, *, to_the_copy: bool = False) -> State:
    def reach(at: Stage) -> None:
        _half_filled(at)
        at.view.get_by_label("What happened?").fill(words)
        at.press("Send the report")
        at.see("Your report has been sent")
        if to_the_copy:
            at.button("Report something else").scroll_into_view_if_needed()

    return reach


REPORT: dict[str, State] = {
    "empty": lambda _at: None,
    "half-filled": _half_filled,
    "with errors": _missing,
    "offline": _report_offline,
    "enough": _enough_reports,
    "not loaded": _report_not_loaded,
    "emergency": _sent(BROKEN),
    "sent": _sent(WORDS),
    "copy": _sent(WORDS, to_the_copy=True),
    "cleared": _cleared("/widget/report"),
}


def _talked(at: Stage) -> None:
    at.open("/widget")
    at.chat.ask("hello from me")
    at.chat.send_to_team()
    at.open("/widget/privacy")


def _mine(*names: str, see: str) -> State:
    def reach(at: Stage) -> None:
        _talked(at)
        at.press(*names)
        at.see(see)

    return reach


def _by_code(code: str, see: str) -> State:
    def reach(at: Stage) -> None:
        _mine("Get a private code", see=CODE)(at)
        at.view.evaluate("sessionStorage.clear()")
        at.open("/widget/privacy")
        at.view.get_by_role("textbox", name="Private code", exact=True).fill(code)
        at.press("Open my conversation")
        at.see(see)

    return reach


PRIVACY: dict[str, State] = {
    "without a conversation": lambda _at: None,
    "what is kept": _talked,
    "shown": _mine("Show what you know", see="I have lupus, can I have it?"),
    "saved": _mine("Save a copy", see="The copy was saved"),
    "code": _mine("Get a private code", see=CODE),
    "asking": _mine("Delete my conversation", see="Delete everything?"),
    "deleted": _mine("Delete my conversation", "Delete everything", see="Your conversation is deleted"),
    "wrong code": _by_code("WRONG", "No conversation has this code."),
    "cleared": _cleared("/widget/privacy"),
    "by code": _by_code(CODE, "Your conversation is open on this device."),
}

PAGES: dict[str, tuple[str, dict[str, State]]] = {
    "chat": ("/widget", CHAT),
    "sheet": ("/widget/sheet", SHEET),
    "report": ("/widget/report", REPORT),
    "privacy": ("/widget/privacy", PRIVACY),
}
"""The address of each page, and its states."""
