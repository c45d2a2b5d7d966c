"""Mail that goes nowhere: for trying Askwell out, and for tests."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import uuid4

import structlog

from bot.mail.mail import Mail, as_message, masked

log = structlog.get_logger(__name__)


class ConsoleMailer:
    """Says on the terminal that there is a mail, and keeps it where only the person who runs Askwell can read it."""

    delivers = False

    def __init__(self, outbox: Path, *, sender: str) -> None:
        self._outbox = outbox
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """See `Mailer`."""
        body = as_message(mail, self._sender).as_bytes()
        path = self._outbox / str(mail.conversation) / f"{uuid4().hex}.eml"
        await asyncio.to_thread(_write, path, body)
        log.info("mail_kept", to=masked(mail.to), bytes=len(body), file=str(path))


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
