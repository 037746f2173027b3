import json
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts.models import Agent, AuditEntry
from majung.channels import inbound
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox
from majung.core import clock
from majung.core.models import Job
from majung.customers.models import Identity
from tests import factories


def came_in(inbox: Inbox, raw: bytes, *, now_reads: bytes = b"") -> InboundDelivery:
    sender = f"visitor:{inbox.pk}:{uuid4()}"
    key = inbound.accept(
        inbox_id=inbox.pk, external_id=str(uuid4()), sender=sender, raw=raw, headers={}
    )
    with suppress(inbound.Failed):
        inbound.process(delivery_id=key)
    if now_reads:
        InboundDelivery.objects.filter(pk=key).update(raw=now_reads)
    return InboundDelivery.objects.get(pk=key)


def good(text: str = "배송이 궁금해요") -> bytes:
    return json.dumps({"text": text}).encode()


def test_the_ledger_says_what_was_done_and_why(admin_desk: Client, widget: Inbox) -> None:
    item = came_in(widget, good())
    came_in(widget, b"{")

    answer = admin_desk.get("/setup/ledger/")

    assert [(line.state.text, line.reason) for line in answer.context["lines"]] == [
        ("실패", "알아볼 수 없는 형식이에요"),
        ("처리함", "이어지는 상담이 없어서 새 상담을 열었어요"),
    ]
    assert item.conversation is not None
    assert f"/desk/c/{item.conversation.public_id}/" in answer.content.decode()


def test_senders_are_masked(admin_desk: Client, widget: Inbox) -> None:
    item = came_in(widget, good())
    address = item.sender.rpartition(":")[2]
    answer = admin_desk.get("/setup/ledger/")
    assert answer.context["lines"][0].sender == f"방문자 {address[:2]}•••{address[-2:]}"
    assert address not in answer.content.decode()


def test_the_list_is_narrowed_by_state_and_inbox(
    admin_desk: Client, widget: Inbox, other_widget: Inbox
) -> None:
    bad, _good = came_in(widget, b"{"), came_in(widget, good())
    other = came_in(other_widget, b"{")

    def shown(query: str) -> list[int]:
        lines = admin_desk.get(f"/setup/ledger/{query}").context["lines"]
        return [line.item.pk for line in lines]

    assert shown("?state=failed") == [other.pk, bad.pk]
    assert shown(f"?state=failed&inbox={widget.public_id}") == [bad.pk]
    assert shown(f"?inbox={other_widget.public_id}") == [other.pk]
    assert admin_desk.get("/setup/ledger/?inbox=nonsense").status_code == 404


