"""One mail, and what every way of sending it must do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid, parseaddr
from typing import Protocol
from uuid import UUID

LONGEST_ADDRESS = 254
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LETTER = r"[^\W_]"  # of any script, as a digit too
_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|-){{0,61}}{_LETTER})?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=..){_LABEL}")
_ENCODED = "=?"
"""Begins what mail programs decode in a header, to commas and further addresses too."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes
    subtype: str = "pdf"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What is sent to whom. Its text is a patient's and is in no log."""

    conversation: UUID
    """Whose words it holds, so that they can be found and erased."""
    to: str
    subject: str
    text: str
    attachment: Attachment | None = None


class Mailer(Protocol):
    """A way to send mail."""

    @property
    def delivers(self) -> bool:
        """Whether mails leave this machine."""

    async def send(self, mail: Mail) -> None:
        """Send a mail.

        Raises:
            MailUnavailableError: It could not be handed over.
        """


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address: nothing that could add a header or a second recipient."""
    return len(text) <= LONGEST_ADDRESS and _ENCODED not in text and _ADDRESS.fullmatch(text) is not None


def masked(address: str) -> str:
    """An address as a log may hold it.

    >>> masked("maria@example.org")
    'm…@e…'
    """
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain[:1]}…"


def as_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire; an address with other letters than ASCII's needs a server that takes them."""
    message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"], message["Message-ID"] = (
        formatdate(usegmt=True),
        make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2]),
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.attachment:
        message.add_attachment(
            mail.attachment.content,
            maintype="application",
            subtype=mail.attachment.subtype,
            filename=mail.attachment.name,
        )
    return message
