"""Facts about customers."""

from dataclasses import dataclass

from majung.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Event):
    """Two profiles are one person from now on."""

    merge_id: int
    winner_id: int
    loser_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(Event):
    """A merge was taken back; ``loser_id`` stands for itself again."""

    merge_id: int
    winner_id: int
    loser_id: int
