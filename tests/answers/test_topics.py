from pathlib import Path

import pytest

from bot.answers.topics import topics
from bot.errors import BrokenDataFileError


def test_an_answer_of_some_categories_carries_the_regulatory_status() -> None:
    assert topics().carries_status("evidence/does_it_work")
    assert not topics().carries_status("risks/infection")


@pytest.mark.parametrize("text", [None, "categories: [", "categories: {}", "categories: {a: {}}\nsuggested: []"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "topics.yml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BrokenDataFileError, match=r"topics\.yml"):
        topics(path)
