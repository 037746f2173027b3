"""The bus: lower apps publish facts, upper apps subscribe.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class MessageReceived(Event):
        message_id: int

    @on(MessageReceived)       # inside the publisher's transaction; raising vetoes it
    @after(MessageReceived)    # a job row in that transaction; runs once it is committed

Handlers are idempotent. Volume (timeline rows) does not travel here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db import connection

from majung.core import jobs

_types: dict[str, type["Event"]] = {}
_within: dict[type["Event"], list[Callable[[Any], None]]] = {}
_behind: dict[type["Event"], list["_Behind"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the past tense. Fields are ids and plain values: int, str, bool, None, tuples."""

    def __init_subclass__(cls) -> None:
        name = type_name(cls)
        known = _types.get(name)
        # dataclass(slots=True) makes the class a second time, from the same place.
        if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            msg = f"two events are called {name}"
            raise TypeError(msg)
        _types[name] = cls


Receiver = TypeVar("Receiver", bound=Callable[[Any], None])


@dataclass(frozen=True, slots=True)
class _Behind:
    task: str
    key: str


def type_name(event: type[Event]) -> str:
    """Return the name that job rows use: "conversations.MessageReceived"."""
    path = event.__module__
    app = path.split(".")[1] if path.startswith("majung.") else path
    return f"{app}.{event.__name__}"


def on(*types: type[Event]) -> Callable[[Receiver], Receiver]:
    """Call the function inside the publisher's transaction; what it raises undoes that."""

    def decorate(function: Receiver) -> Receiver:
        for each in types:
            _within.setdefault(each, []).append(function)
        return function

    return decorate


def after(
    *types: type[Event],
    key: str = "",
    atomic: bool = True,
    retries: int = jobs.RETRIES,
    lease: float = jobs.LEASE_SECONDS,
) -> Callable[[Receiver], Receiver]:
    """Call the function in a job of its own, once the publisher's transaction is committed.

    ``key`` names a field of the event: facts with the same value reach this function in order.
    """
    for each in types:
        if key and key not in {field.name for field in fields(each)}:
            msg = f"{type_name(each)} has no field {key}"
            raise ValueError(msg)

    def decorate(function: Receiver) -> Receiver:
        def run(*, event: str, fields: dict[str, Any]) -> None:
            function(_rebuilt(event, fields))

        task = jobs.Task(
            name=jobs.name_of(function), function=run, atomic=atomic, retries=retries, lease=lease
        )
        jobs.register(task)
        for each in types:
            _behind.setdefault(each, []).append(_Behind(task.name, key))
        return function

    return decorate


def publish(*events: Event) -> None:
    """Tell the subscribers, in the order in which they subscribed.

    Raises RuntimeError outside a transaction, since a fact without its state is none.
    """
    if not connection.in_atomic_block:
        msg = "publish() belongs inside transaction.atomic(), beside the change that it tells of"
        raise RuntimeError(msg)
    for event in events:
        for function in _within.get(type(event), ()):
            function(event)
        _leave_jobs(event, _behind.get(type(event), ()))


def _leave_jobs(event: Event, handlers: Sequence[_Behind]) -> None:
    if not handlers:
        return
    payload = {
        "event": type_name(type(event)),
        "fields": {field.name: getattr(event, field.name) for field in fields(event)},
    }
    for handler in handlers:
        key = f"{handler.task}:{getattr(event, handler.key)}" if handler.key else ""
        jobs.enqueue_named(handler.task, [(key, payload)])


def _rebuilt(name: str, values: dict[str, Any]) -> Event:
    """Make the event again; a field that a newer version dropped is left out."""
    event = _types[name]
    known = {field.name for field in fields(event)}
    return event(
        **{
            field: tuple(value) if isinstance(value, list) else value
            for field, value in values.items()
            if field in known
        }
    )
