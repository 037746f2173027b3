"""The suite finds what is wrong: each of these channels breaks one promise."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from majung.channels.conformance.rules import RULES
from majung.channels.conformance.scene import Scene
from majung.channels.contract import (
    Accepted,
    Account,
    Context,
    Ignored,
    Outgoing,
    Parsed,
    Permanent,
    Retryable,
    Unreadable,
)
from tests.channels.sparrow import sample, vendor_of_sample

__all__ = ["sample"]

Patched = dict[str, Any]


def believes_all(_sample: ModuleType) -> Patched:
    return {"verify": lambda request, account: None}


def forgets_time(sample: ModuleType) -> Patched:
    def verify(request: Any, account: Account) -> None:
        time = request.headers.get("x-sparrow-signature", "")
        stamp = time.partition("=")[2].partition(",")[0]
        moment = request.received_at.fromtimestamp(int(stamp) if stamp.isdecimal() else 0)
        real.verify(replace(request, received_at=moment.astimezone()), account)

    real = sample.incoming
    return {"verify": verify}


def parsing(change: Callable[[Any], Any]) -> Callable[[ModuleType], Patched]:
    def patched(sample: ModuleType) -> Patched:
        return {"parse": lambda item, account: change(sample.incoming.parse(item, account))}

    return patched


def breaks_on_nonsense(sample: ModuleType) -> Patched:
    def parse(item: Any, account: Account) -> Any:
        try:
            return sample.incoming.parse(item, account)
        except Unreadable as error:
            raise KeyError(error.code) from error

    return {"parse": parse}


def sending(change: Callable[[Any, Outgoing, Account], Any]) -> Callable[[ModuleType], Patched]:
    def patched(sample: ModuleType) -> Patched:
        def send(message: Outgoing, account: Account, context: Context) -> Any:
            return change(sample.outgoing.send(message, account, context), message, account)

        return {"send": send}

    return patched


def cuts_words(sample: ModuleType) -> Patched:
    def send(message: Outgoing, account: Account, context: Context) -> Any:
        return sample.outgoing.send(replace(message, text=message.text[:5]), account, context)

    return {"send": send}


def guesses(_sample: ModuleType) -> Patched:
    return {"reconcile": lambda message, account, context: Retryable("surely not")}


def without_files(event: Any) -> Any:
    return replace(event, attached=()) if isinstance(event, Parsed) else event


def ignores_changes(event: Any) -> Any:
    return event if isinstance(event, Parsed) else Ignored("whatever", "모르겠어요.")


def composed(event: Any) -> Any:
    if not isinstance(event, Parsed):
        return event
    return replace(event, text=unicodedata.normalize("NFC", event.text))


def hopeful(answer: Any, _message: Outgoing, _account: Account) -> Any:
    """Take silence for a no, and so send twice."""
    return answer if isinstance(answer, Accepted | Permanent) else Retryable("again")


def impatient(answer: Any, _message: Outgoing, _account: Account) -> Any:
    return replace(answer, after=0.0) if isinstance(answer, Retryable) else answer


def talkative(answer: Any, _message: Outgoing, account: Account) -> Any:
    if isinstance(answer, Permanent):
        return Permanent(f"{answer.reason} {account.secrets['token']}")
    return answer


def nameless(answer: Any, _message: Outgoing, _account: Account) -> Any:
    return Accepted("") if isinstance(answer, Accepted) else answer


CASES = [
    (believes_all, {"signature: forged", "signature: missing", "signature: stale"}),
    (forgets_time, {"signature: stale"}),
    (breaks_on_nonsense, {"broken items"}),
    (parsing(without_files), {"media in", "20 MB file in"}),
    (parsing(ignores_changes), {"edit", "deletion", "echo from another app"}),
    (parsing(composed), {"emoji, combining Hangul and other letters"}),
    (sending(hopeful), {"timeout is unknown, and not sent again"}),
    (sending(impatient), {"rate limit with Retry-After"}),
    (sending(talkative), {"secrets stay secret"}),
    (sending(nameless), {"receipts move states only forward"}),
    (cuts_words, {"emoji and combining Hangul out", "oversized text is split"}),
    (guesses, {"timeout that arrived is reconciled"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "names"), CASES, ids=[" and ".join(sorted(names)) for _, names in CASES]
)
def test_a_broken_channel_does_not_pass(
    sample: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[ModuleType], Patched],
    names: set[str],
) -> None:
    for name, value in make(sample).items():
        monkeypatch.setattr(sample, name, value)
    found = [rule for rule in RULES if rule.name in names]
    assert {rule.name for rule in found} == names
    for rule in found:
        with pytest.raises((AssertionError, KeyError, pytest.fail.Exception)):
            rule.check(Scene(vendor_of_sample()()))


def test_each_line_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) > 40
