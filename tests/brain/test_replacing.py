from types import SimpleNamespace

import pytest

from bot.brain.replacing import replace


def test_a_part_is_replaced() -> None:
    owner = SimpleNamespace(part="theirs")
    replace(owner, "part", "ours")
    assert owner.part == "ours"


def test_a_part_that_is_gone_is_not_replaced_in_silence() -> None:
    with pytest.raises(AttributeError, match="part"):
        replace(SimpleNamespace(), "part", "ours")
