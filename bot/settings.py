"""All settings, read once from the environment and `.env`; the only reader of the environment in web."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
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
    emergency_number: str = "911"
    crisis_line: str = "988"
    jurisdiction: str = "US"
    widget_origins: list[str] = Field(default_factory=list)
    """Origins of the clinic's own pages that may embed the widget; the assistant's own always may."""

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

    @cached_property
    def store_url(self) -> str:
        """The database's address, with the asynchronous driver that Askwell uses."""
        return with_async_driver(self.database_url or f"sqlite:///{self.data_dir / 'askwell.db'}")

    @property
    def answers_dir(self) -> Path:
        """Where the starter answers are."""
        return ROOT / "data" / "answers"

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
        raise BrokenSettingError("ASKWELL_WIDGET_ORIGINS", 'it is not a list such as ["https://a.example"]') from error
