import asyncio
import time

import pytest

from bot.brain.lock_store import QueueLockStore


async def test_one_conversations_turns_run_in_order_and_without_polling() -> None:
    store, order = QueueLockStore(), []

    async def turn(number: int) -> None:
        async with store.lock("one"):
            await asyncio.sleep(0.01)
            order.append(number)

    started = time.perf_counter()
    await asyncio.gather(*(turn(number) for number in range(10)))
    assert order == list(range(10))
    assert time.perf_counter() - started < 0.9  # Rasa's own store would take nine seconds


async def test_conversations_do_not_wait_for_each_other() -> None:
    store, inside = QueueLockStore(), asyncio.Event()

    async def holder() -> None:
        async with store.lock("one"):
            await inside.wait()

    task = asyncio.create_task(holder())
    await asyncio.sleep(0)
    async with store.lock("two"):
        inside.set()
    await task


async def test_a_failed_turn_lets_the_next_one_in_and_nothing_is_kept() -> None:
    store = QueueLockStore()
    with pytest.raises(RuntimeError):
        async with store.lock("one"):
            raise RuntimeError
    async with store.lock("one"):
        assert store.get_lock("one") is not None
    assert len(store) == 0


async def test_one_who_gives_up_waiting_leaves_the_line() -> None:
    store = QueueLockStore()

    async def wait() -> None:
        async with store.lock("one"):
            pass

    async with store.lock("one"):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert len(store) == 0
