"""Sessions as verbs: tokens, endings, and who may be joined to whom."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from majung.accounts.models import Agent
from majung.channels import identity_tokens, sessions
from majung.channels.identity_tokens import Member
from majung.channels.models import WidgetSession
from majung.conversations.models import Inbox
from majung.core import clock
from majung.customers import identity, merge
from majung.customers.models import Customer, Identity, Merge
from tests import factories
from tests.web.widget.browser import HANEUL, YUJIN, opened, token

pytestmark = pytest.mark.django_db


def _begun(widget: Inbox) -> WidgetSession:
    return sessions.begin(inbox=widget, locale="ko", timezone="Asia/Seoul")[0]


def test_a_session_is_found_by_its_token_in_its_own_inbox(
    widget: Inbox, other_widget: Inbox
) -> None:
    session, secret = sessions.begin(inbox=widget, locale="ko")
    assert sessions.find(inbox_key=widget.key, token=secret) == session
    assert sessions.find(inbox_key=other_widget.key, token=secret) is None
    assert sessions.find(inbox_key=widget.key, token=session.token_hash) is None
    assert sessions.find(inbox_key=widget.key, token="") is None


def test_an_ended_session_opens_nothing(widget: Inbox) -> None:
    session, secret = sessions.begin(inbox=widget, locale="ko")
    sessions.end(session=session)
    assert sessions.find(inbox_key=widget.key, token=secret) is None


def test_the_visit_is_noted_at_most_every_five_minutes(widget: Inbox) -> None:
    session = _begun(widget)
    for minutes, moved in ((4, False), (6, True)):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            sessions.note_seen(session)
            seen_at = WidgetSession.objects.get().seen_at
            assert (seen_at == clock.now()) is moved


def test_a_visitor_is_a_person_with_the_browsers_zone(widget: Inbox) -> None:
    customer = _begun(widget).visitor.customer
    assert Customer.objects.get(pk=customer.pk).timezone == "Asia/Seoul"


def test_signing_in_joins_the_visitor_to_the_member(widget: Inbox) -> None:
    first = sessions.sign_in(session=_begun(widget), token=token(widget))
    second = sessions.sign_in(session=_begun(widget), token=token(widget))
    assert first.user == second.user
    assert first.user is not None
    person = first.user.customer
    assert (person.name, person.merged_into_id) == ("김하늘", None)
    for session in (first, second):
        assert Customer.objects.get(pk=session.visitor.customer_id).merged_into == person
    verified = person.identities.exclude(verified_at=None)
    assert set(verified.values_list("kind", "address")) == {
        ("user", "member-7"),
        ("email", "haneul@example.com"),
    }


def test_the_same_member_again_joins_nothing_twice(widget: Inbox) -> None:
    session = sessions.sign_in(session=_begun(widget), token=token(widget))
    sessions.sign_in(session=session, token=token(widget))
    assert Merge.objects.count() == 1


def test_a_visitor_whom_an_agent_took_for_another_member_is_not_joined(
    widget: Inbox, agent: Agent
) -> None:
    yujin = sessions.sign_in(session=_begun(widget), token=token(widget, YUJIN)).user
    session = _begun(widget)
    assert yujin is not None
    merge.merge(
        winner_id=yujin.customer_id,
        loser_id=session.visitor.customer_id,
        evidence=Merge.Evidence.AGENT,
        by=agent,
    )
    haneul = sessions.sign_in(session=session, token=token(widget, HANEUL)).user
    assert haneul is not None
    assert identity.person_of(haneul.customer_id) != identity.person_of(yujin.customer_id)


def test_an_address_the_host_page_has_not_verified_proves_nothing(widget: Inbox) -> None:
    session = sessions.sign_in(session=_begun(widget), token=token(widget, YUJIN))
    assert session.user is not None
    kinds = Identity.objects.filter(customer=session.user.customer).values_list("kind", flat=True)
    assert list(kinds) == ["user"]


def test_a_member_with_a_long_id_can_write(widget: Inbox) -> None:
    member = Member(id="m" * identity_tokens.LONGEST_ID)
    browser = opened(widget, identity=token(widget, member))
    assert browser.write("안녕하세요").status_code == 201


def test_a_merge_just_before_does_not_spoil_the_sign_in(
    widget: Inbox, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visitor is joined to whomever somebody else has just joined the member to."""
    session = _begun(widget)
    other = factories.customer("같은 사람")
    really = merge.merge

    def late(**asked: Any) -> Merge:
        monkeypatch.setattr(merge, "merge", really)
        really(
            winner_id=other.pk,
            loser_id=asked["winner_id"],
            evidence=Merge.Evidence.AGENT,
            by=agent,
        )
        return really(**asked)

    monkeypatch.setattr(merge, "merge", late)
    member = sessions.sign_in(session=session, token=token(widget)).user
    assert member is not None
    assert identity.person_of(member.customer_id) == other.pk
    assert identity.person_of(session.visitor.customer_id) == other.pk


def test_a_visitor_in_the_trash_signs_in_and_stays_there(
    widget: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    session = _begun(widget)
    Customer.objects.filter(pk=session.visitor.customer_id).update(deleted_at=clock.now())
    member = sessions.sign_in(session=session, token=token(widget)).user
    assert member is not None
    assert Merge.objects.count() == 0
    assert "not joined" in caplog.text
