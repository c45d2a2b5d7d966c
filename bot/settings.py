"""All settings, read once from the environment and `.env`; the only reader of the environment in web."""

from __future__ import annotations

import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, UnknownCountryError, validate  # type: ignore[attr-defined] # of its stubs
from pydantic import Field, IPvAnyNetwork, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.errors import BrokenSettingError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a clinic can set; each field is the variable `ASKWELL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="ASKWELL_", env_file=ROOT / ".env", extra="ignore", frozen=True)

    mode: Literal["demo", "production"] = "demo"
    """demo serves the starter answers with their mark; production serves approved answers only."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = ROOT / "var"
    models_dir: Path = ROOT / "models"
    encoder_dir: Path = ROOT / "var" / "encoder"
    database_url: str = ""
    tracker_url: str = ""

    brain_url: str = ""
    """Where a brain listens that is not started here; empty: `askwell up` starts one and says where it is."""

    brain_secret: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(32)))
    brain_timeout: float = Field(3.5, gt=0, le=30)
    """Seconds for one try; a message gets two, so a patient waits for at most twice this."""

    clinic_name: str = "Willow Lane Regenerative Clinic"
    clinic_phone: str = "(555) 010-0199"
    clinic_hours: str = "Monday to Friday, 9 am to 5 pm"
    """The hours in words; `opening_hours` says the same to the program."""

    opening_hours: str = "Mo-Fr 09:00-17:00"
    """When somebody reads handoffs, in OpenStreetMap's syntax, such as `Mo-Fr 09:00-17:00; PH off`."""

    timezone: str = "America/New_York"
    """Where the clinic is: an IANA name."""

    expected_reply: str = "within one working day"
    """How soon the team usually replies; patients read it after "usually replies"."""

    emergency_number: str = "911"
    crisis_line: str = "988"
    jurisdiction: str = "US"
    widget_origins: list[str] = Field(default_factory=list)
    """Origins of the clinic's own pages that may embed the widget; the assistant's own always may."""

    token_idle_minutes: int = Field(60, ge=1)
    """Minutes without use after which a patient's device loses its conversation: it may be shared."""

    token_life_days: int = Field(30, ge=1)
    """Days after which it does in any case; a private code opens the conversation again."""

    retention_days: int = Field(365, ge=1)
    """Days without use after which a conversation is deleted."""

    new_conversations_per_minute: int = Field(30, ge=1)
    """From one address; more are refused for a while."""

    exempt_addresses: list[IPvAnyNetwork] = Field(default_factory=lambda: _networks("127.0.0.0/8", "::1/128"))
    """Addresses or networks that may open any number of conversations, such as that of the clinic's waiting room.

    The machine's own by default: the command line, replays and benchmarks talk from there, and it is nobody else's.
    """

    trusted_proxies: list[IPvAnyNetwork] = Field(default_factory=list)
    """The only ones that are believed when they say in X-Forwarded-For for whom they speak."""

    smtp_host: str = ""
    """The clinic's mail server; empty: mails are kept in `data_dir`/outbox and go nowhere."""

    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """none is for a relay on this machine alone: it sends patients' words in the clear."""

    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "prep-sheet@localhost"
    pdf_warm_start: bool = True
    """Start the process that makes PDF with web; false: with the first PDF, which then takes seconds longer."""

    @field_validator("data_dir", "models_dir", "encoder_dir")
    @classmethod
    def _from_root(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @model_validator(mode="after")
    def _with_usable_hours(self) -> Self:
        """Refuse at the start what cannot be used."""
        _ = self.opening_times
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        try:
            return ZoneInfo(self.timezone)
        except (ValueError, KeyError, OSError) as error:
            raise BrokenSettingError("ASKWELL_TIMEZONE", "it is no zone such as America/New_York") from error

    @cached_property
    def opening_times(self) -> OpeningHours:
        """When the clinic is open; public holidays are those of the jurisdiction, if that is a country."""
        return _opening_times(self.opening_hours, self.zone, self.jurisdiction)

    @cached_property
    def store_url(self) -> str:
        """The database's address, with the asynchronous driver that Askwell uses."""
        return with_async_driver(self.database_url or f"sqlite:///{self.data_dir / 'askwell.db'}")

    @property
    def answers_dir(self) -> Path:
        """Where the starter answers are."""
        return ROOT / "data" / "answers"

    @property
    def brain_memory_url(self) -> str:
        """The database of Rasa's working memory, as the brain itself names it."""
        return self.tracker_url or f"sqlite:///{self.data_dir / 'brain.db'}"

    @property
    def brain_address_path(self) -> Path:
        """Where the brain's keeper writes down the address of the brain that serves."""
        return self.data_dir / "brain-address"

    @property
    def brain_failure_path(self) -> Path:
        """Where the brain's keeper writes down why no brain gets ready."""
        return self.data_dir / "brain-failure"

    @property
    def outbox_dir(self) -> Path:
        """Where mails are kept that go nowhere."""
        return self.data_dir / "outbox"

    @property
    def bundle_path(self) -> Path:
        """The frozen content that the next model is trained on."""
        return self.data_dir / "bundle.json"


def _networks(*addresses: str) -> list[IPvAnyNetwork]:
    return TypeAdapter(list[IPvAnyNetwork]).validate_python(addresses)


def with_async_driver(url: str) -> str:
    """Name the driver in a plain database address.

    >>> with_async_driver("postgresql://localhost/askwell")
    'postgresql+psycopg://localhost/askwell'
    """
    scheme, separator, rest = url.partition("://")
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+psycopg",
        "postgres": "postgresql+psycopg",
    }
    driver = drivers.get(scheme, scheme)
    if not separator or driver not in drivers.values():
        raise BrokenSettingError("ASKWELL_DATABASE_URL", "it is not an address such as postgresql://host/name")
    return f"{driver}://{rest}"


def _opening_times(hours: str, zone: ZoneInfo, jurisdiction: str) -> OpeningHours:
    if not validate(hours):
        reason = "it is not in OpenStreetMap's syntax, such as Mo-Fr 09:00-17:00"
        raise BrokenSettingError("ASKWELL_OPENING_HOURS", reason)
    if "PH" not in hours:
        return OpeningHours(hours, timezone=zone)
    try:
        return OpeningHours(hours, timezone=zone, country=jurisdiction)
    except UnknownCountryError as error:
        reason = f"it names public holidays (PH), and those of ASKWELL_JURISDICTION={jurisdiction} are not known"
        raise BrokenSettingError("ASKWELL_OPENING_HOURS", reason) from error


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        BrokenSettingError: A variable holds something unusable; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise BrokenSettingError(f"ASKWELL_{str(first['loc'][0]).upper()}", first["msg"].lower()) from error
    except SettingsError as error:  # only a list can fail to be read as one
        name = re.findall(r'field "(\w+)"', str(error))[0].upper()
        raise BrokenSettingError(f"ASKWELL_{name}", 'it is not a list such as ["https://a.example"]') from error
