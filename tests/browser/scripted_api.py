"""The real pages over a scripted chat API, so that browser tests need no brain.

Certain words in a message call forth each kind of reply. What a test cannot type (a reply
from staff, a failure) it asks of `app.state.script`.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse

from bot.web import site

Message = dict[str, Any]

SOURCES = [
    {
        "title": "Public Safety Notification on Exosome Products",
        "publisher": "U.S. Food and Drug Administration",
        "url": "https://www.fda.gov/vaccines-blood-biologics/safety-availability-biologics/public-safety-notification-exosome-products",
    },
    {
        "title": "Understanding the Risks of Exosome Therapy: What You Need to Know",
        "publisher": "Source text supplied to the project",
        "url": None,
    },
]

TITLES = {
    "risks/immune_reaction": "Can exosomes cause an immune reaction?",
    "risks/infection": "Can I get an infection from exosomes?",
    "risks/long_term": "What is known about long-term effects?",
    "sourcing/donors": "How are donors tested?",
    "sourcing/origin": "Where do exosomes come from?",
    "regulation/approved": "Are exosome products approved?",
    "basics/what": "What are exosomes?",
    "cost/price": "What does exosome therapy cost?",
}

CATEGORIES = {
    "basics": "The basics",
    "risks": "Risks and safety",
    "sourcing": "Where exosomes come from",
    "regulation": "Rules and approval",
    "cost": "Cost",
}

IMMUNE = (
    "<p>Yes, it can happen. Exosomes often come from the cells of another person. Your body may treat them "
    "as foreign and react to them.</p><p>A reaction can be mild, such as a rash or itching, or serious. "
    "<strong>How often this happens is not known</strong>, because there are few long studies.</p>"
    "<ul><li>Ask which tests the product has passed.</li>"
    "<li>Ask who watches for reactions, and for how long.</li></ul>"
)


AWAY = "The team is away now. They usually reply on Monday after 9 am."
"""What is said of the reply while a question waits for the team."""


def reply(kind: str | None, html: str, **more: Any) -> Message:
    """One bot message without what `Script.add` gives to it."""
    blank: Message = {"answer": None, "choices": [], "handoff": None, "consent": None}
    return {"author": "bot", "kind": kind, "html": html, "text": "", **blank, **more}


def answer(answer_id: str, html: str, *, starter: bool = True) -> Message:
    """An answer with its provenance."""
    approval = {} if starter else {"approved_by": "Dr. Amara Osei", "approved_on": "2026-10-02"}
    provenance = {
        "id": answer_id,
        "title": TITLES[answer_id],
        "revision": "r1",
        "sources": SOURCES,
        "review_due": "2027-11-01",
        "approved_by": None,
        "approved_on": None,
        "starter": starter,
    }
    return reply("answer", html, answer=provenance | approval)


def a_case(reference: str, state: str, *, urgent: bool = False) -> dict[str, Any]:
    """What a message says of a question for the team."""
    told = AWAY if state == "waiting" else None
    return {"reference": reference, "state": state, "urgent": urgent, "taken_by": None, "reply_expected": told}


def buttons(*answer_ids: str) -> list[dict[str, str]]:
    """Choices that lead to answers."""
    return [{"id": f"answer:{answer_id}", "label": TITLES[answer_id]} for answer_id in answer_ids]


NONE_OF_THESE = {"id": "none_of_these", "label": "None of these"}
HANDOFF_CHOICES = [
    {"id": "handoff:accept", "label": "Send it to the team"},
    {"id": "handoff:decline", "label": "Not now"},
]

HOSTILE_HTML = (
    '<p onclick="window.hacked=1">Plain <img src="x" onerror="window.hacked=1">'
    '<script>window.hacked=1</script><a href="javascript:window.hacked=1">bad</a> '
    '<a href="https://www.fda.gov/" onclick="window.hacked=1">good</a></p>'
    '<svg onload="window.hacked=1"></svg><iframe src="https://example.org"></iframe><style>*{display:none}</style>'
)

LOOK_FIRST = (
    "<p>Before it goes to the team, please look at what they would see, word for word. Nothing is sent until you press "
    "<strong>Send</strong> there.</p>"
    "<p>If no window opens, press <strong>Send it to the team</strong> below, or call (555) 010-0199.</p>"
)

REPLIES: dict[str, Message] = {
    "swollen": reply(
        "handoff",
        "<p>Please tell the team what happened.</p>",
        choices=[{"id": "report:start", "label": "Report what happened"}],
    ),
    "reaction": answer("risks/immune_reaction", IMMUNE),
    "reviewed": answer("risks/immune_reaction", IMMUNE, starter=False),
    "last question": reply(
        "prep",
        "<p>That was the last question. What you told me is on your prep sheet, word for word. Open it to read it or "
        "change it, and bring it to your appointment.</p>",
        choices=[{"id": "sheet:open", "label": "Open my prep sheet"}],
    ),
    "prep sheet": reply(
        "prep",
        "<p>Let us make your prep sheet: three short questions, in your own words. Say <strong>stop</strong> at any "
        "time. First: why are you thinking about exosome therapy?</p>",
    ),
    "side": reply(
        "clarify",
        "<p>I want to be sure that I answer the right question. Did you mean one of these?</p>",
        choices=[*buttons("risks/immune_reaction", "risks/infection", "risks/long_term"), NONE_OF_THESE],
    ),
    "lupus": reply(
        "handoff",
        "<p>This depends on your own health, so a person has to answer it. Shall I send your question to the "
        "clinic’s team?</p>",
        choices=HANDOFF_CHOICES,
        handoff=a_case("AW-7K3Q", "offered"),
    ),
    "yes": reply(
        "handoff",
        LOOK_FIRST,
        choices=HANDOFF_CHOICES,
        handoff=a_case("AW-7K3Q", "offered"),
        consent="AW-7K3Q",
    ),
    "one more": reply(
        "handoff",
        LOOK_FIRST,
        choices=HANDOFF_CHOICES,
        consent="AW-7K3Q",
    ),
    "breathe": reply(
        "emergency",
        "<p><strong>Stop here and get help now.</strong> Trouble breathing can be life-threatening. Call the "
        "emergency number, or have someone call for you. Do not wait for a reply in this chat.</p>",
        handoff=a_case("AW-9D2M", "waiting", urgent=True),
    ),
    "hopeless": reply(
        "emergency",
        "<p><strong>You do not have to face this alone. Call or text 988 now</strong>: people are there "
        "day and night. If you are in danger, <strong>call 911 now</strong>.</p>",
        text="Call or text 988 now",
        handoff=a_case("AW-4H8T", "waiting", urgent=True),
    ),
    "weather": reply(
        "declined",
        "<p>I can only answer general questions about exosome therapy. For all else, call the clinic.</p>",
    ),
    "price": reply(
        "withheld",
        "<p>There is an answer to this, but its review is overdue, so I do not show it. A person at the "
        "clinic can tell you. Shall I pass your question on?</p>",
        choices=HANDOFF_CHOICES,
        handoff=a_case("AW-2P6W", "offered"),
    ),
    "broken": reply(
        "unavailable",
        "<p>I cannot answer right now. Your message is kept. Please call the clinic on (555) 010-0199. In an "
        "emergency, call 911.</p>",
    ),
    "bonjour": reply("declined", '<p lang="fr">Désolé, cet assistant ne comprend que l’anglais.</p>'),
    "hostile": reply("smalltalk", HOSTILE_HTML),
}
MOST_CHARACTERS = 2000
REFUSED_EMERGENCY = {
    "text": "Call 911 now. Your words may not have reached the team.",
    "html": "<p><strong>Call 911 now.</strong> Do not wait for a reply here.</p>"
    "<p>Your words may not have reached the team.</p>",
}
HELLO = reply("smalltalk", "<p>Hello. What would you like to know about exosome therapy?</p>")


@dataclass
class Conversation:
    """One conversation of the script."""

    token: str
    messages: list[Message] = field(default_factory=list)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Questions for the team as they stand now; messages hold the very same objects."""
    deleted: bool = False
    news: list[dict[str, Any]] = field(default_factory=list)
    """How questions for the team have moved, for the event stream."""

    def add(self, message: Message) -> Message:
        """Number the message and keep it."""
        if message.get("handoff"):
            case = message["handoff"]
            message = message | {"handoff": self.cases.setdefault(case["reference"], dict(case))}
            self.move(case["reference"], case["state"])
        given = {"seq": len(self.messages) + 1, "created_at": datetime.now(UTC).isoformat()}
        blank = {"id": str(uuid.uuid4()), "client_id": None, "in_reply_to": None, "status": "answered"}
        self.messages.append({**blank, "by": None, "feedback": None, **message, **given})
        return self.messages[-1]

    def move(self, reference: str, state: str, taken_by: str | None = None) -> dict[str, Any]:
        """Let a question for the team stand elsewhere, and tell the streams."""
        told = AWAY if state == "waiting" else None
        self.cases[reference].update(state=state, taken_by=taken_by, reply_expected=told)
        self.news.append(dict(self.cases[reference]))
        return self.cases[reference]


