"""Secrets are sealed in the database, hidden in print, and move to a new key."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.forms import modelform_factory
from pytest_django import Settings

from majung.core import secrets
from majung.core.secrets import SealedTextField, SecretUnreadable
from tests.core.together import table

OLD, NEW = "old-key-" * 5, "new-key-" * 5


@pytest.fixture
def channel(transactional_db: None) -> Iterator[type[Any]]:
    with table("SecretChannel", name=models.TextField(default=""), token=SealedTextField()) as made:
        yield made


def stored(model: type[Any], pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token FROM {model._meta.db_table} WHERE id = %s", [pk])
        value: str = cursor.fetchone()[0]
        return value


def test_seal_opens_again_with_the_same_key_only(settings: Settings) -> None:
    settings.MAJUNG_SECRET_KEYS = [OLD]
    token = secrets.seal("비밀")
    assert secrets.unseal(token) == "비밀"
    settings.MAJUNG_SECRET_KEYS = [NEW]
    with pytest.raises(SecretUnreadable):
        secrets.unseal(token)
    settings.MAJUNG_SECRET_KEYS = [NEW, OLD]
    assert secrets.unseal(token) == "비밀"


def test_seal_never_gives_the_same_token_twice() -> None:
    assert secrets.seal("같은 말") != secrets.seal("같은 말")


def test_reseal_makes_the_old_key_unnecessary(settings: Settings) -> None:
    settings.MAJUNG_SECRET_KEYS = [OLD]
    token = secrets.seal("비밀")
    settings.MAJUNG_SECRET_KEYS = [NEW, OLD]
    fresh = secrets.reseal(token)
    settings.MAJUNG_SECRET_KEYS = [NEW]
    assert secrets.unseal(fresh) == "비밀"
    with pytest.raises(SecretUnreadable):
        secrets.reseal(token)


@pytest.mark.parametrize("token", ["", "비밀", "gAAAAA", "x" * 100])
def test_unseal_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(SecretUnreadable):
        secrets.unseal(token)


def test_field_stores_only_sealed_text(channel: type[Any]) -> None:
    row = channel.objects.create(token="s3cret")
    again = channel.objects.get()
    assert again.token == "s3cret"
    assert "s3cret" not in stored(channel, row.pk)
    assert secrets.unseal(stored(channel, row.pk)) == "s3cret"


def test_field_keeps_empty_text_empty(channel: type[Any]) -> None:
    row = channel.objects.create(token="")
    assert stored(channel, row.pk) == ""
    assert channel.objects.get().token == ""


def test_field_hides_its_value_in_repr_forms_and_fixtures(channel: type[Any]) -> None:
    channel.objects.create(token="s3cret")
    row = channel.objects.get()
    assert repr(row.token) == secrets.HIDDEN
    assert "s3cret" not in f"{vars(row)}"
    assert list(modelform_factory(channel, fields="__all__").base_fields) == ["name"]
    assert "s3cret" not in serializers.serialize("json", [row])
    assert pickle.loads(pickle.dumps(row.token)) == "s3cret"


def test_field_cannot_be_searched(channel: type[Any]) -> None:
    with pytest.raises(FieldError):
        channel.objects.filter(token="s3cret")
    assert channel.objects.filter(token__isnull=False).count() == 0


def test_field_names_itself_when_no_key_opens_it(channel: type[Any], settings: Settings) -> None:
    channel.objects.create(token="s3cret")
    settings.MAJUNG_SECRET_KEYS = [NEW]
    with pytest.raises(SecretUnreadable, match=r"core\.SecretChannel\.token"):
        channel.objects.get()


def test_rotate_moves_every_row_to_the_current_key(channel: type[Any], settings: Settings) -> None:
    settings.MAJUNG_SECRET_KEYS = [OLD]
    channel.objects.bulk_create(channel(token=f"비밀 {n}") for n in range(1203))
    channel.objects.create(token="")
    settings.MAJUNG_SECRET_KEYS = [NEW, OLD]
    assert secrets.rotate() == 1203
    settings.MAJUNG_SECRET_KEYS = [NEW]
    tokens = list(channel.objects.order_by("pk").values_list("token", flat=True))
    assert tokens == [*(f"비밀 {n}" for n in range(1203)), ""]


def test_rotate_stops_at_a_secret_no_key_opens(channel: type[Any], settings: Settings) -> None:
    channel.objects.create(token="s3cret")
    settings.MAJUNG_SECRET_KEYS = [NEW]
    with pytest.raises(SecretUnreadable):
        secrets.rotate()
