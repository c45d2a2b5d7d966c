"""Where the brain is: a file that is replaced whole, and read again only when it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.conversations.brain_address import AddressFile, FixedAddress
from bot.errors import BrainUnavailableError

ONE, OTHER = "http://127.0.0.1:1111", "http://127.0.0.1:2222"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brain-address"


def test_a_fixed_address_never_changes() -> None:
    assert FixedAddress(ONE).current() == ONE


def test_before_any_brain_was_ready_there_is_none(path: Path) -> None:
    with pytest.raises(BrainUnavailableError):
        AddressFile(path).current()


def test_a_reader_follows_what_another_process_writes(path: Path) -> None:
    reader, writer = AddressFile(path), AddressFile(path)
    for url in (ONE, OTHER):
        writer.write(url)
        assert reader.current() == url
    writer.clear()
    with pytest.raises(BrainUnavailableError):
        reader.current()


def test_two_writes_in_one_tick_of_the_clock_are_two(path: Path) -> None:
    address = AddressFile(path)
    for url in (ONE, OTHER):
        address.write(url)
        os.utime(path, ns=(0, 0))
        assert address.current() == url


def test_the_file_is_replaced_whole(path: Path) -> None:
    """Whoever has it open reads the old address to its end, and never half of one."""
    address = AddressFile(path)
    address.write(ONE)
    with path.open() as opened:
        address.write(OTHER)
        assert opened.read() == ONE
    assert path.read_text() == OTHER
    assert list(path.parent.iterdir()) == [path]


def test_what_did_not_change_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = AddressFile(path)
    address.write(ONE)
    assert address.current() == ONE
    monkeypatch.delattr(Path, "read_text")
    assert address.current() == ONE


def test_clearing_twice_is_clearing_once(path: Path) -> None:
    address = AddressFile(path)
    address.write(ONE)
    address.clear()
    address.clear()
    assert not path.exists()
