"""Secrets at rest: sealed with the current key, opened with any key still listed."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast

from majung.core.keys import derive

HIDDEN: Final = "••••"
_BATCH = 500

if TYPE_CHECKING:
    _TextField = models.TextField[str, "Secret"]
else:
    _TextField = models.TextField


class SecretUnreadable(Exception):
    """A sealed text opens with none of the keys in MAJUNG_SECRET_KEYS."""


class Secret(str):
    """An opened secret: text for those who use it, dots for those who print or log it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(derive(key, purpose="seal")) for key in keys])


def _current() -> MultiFernet:
    return _fernet(tuple(settings.MAJUNG_SECRET_KEYS))


def seal(text: str) -> str:
    """Return ``text`` as a Fernet token (URL-safe base64) under the current key."""
    return _current().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Return the text of a token sealed under any listed key; else raise ``SecretUnreadable``."""
    try:
        return _current().decrypt(token.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def reseal(token: str) -> str:
    """Return the same secret under the current key; raise ``SecretUnreadable`` if none opens it."""
    try:
        return _current().rotate(token.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


class SealedTextField(_TextField):
    """Text that the database only ever holds sealed; the empty text stays empty.

    Sealing differs each time, so the only lookup is ``isnull``. Not editable: no form or admin
    shows it unless a form asks for a new value under a field of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, list(args), dict(kwargs)

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return seal(text) if isinstance(text, str) and text else text

    def from_db_value(self, value: str | None, _expression: object, _db: object) -> Secret | None:
        if not value:
            return None if value is None else Secret("")
        try:
            return Secret(unseal(value))
        except SecretUnreadable:
            msg = f"{self.model._meta.label}.{self.name} opens with none of MAJUNG_SECRET_KEYS"
            raise SecretUnreadable(msg) from None

    def value_to_string(self, obj: models.Model) -> str:
        text = self.value_from_object(obj)
        return seal(text) if text else ""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


_others: list[Callable[[], int]] = []


def _sealed_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field.attname


def _rotate_batch(model: type[models.Model], name: str, after: int) -> tuple[int, int | None]:
    """Re-seal the rows that follow ``after``; return how many and the last key seen."""
    rows = (
        model._base_manager.filter(pk__gt=after)
        .annotate(sealed_text=Cast(F(name), models.TextField()))
        .order_by("pk")
        .values_list("pk", "sealed_text")[:_BATCH]
    )
    done, last = 0, None
    for last, token in rows:
        if not token:
            continue
        fresh = Value(reseal(token), output_field=models.TextField())
        # Only where it still says what we read: a secret changed meanwhile is sealed anew already.
        same = model._base_manager.annotate(sealed_text=Cast(F(name), models.TextField()))
        done += same.filter(pk=last, sealed_text=token).update(**{name: fresh})
    return done, last


def also_reseals(function: Callable[[], int]) -> Callable[[], int]:
    """Call the function at a rotation too: it re-seals what lies in no field of ours."""
    _others.append(function)
    return function


def rotate() -> int:
    """Re-seal every secret under the current key; return how many.

    Small statements, no long transaction: it may run beside live traffic and be run again.
    Raises ``SecretUnreadable`` at the first row that no listed key opens.
    """
    total = 0
    for model, name in _sealed_fields():
        after: int | None = 0
        while after is not None:
            done, after = _rotate_batch(model, name, after)
            total += done
    return total + sum(reseal_others() for reseal_others in _others)
