"""Made-up answers, as many as one likes: protocols with invented names, and what can be asked of each."""

from __future__ import annotations

from datetime import date
from itertools import islice, product

from bot.answers.files import AnswerFile, Source

NAMES = (
    *(
        "alder",
        "apple",
        "ash",
        "aspen",
        "bamboo",
        "beech",
        "birch",
        "cedar",
        "cherry",
        "chestnut",
        "cypress",
        "elder",
    ),
    *(
        "elm",
        "fig",
        "fir",
        "ginkgo",
        "hawthorn",
        "hazel",
        "hemlock",
        "holly",
        "hornbeam",
        "ivy",
        "juniper",
        "larch",
    ),
    *(
        "laurel",
        "lemon",
        "linden",
        "magnolia",
        "mahogany",
        "maple",
        "mulberry",
        "myrtle",
        "oak",
        "olive",
        "palm",
    ),
    *("peach", "pear", "pine", "plum", "poplar", "quince", "redwood", "rowan", "spruce", "sycamore", "teak"),
    *("walnut", "willow", "yew", "zelkova"),
)
ASPECTS = {
    "price": "cost",
    "payment plan": "cost",
    "duration": "procedure",
    "injection site": "procedure",
    "side effects": "risks",
    "infection risk": "risks",
    "approval status": "regulation",
    "legal rules": "regulation",
    "donor screening": "sourcing",
    "laboratory": "sourcing",
    "success rate": "results",
    "recovery time": "results",
    "published studies": "evidence",
    "evidence level": "evidence",
    "fasting rule": "preparation",
    "paperwork": "preparation",
    "working principle": "mechanism",
    "active ingredient": "mechanism",
    "alternatives": "comparison",
    "definition": "basics",
}
SHAPES = (
    *("what is the {a} of the {n} protocol", "tell me about the {a} of the {n} protocol", "{n} protocol {a}"),
    *(
        "i want to know the {a} of the {n} protocol",
        "{a} of the {n} protocol",
        "what about the {n} protocol {a}",
    ),
    *("explain the {a} for the {n} protocol", "how does the {a} look for the {n} protocol", "{n} {a}"),
    *(
        "information on the {a} of the {n} protocol",
        "can you describe the {n} protocol's {a}",
        "the {n} protocol's {a}",
    ),
    *(
        "what should i know about the {n} protocol's {a}",
        "question about {n} protocol {a}",
        "{a}, {n} protocol",
    ),
    *(
        "please explain {a} in the {n} protocol",
        "where do i read about {a} of the {n} protocol",
        "{a} for {n}",
    ),
    *("what do you say about the {a} of the {n} protocol", "details of the {a} in the {n} protocol"),
)
TESTS = (
    "do you know the {a} of the {n} protocol?",
    "the {a} in the {n} protocol, please",
    "{n} protocol: which {a}?",
)


def synthetic_answers(wanted: int) -> list[AnswerFile]:
    """So many answers, each about one aspect of one protocol."""
    return [_answer(name, aspect) for name, aspect in islice(product(NAMES, ASPECTS), wanted)]


def _answer(name: str, aspect: str) -> AnswerFile:
    title = f"The {aspect} of the {name} protocol"
    return AnswerFile(
        id=f"{ASPECTS[aspect]}/{name}_{aspect.replace(' ', '_')}",
        title=title,
        body=f"{title} is written here only to measure how fast it is found and read.",
        review_due=date(2099, 1, 1),
        sources=[Source(title="Made up", publisher="The benchmark", read=date(2026, 11, 22))],
        examples=[shape.format(a=aspect, n=name) for shape in SHAPES],
        tests=[shape.format(a=aspect, n=name) for shape in TESTS],
    )
