"""Tells the open screens which conversation changed. Losing a signal costs freshness only."""

from uuid import UUID

from majung.core import live


def conversation(public_id: UUID | str, *, brand_id: int) -> None:
    """Signal the thread and every list that may show it, once the transaction is committed."""
    live.signal(f"conversation:{public_id}")
    row(public_id, brand_id=brand_id)


def row(public_id: UUID | str, *, brand_id: int) -> None:
    """Signal the lists alone: how a conversation stands there changed, not what it says."""
    live.signal(f"list:brand:{brand_id}", ids=[str(public_id)])


def visitor(public_id: UUID | str) -> None:
    """Signal the customer's own browser."""
    live.signal(f"visitor:{public_id}")


def customer(public_id: UUID | str) -> None:
    """Signal the screens that show the profile."""
    live.signal(f"customer:{public_id}")
