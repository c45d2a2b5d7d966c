"""Mail by way of the clinic's own mail server."""

from __future__ import annotations

import ssl

import aiosmtplib
import structlog

from bot.errors import MailUnavailableError
from bot.mail.mail import Mail, as_message
from bot.settings import Settings

LONGEST_SENDING = 15.0
"""Seconds."""

log = structlog.get_logger(__name__)


class SmtpMailer:
    """Hands mails to a server, over TLS unless the settings say otherwise."""

    delivers = True

    def __init__(self, settings: Settings, *, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls

    async def send(self, mail: Mail) -> None:
        """See `Mailer`."""
        settings = self._settings
        try:
            await aiosmtplib.send(
                as_message(mail, settings.mail_from),
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password.get_secret_value() or None,
                start_tls=settings.smtp_tls == "starttls",
                use_tls=settings.smtp_tls == "tls",
                tls_context=self._tls,
                timeout=LONGEST_SENDING,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            log.error("mail_failed", error=type(error).__name__)
            raise MailUnavailableError(
                "The mail could not be sent just now. Please print the sheet instead."
            ) from error