@dataclass
class Script:
    """What the API has heard, and what it is to do next."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    failures: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    """The next sends fail so: status, headers, detail."""
    codes: dict[str, str] = field(default_factory=dict)
    """Private codes, and whose they are."""
    delay: float = 0.0
    """Seconds that a reply takes."""
    crowded: int = 0
    """So many conversations are refused, because too many people ask at once."""
    human: bool = False
    """A person holds the conversation: the bot is silent."""
    consents: list[dict[str, Any]] = field(default_factory=list)
    """What patients agreed to send: how they are reached, and whether the sheet goes along."""
    verdicts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What patients said of answers: the message's id, and the body as it was posted."""
    questions: list[str] = field(default_factory=list)
    """The answers that were added to the prep sheet's questions."""

    @property
    def newest(self) -> Conversation:
        """The newest conversation."""
        return list(self.conversations.values())[-1]

    def staff_says(self, text: str, *, by: str | None = None) -> None:
        """Let the clinic's team write to the newest conversation."""
        self.newest.add(reply(None, f"<p>{text}</p>", author="staff", text=text, by=by))

    def patient_says_elsewhere(self, text: str) -> None:
        """Let the patient write in another window of the newest conversation."""
        self.newest.add(reply(None, f"<p>{text}</p>", author="patient", text=text))

    def team_moves(self, reference: str, state: str, *, by: str | None = None) -> None:
        """Let the clinic's team take, answer, return or close a question."""
        self.human = state in {"claimed", "answered"}
        self.newest.move(reference, state, by)

    def hours_change(self, reference: str, told: str) -> None:
        """Let the clinic open or close while a question waits."""
        self.newest.cases[reference]["reply_expected"] = told
        self.newest.news.append(dict(self.newest.cases[reference]))

    def reset(self) -> None:
        """Begin anew."""
        self.conversations.clear()
        for heard in (self.failures, self.consents, self.verdicts, self.questions, self.codes):
            heard.clear()
        self.delay, self.human, self.crowded = 0.0, False, 0

    def forget_all(self) -> None:
        """Let every conversation expire."""
        self.conversations.clear()

    def patient_texts(self) -> list[str]:
        """What the patient has said in the newest conversation, in the server's order."""
        return [message["text"] for message in self.newest.messages if message["author"] == "patient"]


