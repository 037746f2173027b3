"""Identity tokens: what the host page signs, checked and spent once."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine

from majung.channels import identity_tokens
from majung.channels.identity_tokens import Member, Refused
from majung.channels.models import UsedToken
from majung.conversations.models import Inbox
from majung.core import clock
from tests.web.widget.browser import HANEUL, SECRET, token

pytestmark = pytest.mark.django_db


def _signed(widget: Inbox, **changes: Any) -> str:
    claims = jwt.decode(token(widget), options={"verify_signature": False})
    claims.update(changes)
    return jwt.encode(claims, SECRET, algorithm="HS256")


def _refused(widget: Inbox, signed: str) -> str:
    with pytest.raises(Refused) as refused:
        identity_tokens.verify(token=signed, inbox=widget)
    return refused.value.code


def test_what_is_issued_is_verified_once(widget: Inbox) -> None:
    signed = token(widget)
    assert identity_tokens.read(token=signed, inbox=widget) == HANEUL
    assert identity_tokens.verify(token=signed, inbox=widget) == HANEUL
    assert _refused(widget, signed) == "identity_replayed"
    assert identity_tokens.verify(token=signed, inbox=widget, already=HANEUL.id) == HANEUL
    with pytest.raises(Refused):
        identity_tokens.verify(token=signed, inbox=widget, already="member-8")


def test_only_verified_addresses_are_taken_over(widget: Inbox) -> None:
    signed = _signed(widget, email_verified="true", phone="010-1234-5678", name=None)
    assert identity_tokens.verify(token=signed, inbox=widget) == Member(id="member-7")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"},
        {"sub": ""},
        {"sub": "7" * 101},
        {"jti": " "},
        {"exp": 99_999_999_999},
        {"exp": "soon"},
        {"sub": 7},
    ],
)
def test_what_the_host_page_would_not_say_is_forged(widget: Inbox, changes: dict[str, Any]) -> None:
    assert _refused(widget, _signed(widget, **changes)) == "identity_forged"


def test_another_key_or_no_signature_is_forged(widget: Inbox) -> None:
    claims = jwt.decode(token(widget), options={"verify_signature": False})
    other = jwt.encode(claims, "k" * 40, algorithm="HS256")
    stronger = jwt.encode(claims, SECRET * 2, algorithm="HS512")
    unsigned = jwt.encode(claims, "", algorithm="none")
    for signed in (other, stronger, unsigned, "", "a.b.c"):
        assert _refused(widget, signed) == "identity_forged"


def test_a_token_expires_half_a_minute_after_its_time(widget: Inbox) -> None:
    signed = token(widget, life=60)
    with time_machine.travel(clock.now() + timedelta(seconds=80)):
        assert identity_tokens.read(token=signed, inbox=widget) == HANEUL
    with time_machine.travel(clock.now() + timedelta(seconds=100)):
        assert _refused(widget, signed) == "identity_expired"


def test_spent_tokens_are_forgotten_when_they_could_not_be_used_again(widget: Inbox) -> None:
    identity_tokens.verify(token=token(widget, life=60), inbox=widget)
    assert identity_tokens.forget_expired() == 0
    with time_machine.travel(clock.now() + timedelta(seconds=100)):
        assert identity_tokens.forget_expired() == 1
    assert UsedToken.objects.count() == 0


def test_an_inbox_without_a_secret_issues_nothing(widget: Inbox) -> None:
    with pytest.raises(ValueError, match="no identity secret"):
        identity_tokens.issue(inbox=widget, member=HANEUL)
