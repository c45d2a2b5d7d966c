"""Open event streams hear of what is new in their own conversation."""

from __future__ import annotations

from uuid import uuid4

from bot.conversations.announcer import Announcer, wait_at_most


async def test_all_who_listen_to_a_conversation_are_woken() -> None:
    announcer, conversation = Announcer(), uuid4()
    with announcer.listening(conversation) as one, announcer.listening(conversation) as two:
        announcer.announce(conversation)
        assert await wait_at_most(one, 1)
        assert await wait_at_most(two, 1)


async def test_nobody_else_is() -> None:
    announcer = Announcer()
    with announcer.listening(uuid4()) as news:
        announcer.announce(uuid4())
        assert not await wait_at_most(news, 0.01)


async def test_an_announcement_before_the_wait_is_not_missed_and_counts_once() -> None:
    announcer, conversation = Announcer(), uuid4()
    with announcer.listening(conversation) as news:
        announcer.announce(conversation)
        assert await wait_at_most(news, 0.01)
        assert not await wait_at_most(news, 0.01)


def test_who_went_away_is_forgotten() -> None:
    announcer, conversation = Announcer(), uuid4()
    with announcer.listening(conversation), announcer.listening(conversation):
        pass
    assert conversation not in announcer._waiting
