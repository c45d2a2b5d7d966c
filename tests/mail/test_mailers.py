"""Both ways of sending do the same with a mail; nothing that is typed can add a header or a recipient."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from structlog.testing import capture_logs

from bot.errors import MailUnavailableError
from bot.mail.console import ConsoleMailer
from bot.mail.mail import Attachment, Mail, Mailer, as_message, is_address, masked
from bot.mail.smtp import SmtpMailer
from bot.settings import Settings

CONVERSATION = UUID("5d3f8f6e-0f0e-4b53-8f0c-0d7f8a2f9a11")
SENDER = "sheets@clinic.example"


def a_mail(**changes: Any) -> Mail:
    fields = {
        "conversation": CONVERSATION,
        "to": "maria@example.org",
        "subject": "The sheet you asked for",
        "text": "My knee, 膝, \u202e<b>\r\n.\r\nBcc: x@example.org",
        "attachment": Attachment("prep-sheet.pdf", b"%PDF-1.7 \x00\xff"),
    }
    return Mail(**fields | changes)


class Inbox:
    """What a mail server on this machine received."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuses = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail, or refuse it."""
        if self.refuses:
            return "550 not today"
        self.envelopes.append(envelope)
        return "250 kept"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def smtp_port(inbox: Inbox) -> AsyncIterator[int]:
    async for port in _served(lambda: SMTP(inbox)):
        yield port


async def _served(protocol: Callable[[], SMTP]) -> AsyncIterator[int]:
    import asyncio

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


def smtp_settings(port: int, **changes: Any) -> Settings:
    fields = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "mail_from": SENDER}
    return Settings(_env_file=None, **fields | changes)


@pytest.fixture(params=["console", "smtp"])
def way(
    request: pytest.FixtureRequest, tmp_path: Path, smtp_port: int, inbox: Inbox
) -> tuple[Mailer, Callable[[], EmailMessage]]:
    """A mailer, and how to see what it made."""

    def kept() -> EmailMessage:
        (path,) = (tmp_path / "outbox" / str(CONVERSATION)).iterdir()
        return _parsed(path.read_bytes())

    def received() -> EmailMessage:
        (envelope,) = inbox.envelopes
        assert envelope.rcpt_tos == ["maria@example.org"]
        assert isinstance(envelope.content, bytes)
        return _parsed(envelope.content)

    if request.param == "console":
        return ConsoleMailer(tmp_path / "outbox", sender=SENDER), kept
    return SmtpMailer(smtp_settings(smtp_port)), received


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=default).parsebytes(raw)


async def test_a_mail_arrives_as_it_was_made(way: tuple[Mailer, Callable[[], EmailMessage]]) -> None:
    mailer, seen = way
    await mailer.send(a_mail())
    mail = seen()
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "maria@example.org", "The sheet you asked for")
    assert mail["Bcc"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["My knee, 膝, \u202e<b>", ".", "Bcc: x@example.org"]
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("prep-sheet.pdf", b"%PDF-1.7 \x00\xff")


async def test_a_mail_may_have_nothing_attached(way: tuple[Mailer, Callable[[], EmailMessage]]) -> None:
    mailer, seen = way
    await mailer.send(a_mail(attachment=None))
    assert list(seen().iter_attachments()) == []


async def test_no_mailer_logs_words_or_addresses(way: tuple[Mailer, Callable[[], EmailMessage]]) -> None:
    mailer, _seen = way
    with capture_logs() as logs:
        await mailer.send(a_mail())
    assert "knee" not in str(logs)
    assert "maria" not in str(logs)


async def test_no_header_can_be_added(way: tuple[Mailer, Callable[[], EmailMessage]]) -> None:
    mailer, _seen = way
    with pytest.raises(ValueError, match=r"[Hh]eader"):
        await mailer.send(a_mail(to="a@example.org\r\nBcc: x@example.org"))


async def test_a_server_that_takes_ascii_alone_gets_no_address_with_other_letters(smtp_port: int) -> None:
    mail = a_mail(to="josé@exämple.org")
    assert b"To: jos\xc3\xa9@ex\xc3\xa4mple.org\r\n" in as_message(mail, SENDER).as_bytes()
    with pytest.raises(MailUnavailableError):
        await SmtpMailer(smtp_settings(smtp_port)).send(mail)


def test_a_sender_may_have_a_name() -> None:
    message = as_message(a_mail(), "Willow Lane <sheets@clinic.example>")
    assert message["From"] == "Willow Lane <sheets@clinic.example>"
    assert message["Message-ID"].endswith("@clinic.example>")
    assert message["Message-ID"].count(">") == 1


async def test_the_console_keeps_a_mail_for_its_owner_alone(tmp_path: Path) -> None:
    with capture_logs() as logs:
        await ConsoleMailer(tmp_path / "outbox", sender=SENDER).send(a_mail())
    folder = tmp_path / "outbox" / str(CONVERSATION)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    (line,) = logs
    assert (line["event"], line["to"], line["bytes"]) == ("mail_kept", "m…@e…", path.stat().st_size)


async def test_a_server_that_refuses_or_is_away_is_not_passed_over(smtp_port: int, inbox: Inbox) -> None:
    inbox.refuses = True
    for port in (smtp_port, 1):
        with capture_logs() as logs, pytest.raises(MailUnavailableError):
            await SmtpMailer(smtp_settings(port)).send(a_mail())
        assert "maria" not in str(logs)


async def test_nothing_goes_in_the_clear_unless_the_settings_say_so(smtp_port: int, inbox: Inbox) -> None:
    with pytest.raises(MailUnavailableError):
        await SmtpMailer(smtp_settings(smtp_port, smtp_tls="starttls")).send(a_mail())
    assert inbox.envelopes == []


async def test_a_mail_goes_over_tls_to_a_server_that_can_be_trusted(inbox: Inbox, tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async for port in _served(lambda: SMTP(inbox, tls_context=ours, require_starttls=True)):
        settings = smtp_settings(port, smtp_tls="starttls", smtp_host="localhost")
        with pytest.raises(MailUnavailableError):
            await SmtpMailer(settings).send(a_mail())
        await SmtpMailer(settings, tls=trusting).send(a_mail())
    assert len(inbox.envelopes) == 1


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    made = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, *made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org",
        "first.last+tag@mail.example.co.uk",
        "o'neil@example.org",
        "1@xn--bcher-kva.example",
        "josé@exämple.org",
    ],
)
def test_plain_addresses_are_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@example.org",
        "a@b",
        "a@@example.org",
        "a@example..org",
        "a@-example.org",
        ".a@example.org",
        "a..b@example.org",
        "a b@example.org",
        "a@example.org\n",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org,b@example.org",
        "A <a@example.org>",
        "a@example.org\x00",
        "=?utf-8?q?b=40example=2Eorg=2C?=@example.org",
        "a@example.o",
        "a\u202e@example.org",
        "a\uff20b@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.org",
    ],
)
def test_nothing_else_is_an_address(address: str) -> None:
    assert not is_address(address)


def test_a_masked_address_is_no_address() -> None:
    assert masked("maria@example.org") == "m…@e…"
