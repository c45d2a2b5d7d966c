"""What the tests of the prep sheet share."""

from __future__ import annotations

import pytest

from bot.answers.catalogue import Catalogue
from bot.conversations.phrases import clinic_facts
from bot.prep.guide import Guides
from bot.prep.sheet import PrepSheets
from bot.settings import Settings
from bot.store.database import Database


@pytest.fixture(scope="session")
def guides() -> Guides:
    return Guides.load(clinic_facts(Settings(_env_file=None)))


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database, publish_starters=True)


@pytest.fixture
def sheets(database: Database, guides: Guides, catalogue: Catalogue) -> PrepSheets:
    return PrepSheets(database, guides, catalogue)
