"""Settings: read once, typed, and every mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenSettingError
from bot.settings import ROOT, Settings, load_settings, with_async_driver


def test_a_demo_clinic_needs_no_setting() -> None:
    settings = Settings(_env_file=None)
    assert (settings.mode, settings.port, settings.host) == ("demo", 8000, "127.0.0.1")
    assert settings.store_url == f"sqlite+aiosqlite:///{ROOT / 'var' / 'askwell.db'}"


def test_the_environment_sets_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_PORT", "9000")
    monkeypatch.setenv("ASKWELL_CLINIC_NAME", "Ünique Clinic")
    monkeypatch.setenv("ASKWELL_WIDGET_ORIGINS", '["https://clinic.example"]')
    settings = load_settings()
    assert (settings.port, settings.clinic_name) == (9000, "Ünique Clinic")
    assert settings.widget_origins == ["https://clinic.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASKWELL_PORT", "eight thousand"),
        ("ASKWELL_PORT", "0"),
        ("ASKWELL_PORT", "70000"),
        ("ASKWELL_MODE", "staging"),
        ("ASKWELL_BRAIN_TIMEOUT", "-1"),
        ("ASKWELL_BRAIN_TIMEOUT", "600"),
        ("ASKWELL_WIDGET_ORIGINS", "https://clinic.example"),
        ("ASKWELL_WIDGET_ORIGINS", "[1"),
        ("ASKWELL_OPENING_HOURS", "9 to 5"),
        ("ASKWELL_OPENING_HOURS", ""),
        ("ASKWELL_TIMEZONE", "New York"),
        ("ASKWELL_TIMEZONE", ""),
        ("ASKWELL_TIMEZONE", "../etc/passwd"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BrokenSettingError, match=name) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_public_holidays_are_wanted_of_a_country_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_OPENING_HOURS", "Mo-Fr 09:00-17:00; PH off")
    assert load_settings().opening_times
    monkeypatch.setenv("ASKWELL_JURISDICTION", "EU")
    with pytest.raises(BrokenSettingError, match=r"ASKWELL_OPENING_HOURS.*ASKWELL_JURISDICTION=EU"):
        load_settings()


def test_a_wrong_secret_is_never_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_BRAIN_SECRET", "very secret")
    assert "very secret" not in repr(load_settings())


def test_each_start_makes_a_secret_of_its_own_unless_one_is_set() -> None:
    secrets = {Settings(_env_file=None).brain_secret.get_secret_value() for _ in range(2)}
    assert len(secrets) == 2
    assert all(len(secret) >= 32 for secret in secrets)


def test_folders_are_below_the_root_unless_absolute() -> None:
    settings = Settings(_env_file=None, data_dir="elsewhere", models_dir="/srv/models")
    assert (settings.data_dir, settings.models_dir) == (ROOT / "elsewhere", Path("/srv/models"))


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://h/d", "postgresql+psycopg://h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_the_driver_is_named_for_the_clinic(url: str, driver: str) -> None:
    assert with_async_driver(url) == driver


@pytest.mark.parametrize("url", ["askwell.db", "mysql://h/d", "postgresql+asyncpg://h/d"])
def test_an_address_of_no_database_that_is_known_is_an_error_that_names_the_setting(url: str) -> None:
    with pytest.raises(BrokenSettingError, match="ASKWELL_DATABASE_URL"):
        with_async_driver(url)