class RefusedError(Exception):
    """The API refuses, with a status."""

    def __init__(
        self, status: int, detail: str = "", headers: dict[str, str] | None = None, field: str = "", text: str = ""
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.field = status, detail, headers or {}, field
        self.emergency = REFUSED_EMERGENCY if "breathe" in text else None


api = APIRouter(prefix="/api/v1")


def _script(request: Request) -> Script:
    script: Script = request.app.state.script
    return script


def _own(request: Request, conversation: str) -> Conversation:
    found = _script(request).conversations.get(conversation)
    if found is None or request.headers.get("authorization") != f"Bearer {found.token}":
        raise RefusedError(401)
    return found


@api.get("/topics")
async def topics() -> dict[str, Any]:
    """Every answer by category, and some to begin with."""
    entries = [{"id": key, "title": title} for key, title in TITLES.items()]
    categories = [
        {
            "id": key,
            "title": title,
            "answers": [entry for entry in entries if entry["id"].startswith(f"{key}/")],
        }
        for key, title in CATEGORIES.items()
    ]
    return {"categories": categories, "suggested": entries[:2] + entries[4:7]}


@api.post("/conversations", status_code=201)
async def start(request: Request) -> dict[str, str]:
    """Make a conversation, unless too many want one or its first words are too long."""
    script, text = _script(request), (json.loads(await request.body() or b"{}")).get("text", "")
    if script.crowded:
        script.crowded -= 1
        raise RefusedError(429, headers={"Retry-After": "2"}, text=text)
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(422, text=text)
    key, token = str(uuid.uuid4()), uuid.uuid4().hex
    script.conversations[key] = Conversation(token)
    return {"id": key, "token": token, "created_at": datetime.now(UTC).isoformat()}


@api.post("/conversations/{key}/messages")
async def send(request: Request, key: str, body: dict[str, str]) -> dict[str, Any]:
    """Take a message; the same id again is the same message."""
    conversation = _own(request, key)
    script = _script(request)
    _fail_if_told(script, body.get("text", ""))
    known = [message for message in conversation.messages if message["client_id"] == body["id"]]
    return await _take(script, conversation, body) if not known else _again(conversation, known[0])


def _fail_if_told(script: Script, text: str = "") -> None:
    if script.failures:
        status, headers, detail = script.failures.pop(0)
        raise RefusedError(status, detail, headers, text=text)


async def _take(script: Script, conversation: Conversation, body: dict[str, str]) -> dict[str, Any]:
    text = _text_of(body)
    blank: Message = {"html": None, "kind": None, "answer": None, "choices": [], "handoff": None}
    given = {"client_id": body["id"], "author": "patient", "text": text, "status": "received"}
    message = conversation.add(blank | given)
    await asyncio.sleep(script.delay)
    if script.human:
        message["status"] = "held"
        return {"message": message, "replies": []}
    message["status"] = "answered"
    replies = [conversation.add({**_reply_to(body, text), "in_reply_to": message["id"]})]
    return {"message": message, "replies": replies}


def _again(conversation: Conversation, message: Message) -> dict[str, Any]:
    replies = [other for other in conversation.messages if other.get("in_reply_to") == message["id"]]
    return {"message": message, "replies": replies}


def _text_of(body: dict[str, str]) -> str:
    labels = {choice["id"]: choice["label"] for choice in [*buttons(*TITLES), *HANDOFF_CHOICES, NONE_OF_THESE]}
    return body.get("text") or labels[body["choice"]]


def _reply_to(body: dict[str, str], text: str) -> Message:
    choice = body.get("choice", "")
    if choice == "answer:risks/infection":
        return answer("risks/infection", IMMUNE)
    if choice == "answer:risks/immune_reaction":
        return REPLIES["reaction"]
    if choice.startswith("handoff:"):
        return REPLIES["yes"]
    called = [word for word in REPLIES if word in text.lower()]
    return REPLIES[called[0]] if called else HELLO


@api.get("/conversations/{key}/messages")
async def history(request: Request, key: str, after: int = 0) -> dict[str, list[Message]]:
    """All messages after a number."""
    return {"messages": _own(request, key).messages[after:]}


@api.get("/conversations/{key}/handoffs/{reference}")
async def read_case(request: Request, key: str, reference: str) -> dict[str, Any]:
    """Say what would be shared, and when a reply can be expected."""
    conversation = _own(request, key)
    _fail_if_told(_script(request))
    words = [message for message in conversation.messages if message["author"] == "patient"]
    return conversation.cases[reference] | {
        "reason": "personal_medical",
        "shares": [{name: message[name] for name in ("text", "created_at")} for message in words[-20:]],
        "shares_more": len(words) > 20,
        "shares_until": words[-1]["seq"],
        "contact": {"way": "chat", "detail": None},
        "attachments": [],
        "open_now": False,
        "opens_at": "2026-11-23T15:00:00Z",
        "reply_expected": AWAY,
        "consented_at": None,
    }


@api.post("/conversations/{key}/handoffs/{reference}/consent")
async def consent(request: Request, key: str, reference: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a question to the team."""
    conversation, script = _own(request, key), _script(request)
    _fail_if_told(script)
    await asyncio.sleep(script.delay)
    if body["contact"].get("detail") == "refused@example.org":
        raise RefusedError(422, "This address cannot be reached.", field="contact.detail")
    newest = max(message["seq"] for message in conversation.messages if message["author"] == "patient")
    if body["shares_until"] < newest:
        raise RefusedError(409)
    script.consents.append({name: value for name, value in body.items() if name != "shares_until"})
    return conversation.move(reference, "waiting")


@api.post("/conversations/{key}/handoffs/{reference}/decline")
async def decline(request: Request, key: str, reference: str) -> dict[str, Any]:
    """Keep a question from the team."""
    conversation = _own(request, key)
    _fail_if_told(_script(request))
    return conversation.move(reference, "declined")


@api.post("/conversations/{key}/messages/{message_id}/feedback", status_code=204)
async def feedback(request: Request, key: str, message_id: str, body: dict[str, Any]) -> None:
    """Keep what a patient says of an answer."""
    conversation, script = _own(request, key), _script(request)
    _fail_if_told(script)
    script.verdicts.append((message_id, body))
    next(message for message in conversation.messages if message["id"] == message_id)["feedback"] = body


@api.post("/conversations/{key}/sheet/questions")
async def add_question(request: Request, key: str, body: dict[str, str]) -> JSONResponse:
    """Add an answer's question to the prep sheet."""
    _own(request, key)
    script = _script(request)
    _fail_if_told(script)
    known = body["answer"] in script.questions
    script.questions.extend([] if known else [body["answer"]])
    return JSONResponse({}, 200 if known else 201)


@api.post("/conversations/{key}/presence", status_code=204)
async def presence(request: Request, key: str) -> None:
    """Somebody is at the page."""
    _own(request, key)


@api.get("/conversations/{key}/events")
async def events(request: Request, key: str, last_event_id: Annotated[int, Header()] = 0) -> StreamingResponse:
    """Send messages as they come."""
    stream = _events(request, _own(request, key), last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@api.get("/conversations/{key}/export")
async def export(request: Request, key: str, format: str = "json") -> JSONResponse:  # noqa: A002 (its name in the API)
    """Everything, as the real one names it."""
    own = _own(request, key)
    if format == "fhir":
        return JSONResponse({"resourceType": "Bundle"}, media_type="application/fhir+json")
    kept = ("id", "created_at", "author", "text")
    plain = {"words": "Your reference is XK9M-R24A.", "button": None}, {"words": "", "button": "Send it to the team"}
    stored = {"text": "Your reference is **XK9M-R24A**.", "choice": "handoff:accept", "author": "bot"}
    messages = [
        {name: message[name] for name in kept} | {"words": message["text"], "button": None} for message in own.messages
    ]
    messages += [stored | words for words in plain if messages]
    conversation = {"id": key, "created_at": messages[0]["created_at"] if messages else None}
    return JSONResponse({"conversation": [conversation], "messages": messages, "handoffs": [], "prep_words": []})


@api.post("/conversations/{key}/code")
async def make_code(request: Request, key: str) -> dict[str, str]:
    """Make a code that can be told from others."""
    _own(request, key)
    script = _script(request)
    code = f"ABCD-EFGH-JKLM-NP{len(script.codes) + 22}"
    script.codes[code] = key
    return {"code": code}


@api.post("/access")
async def open_by_code(request: Request, body: dict[str, str]) -> dict[str, str]:
    """Give a fresh token for a code."""
    script = _script(request)
    if script.failures:
        status, headers, detail = script.failures.pop(0)
        raise RefusedError(status, detail, headers)
    key = script.codes.get(body["code"].upper())
    if key not in script.conversations:
        raise RefusedError(404)
    script.conversations[key].token = uuid.uuid4().hex
    return {"id": key, "token": script.conversations[key].token}


@api.delete("/conversations/{key}")
async def delete(request: Request, key: str) -> dict[str, Any]:
    """Delete, and give a receipt."""
    messages = len(_own(request, key).messages)
    _script(request).conversations.pop(key).deleted = True
    moment = datetime.now(UTC).isoformat()
    return {"receipt": {"id": str(uuid.uuid4()), "deleted_at": moment, "messages": messages, "handoffs": 0}}


async def _events(request: Request, conversation: Conversation, seen: int) -> AsyncIterator[str]:
    yield ": open\n\n"
    heard = len(conversation.news)
    for case in conversation.cases.values():
        if case["state"] != "offered":
            yield f"event: handoff\ndata: {json.dumps(case)}\n\n"
    while not request.app.state.closing:
        if conversation.deleted:
            yield "event: deleted\ndata: {}\n\n"
            return
        for case in conversation.news[heard:]:
            heard += 1
            yield f"event: handoff\ndata: {json.dumps(case)}\n\n"
        for message in conversation.messages[seen:]:
            seen = message["seq"]
            yield f"event: message\nid: {seen}\ndata: {json.dumps(message)}\n\n"
        await asyncio.sleep(0.05)


async def _refuse(_request: Request, error: Exception) -> JSONResponse:
    status = getattr(error, "status", 500)
    problem: dict[str, Any] = {"type": "about:blank", "title": "Refused", "status": status, "detail": str(error)}
    if getattr(error, "emergency", None):
        problem["emergency"] = getattr(error, "emergency", None)
    if getattr(error, "field", ""):
        problem["errors"] = [{"field": getattr(error, "field", ""), "message": str(error)}]
    headers = getattr(error, "headers", {})
    return JSONResponse(problem, status, headers, media_type="application/problem+json")


def create_app(widget_origins: list[str]) -> FastAPI:
    """Build the app; `widget_origins` may embed the widget."""
    app = FastAPI()
    app.state.closing = False
    app.state.script = Script()
    app.state.settings = SimpleNamespace(
        clinic_name="Willow Lane Regenerative Clinic",
        clinic_phone="(555) 010-0199",
        clinic_hours="Monday to Friday, 9 am to 5 pm",
        emergency_number="911",
        crisis_line="988",
        widget_origins=widget_origins,
        token_idle_minutes=60,
        token_life_days=30,
        retention_days=365,
    )
    app.include_router(site.router)
    app.include_router(api)
    app.add_exception_handler(RefusedError, _refuse)
    return app
