"""What to say: turns the brain's decision into a reply in approved or fixed words."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.answers.catalogue import Catalogue, Readable, Withheld
from bot.answers.topics import topics
from bot.conversations.phrases import Phrases
from bot.conversations.reply import SEND_OR_NOT, Choice, Kind, Reply, Triage
from bot.conversations.spoken import Spoken
from bot.errors import AnswerNotFoundError
from bot.handoffs.models import Handoff, HandoffReason
from bot.handoffs.notices import Notices
from bot.handoffs.queue import HandoffQueue
from bot.handoffs.states import OPEN, UNSENT
from bot.languages import DEFAULT_LANGUAGE
from bot.safety.language import LanguageRules
from bot.safety.red_flags import RedFlagResult
from bot.safety.text import normalise

REPORT, SHEET = "report:start", "sheet:open"
"""The buttons that lead to another page of the widget; the brain never hears of them."""

MOST_SUGGESTIONS = 3


class Responder:
    """One method for each thing that the assistant does; each commits what its words promise."""

    def __init__(
        self,
        catalogue: Catalogue,
        handoffs: HandoffQueue,
        phrases: Phrases,
        notices: Notices,
        languages: LanguageRules,
    ) -> None:
        self._catalogue = catalogue
        self._handoffs = handoffs
        self._phrases = phrases
        self._notices = notices
        self._languages = languages

    async def answer(self, conversation: UUID, message: UUID, answer_id: str, *, also: Sequence[str] = ()) -> Reply:
        """The approved words, or the honest news that there are none to show."""
        try:
            revision = await self._catalogue.readable(answer_id)
        except AnswerNotFoundError:
            return await self.not_understood(conversation, message)
        if isinstance(revision, Withheld):
            return await self._withheld(conversation, message, answer_id)
        return self._as_answer(revision, await self._choices(also))

    async def clarify(self, conversation: UUID, message: UUID, answer_ids: Sequence[str]) -> Reply:
        """Up to three titles to choose from, and a way out."""
        choices = await self._choices(answer_ids[:MOST_SUGGESTIONS])
        if not choices:
            return await self.not_understood(conversation, message)
        way_out = self._button("none_of_these")
        shown = tuple(choice.id.removeprefix("answer:") for choice in choices)
        return Reply(
            kind=Kind.CLARIFY,
            text=self._phrases.say("clarify"),
            choices=(*choices, way_out),
            suggestions=shown,
        )

    async def personal(self, conversation: UUID, message: UUID) -> Reply:
        """A question about the patient's own body: for a provider, never answered here."""
        handoff = await self._handoffs.offer(conversation, message, HandoffReason.PERSONAL_MEDICAL)
        return self._offer("handoff_offer", handoff)

    async def person(self, conversation: UUID, message: UUID) -> Reply:
        """The patient asked for a person."""
        handoff = await self._handoffs.offer(conversation, message, HandoffReason.ASKED_FOR_PERSON)
        return self._offer("handoff_person", handoff)

    async def not_understood(self, conversation: UUID, message: UUID) -> Reply:
        """The assistant failed this patient, so a person is offered."""
        handoff = await self._handoffs.offer(conversation, message, HandoffReason.NOT_UNDERSTOOD)
        return self._offer("handoff_not_understood", handoff)

    async def red_flag(self, conversation: UUID, message: UUID) -> Reply:
        """A red flag that is denied, past or vague: urgent for the team, and the number for the patient."""
        handoff = await self._handoffs.send(conversation, message, HandoffReason.EMERGENCY, urgent=True)
        return self._notices.about(handoff, "red_flag")

    def emergency(self, handoff: Handoff, category: str | None) -> Reply:
        """The fixed emergency text; its handoff is committed together with this reply."""
        return self._notices.about(handoff, _emergency(category), kind=Kind.EMERGENCY)

    def warning(self, handoff: Handoff, flags: RedFlagResult) -> Reply:
        """What the floor's red flag gets, in the patient's language first."""
        sure = flags.level == "clear"
        reply = self.emergency(handoff, flags.category) if sure else self._notices.about(handoff, "red_flag")
        triage = Triage(label="emergency", because=flags.because)
        return self.with_own_language(reply, flags).model_copy(update={"triage": triage})

    def with_own_language(self, reply: Reply, flags: RedFlagResult) -> Reply:
        """What was said of a red flag, below the same in the language that raised it, if there are words in that."""
        name = f"{warning_name(flags)}_{flags.language}"
        if reply.handoff is None or not self._phrases.has(name):
            return reply
        own = self._phrases.say(name, reference=reply.handoff.reference)
        return _spoken(reply, (flags.language, own), (DEFAULT_LANGUAGE, reply.text))

    def with_labels(self, reply: Reply) -> Reply:
        """The same reply, its buttons named."""
        if all(choice.label for choice in reply.choices):
            return reply
        named = tuple(choice if choice.label else self._button(choice.id) for choice in reply.choices)
        return reply.model_copy(update={"choices": named})

    def with_report(self, reply: Reply) -> Reply:
        """The same reply, with the way to the form for what followed a treatment."""
        return reply.model_copy(update={"choices": (*reply.choices, self._button(REPORT))})

    def page(self, choice: str | None, text: str) -> Reply | None:
        """Where the page is whose button was pressed, or whose button's words were typed; none if that is no page's."""
        pages = {REPORT: self.report_form, SHEET: self.prep_sheet}
        return next((say() for name, say in pages.items() if choice == name or self.is_named(name, text)), None)

    def report_form(self) -> Reply:
        """Where the form is."""
        return self.with_report(self.fixed("report_start", Kind.HANDOFF))

    def prep_sheet(self) -> Reply:
        """Where the prep sheet is."""
        return self.prep_end("prep_sheet")

    def report_received(self, handoff: Handoff) -> Reply:
        """A report is on record; its handoff is committed together with this reply."""
        return self._notices.about(handoff, "report_sent")

    async def emergency_found_by_brain(self, conversation: UUID, message: UUID) -> Reply:
        """An emergency that only the trained head recognised."""
        handoff = await self._handoffs.send(conversation, message, HandoffReason.EMERGENCY, urgent=True)
        return self.emergency(handoff, None)

    async def accept_handoff(self, conversation: UUID) -> Reply:
        """The patient wants it sent: they are shown what is shared first, and agree to that or not."""
        asked = await self._handoffs.asked(conversation)
        if asked is None or asked.handoff.state not in OPEN | UNSENT:
            return self.fixed("nothing_to_send", Kind.SMALLTALK)
        return self._confirm(asked.handoff) if asked.awaits else self._notices.about(asked.handoff, "handoff_sent")

    async def decline_handoff(self, conversation: UUID) -> Reply:
        """The patient does not want it sent; what was sent already is not denied."""
        handoff = await self._handoffs.decline(conversation)
        if handoff is None or handoff.state in UNSENT:
            return self.fixed("handoff_declined", Kind.SMALLTALK)
        return self._notices.about(handoff, "handoff_not_added")

    async def other_language(self, conversation: UUID, message: UUID, text: str) -> Reply:
        """Say in the patient's language that only English is understood, and offer a person."""
        language = self._languages.language(text)
        handoff = await self._handoffs.offer(conversation, message, HandoffReason.NOT_UNDERSTOOD)
        name = f"other_language_{language}"
        if language is None or not self._phrases.has(name):
            return self._declined("other_language", handoff)
        reply = self._declined(name, handoff)
        return _spoken(reply, (language, reply.text)) if handoff.state in UNSENT else reply

    def prep_shared(self, handoff: Handoff) -> Reply:
        """The prep sheet is with the team; its handoff is committed together with this reply."""
        return self._notices.about(handoff, "prep_shared")

    def button(self, choice_id: str) -> str:
        """The label of a fixed button."""
        return self._phrases.button(choice_id)

    def is_named(self, choice_id: str, text: str) -> bool:
        """Whether a text is the label of a fixed button, but for marks and capitals."""
        return normalise(text).casefold().strip(" .!") == self._phrases.button(choice_id).casefold()

    def unavailable(self, handoff: Handoff) -> Reply:
        """The honest fallback; its handoff is committed together with this reply."""
        return self._notices.about(handoff, "unavailable", kind=Kind.UNAVAILABLE)

    def prep(self, *names: str) -> Reply:
        """What the prep form says: these texts, one below the other."""
        return Reply(kind=Kind.PREP, text="\n\n".join(self._phrases.say(name).strip() for name in names))

    def prep_end(self, *names: str) -> Reply:
        """The same when it asks for nothing more, with the way to the sheet."""
        return self.prep(*names).model_copy(update={"choices": (self._button(SHEET),)})

    def fixed(self, name: str, kind: Kind) -> Reply:
        """A fixed text."""
        return Reply(kind=kind, text=self._phrases.say(name))

    async def _withheld(self, conversation: UUID, message: UUID, answer_id: str) -> Reply:
        handoff = await self._handoffs.offer(conversation, message, HandoffReason.NOT_UNDERSTOOD)
        reply = self._offer("withheld", handoff)
        return reply.model_copy(update={"kind": Kind.WITHHELD, "answer": answer_id})

    def _as_answer(self, revision: Readable, also: tuple[Choice, ...]) -> Reply:
        parts = [revision.body]
        if topics().carries_status(revision.answer_id):
            parts.append(f"*{self._phrases.regulatory_status}*")
        if also:
            parts.append(self._phrases.say("also"))
        return Reply(
            kind=Kind.ANSWER,
            text="\n\n".join(parts),
            answer=revision.answer_id,
            revision=revision.label,
            choices=also,
        )

    def _offer(self, name: str, handoff: Handoff) -> Reply:
        """Ask whether to send it, or to add it to what was sent where that stands for this one too.

        What is only to be added carries no handoff: whoever shows the reply would show it as sent.
        """
        choices = tuple(map(self._button, SEND_OR_NOT))
        if handoff.state in UNSENT:
            return self._notices.about(handoff, name).model_copy(update={"choices": choices})
        return self._notices.about(handoff, "handoff_add").model_copy(update={"choices": choices, "handoff": None})

    def _declined(self, name: str, handoff: Handoff) -> Reply:
        return self._offer(name, handoff).model_copy(update={"kind": Kind.DECLINED})

    def _confirm(self, handoff: Handoff) -> Reply:
        """Have the patient look at what is shared; as with an offer, what is only to be added carries no handoff."""
        reply = self._notices.about(handoff, "handoff_confirm")
        choices = tuple(map(self._button, SEND_OR_NOT))
        note = reply.handoff if handoff.state in UNSENT else None
        return reply.model_copy(update={"choices": choices, "handoff": note, "consent": handoff.reference})

    def _button(self, choice_id: str) -> Choice:
        return Choice(id=choice_id, label=self._phrases.button(choice_id))

    async def _choices(self, answer_ids: Sequence[str]) -> tuple[Choice, ...]:
        titles = await self._catalogue.titles(answer_ids) if answer_ids else {}
        return tuple(Choice(id=f"answer:{answer_id}", label=title) for answer_id, title in titles.items())


def warning_name(flags: RedFlagResult) -> str:
    """What the fixed words for a red flag of the floor are called."""
    return _emergency(flags.category) if flags.level == "clear" else "red_flag"


def _spoken(reply: Reply, *passages: tuple[str, str]) -> Reply:
    spoken = Spoken.in_turn(*passages)
    return reply.model_copy(update={"text": spoken.text, "languages": spoken.languages})


def _emergency(category: str | None) -> str:
    return "self_harm" if category == "self_harm" else "emergency"