def test_pages_follow_one_another_without_gap_or_repeat(admin_desk: Client, widget: Inbox) -> None:
    now = clock.now()
    InboundDelivery.objects.bulk_create(
        InboundDelivery(
            inbox=widget,
            external_id=str(number),
            sender="visitor:1:abc",
            raw=b"{}",
            # Three share each moment: the key decides between them.
            received_at=now - timedelta(seconds=number // 3),
        )
        for number in range(120)
    )
    seen, address = [], "/setup/ledger/"
    while address:
        context = admin_desk.get(address).context
        seen += [line.item.pk for line in context["lines"]]
        address = f"/setup/ledger/{context['page'].older}" if context["page"].older else ""
    everything = InboundDelivery.objects.order_by("-received_at", "-pk")
    assert seen == list(everything.values_list("pk", flat=True))


def test_a_bad_cursor_is_not_found(admin_desk: Client) -> None:
    assert admin_desk.get("/setup/ledger/?before=nonsense").status_code == 404


def test_a_retry_processes_what_failed_on_our_side(admin_desk: Client, widget: Inbox) -> None:
    item = came_in(widget, b"{")
    InboundDelivery.objects.filter(pk=item.pk).update(raw=good("다시 보내요"), reason="error")

    admin_desk.post(reverse("setup:item_retry", args=[item.public_id]))

    item.refresh_from_db()
    assert item.state == "processed"
    assert item.message is not None
    assert item.message.text == "다시 보내요"
    assert AuditEntry.objects.filter(action="inbound_retried").count() == 1


def test_what_cannot_be_read_stays_failed_and_can_be_set_aside(
    admin_desk: Client, widget: Inbox
) -> None:
    item = came_in(widget, b"{")
    shown = admin_desk.post(
        reverse("setup:item_retry", args=[item.public_id]), follow=True
    ).content.decode()
    assert "또 실패했어요" in shown

    admin_desk.post(reverse("setup:item_ignore", args=[item.public_id]))

    item.refresh_from_db()
    assert (item.state, item.reason) == ("ignored", "set_aside")
    assert admin_desk.post(reverse("setup:item_retry", args=[item.public_id])).status_code == 404


def test_all_failed_of_one_inbox_are_retried_or_set_aside(
    admin_desk: Client, widget: Inbox, other_widget: Inbox
) -> None:
    fixed = came_in(widget, b"{", now_reads=good())
    broken = came_in(widget, b"{")
    other = came_in(other_widget, b"{")

    admin_desk.post("/setup/ledger/retrying", {"inbox": widget.public_id})
    states = dict(InboundDelivery.objects.values_list("pk", "state"))
    assert states == {fixed.pk: "processed", broken.pk: "failed", other.pk: "failed"}

    admin_desk.post("/setup/ledger/setting-aside")
    states = dict(InboundDelivery.objects.values_list("pk", "state"))
    assert states == {fixed.pk: "processed", broken.pk: "ignored", other.pk: "ignored"}


def test_the_way_back_never_leaves_this_site(admin_desk: Client, widget: Inbox) -> None:
    item = came_in(widget, b"{")
    address = reverse("setup:item_ignore", args=[item.public_id])
    answer = admin_desk.post(address, {"next": "https://evil.example/"})
    assert answer["Location"] == "/setup/ledger/"


def test_reading_the_raw_item_is_kept_in_the_trail(
    admin_desk: Client, admin: Agent, widget: Inbox
) -> None:
    item = came_in(widget, good("<script>alert(1)</script>"))
    shown = admin_desk.get(reverse("setup:item", args=[item.public_id])).content.decode()
    assert "alert(1)" not in shown
    assert not AuditEntry.objects.filter(action="inbound_raw_read").exists()

    shown = admin_desk.get(reverse("setup:item_raw", args=[item.public_id])).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    entry = AuditEntry.objects.get(action="inbound_raw_read")
    assert (entry.agent, entry.object_id) == (admin, item.pk)


def test_the_count_tells_what_came_since(admin_desk: Client, widget: Inbox) -> None:
    came_in(widget, good())
    since = admin_desk.get("/setup/ledger/").context["since"]
    assert admin_desk.get(f"/setup/ledger/count?since={since}").context["number"] == 0
    came_in(widget, good())
    came_in(widget, good())
    assert (
        "새로 2개 들어왔어요"
        in admin_desk.get(f"/setup/ledger/count?since={since}").content.decode()
    )


def test_parked_jobs_are_shown_and_tried_again(admin_desk: Client) -> None:
    now = clock.now()
    job = Job.objects.create(
        task="majung.somewhere.work",
        created_at=now,
        run_at=now,
        failed_at=now,
        attempts=9,
        error="ValueError: no",
    )
    assert "majung.somewhere.work" in admin_desk.get("/setup/jobs/").content.decode()

    admin_desk.post(reverse("setup:job_retry", args=[job.pk]))

    job.refresh_from_db()
    assert (job.failed_at, job.attempts) == (None, 0)
    assert admin_desk.post(reverse("setup:job_retry", args=[job.pk])).status_code == 404


def test_the_ledger_asks_as_often_for_three_rows_as_for_one(
    admin_desk: Client, widget: Inbox
) -> None:
    counts = []
    for size in (1, 3):
        while InboundDelivery.objects.count() < size:
            came_in(widget, good())
        with CaptureQueriesContext(connection) as caught:
            admin_desk.get("/setup/ledger/")
        counts.append(len(caught))
    assert counts == [7, 7]


def test_strangers_see_nothing_of_it(stranger: Client, widget: Inbox, visitor: Identity) -> None:
    item = came_in(widget, good())
    address = reverse("setup:item_raw", args=[item.public_id])
    assert stranger.get(address).status_code == 302
    assert factories.customer("다른 고객").name not in stranger.get(address).content.decode()
