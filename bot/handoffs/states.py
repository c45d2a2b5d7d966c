"""The states of a handoff: the ways between them as data, and the one place that goes them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import IllegalTransitionError
from bot.handoffs.models import Handoff, HandoffEvent, HandoffState

TRANSITIONS: dict[HandoffState, frozenset[HandoffState]] = {
    HandoffState.OFFERED: frozenset({HandoffState.WAITING, HandoffState.DECLINED}),
    HandoffState.DECLINED: frozenset({HandoffState.WAITING}),
    HandoffState.WAITING: frozenset({HandoffState.CLAIMED}),
    HandoffState.CLAIMED: frozenset({HandoffState.WAITING, HandoffState.ANSWERED, HandoffState.RESOLVED}),
    HandoffState.ANSWERED: frozenset({HandoffState.RESOLVED, HandoffState.CLAIMED, HandoffState.WAITING}),
    HandoffState.RESOLVED: frozenset(),
}
UNSENT = frozenset({HandoffState.OFFERED, HandoffState.DECLINED})
"""Nobody of the team may read what the patient wrote."""

HELD = frozenset({HandoffState.CLAIMED, HandoffState.ANSWERED})
"""A person has it."""

OPEN = frozenset({HandoffState.WAITING}) | HELD
"""It is with the team, and not done."""


def move(session: AsyncSession, handoff: Handoff, new: HandoffState, *, actor: str) -> None:
    """Change a state, and put it on record.

    Raises:
        IllegalTransitionError: There is no way from the present state to the new one.
    """
    old = HandoffState(handoff.state)
    if new not in TRANSITIONS[old]:
        raise IllegalTransitionError(old, new)
    handoff.state = new
    session.add(HandoffEvent(handoff_id=handoff.id, actor=actor, old_state=old, new_state=new))
