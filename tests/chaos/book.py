"""What the people in the harness know: what they wrote, and what they were told about it."""

from dataclasses import dataclass, field
from threading import Lock


@dataclass(slots=True)
class Written:
    """A customer's message. ``answered`` once a 2xx came; who gave up before that never knows."""

    session: str
    text: str
    file: str = ""
    answered: bool = False


@dataclass(slots=True)
class Replied:
    """An agent's reply; agents never give up."""

    conversation: str
    text: str
    answered: bool = False


@dataclass(slots=True)
class Book:
    """Filled by many threads. Keys are the client-made keys; ``taken`` is (agent, conversation).

    ``arrived`` lists the reply ids at the vendor of the test channel in the order of arrival.
    ``complaints`` are answers that nobody may get; ``cuts`` counts connections
    that broke while an answer was awaited, ``errors`` answers of 500 and above; people try again.
    """

    written: dict[str, Written] = field(default_factory=dict)
    replied: dict[str, Replied] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    cuts: int = 0
    errors: int = 0
    lock: Lock = field(default_factory=Lock, repr=False)

    def note_cut(self) -> None:
        with self.lock:
            self.cuts += 1

    def note_error(self) -> None:
        with self.lock:
            self.errors += 1

    def complain(self, text: str) -> None:
        with self.lock:
            self.complaints.append(text)
