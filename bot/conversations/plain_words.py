"""Messages as a person reads them who has no chat before them: no Markdown, no ids of buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.answers.catalogue import Catalogue
from bot.conversations.models import Author, Message
from bot.conversations.phrases import Phrases

ANSWER = "answer:"
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Plain:
    """What was typed or said, and the title of the button that was pressed instead."""

    words: str
    button: str | None = None


class PlainWords:
    """Puts messages into plain words."""

    def __init__(self, catalogue: Catalogue, phrases: Phrases) -> None:
        self._catalogue = catalogue
        self._phrases = phrases

    async def of(self, messages: Sequence[Message]) -> Mapping[UUID, Plain]:
        """By message; `messages` are those of one conversation."""
        titles = await self._titles(messages)
        return {message.id: _plain(message, titles) for message in messages}

    async def pressed(self, messages: Sequence[Message]) -> Mapping[UUID, str]:
        """The titles of the buttons that were pressed instead of typing, by message; an unknown one's id."""
        pressed = {message.id: message.choice for message in messages if message.choice and _is_pressed(message)}
        titles = await self._titles(messages) if pressed else {}
        return {message: titles.get(choice, choice) for message, choice in pressed.items()}

    async def _titles(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """The titles of buttons by id: as they were offered, or else as they are called now, or were last."""
        pressed = {message.choice for message in messages if message.choice}
        answers = await self._catalogue.last_titles([name.removeprefix(ANSWER) for name in pressed])
        fixed = {name: self._phrases.button(name) for name in pressed if self._phrases.has_button(name)}
        offered = [choice for message in messages if message.reply for choice in message.reply["choices"]]
        return (
            {f"{ANSWER}{name}": title for name, title in answers.items()}
            | fixed
            | {choice["id"]: choice["label"] for choice in offered if choice["label"]}
        )


def as_plain(markdown: str) -> str:
    """Markdown without its marks; the address of a link stands behind its words.

    >>> as_plain("Take **one**, see [this](https://example.org).")
    'Take one, see this (https://example.org).'
    """
    lines, mark = [], ""
    for token in _MARKDOWN.parse(markdown):
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} "
        elif token.type in {"inline", "fence", "code_block"}:
            lines.append(mark + (_inline(token.children) if token.children else token.content))
            mark = ""
    return "\n".join(lines)


def _plain(message: Message, titles: Mapping[str, str]) -> Plain:
    words = as_plain(message.text) if message.author == Author.BOT else message.text
    return Plain(words, titles.get(message.choice or "", message.choice) if _is_pressed(message) else None)


def _is_pressed(message: Message) -> bool:
    return message.choice is not None and not message.text.strip()


def _inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    address = ""
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs["href"])
        elif token.type == "link_close":
            parts.append(f" ({address})" if parts[-1:] != [address] else "")
        else:
            parts.append("\n" if token.type.endswith("break") else token.content)
    return "".join(parts)
