"""What a person would read on a page, for assertions."""

import re
from html import unescape
from typing import Protocol


class Answer(Protocol):
    """What a test client gives back."""

    @property
    def content(self) -> bytes: ...


def text(answer: Answer) -> str:
    """Return the visible words of a page or part, with single spaces."""
    body = re.sub(r"<(head|script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def ids(answer: Answer, prefix: str) -> list[str]:
    """Return the element ids that begin with ``prefix``, in order, without it."""
    return re.findall(rf'id="{prefix}([^"]+)"', answer.content.decode())


def hidden(answer: Answer, name: str) -> str:
    """Return the value of the first hidden field of that name."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', answer.content.decode())
    assert found, f"no field {name}"
    return unescape(found[1])
