"""Calls of vendors at their public address."""

import json
from dataclasses import replace
from types import ModuleType

import pytest
from django.test import Client
from prometheus_client import generate_latest

from majung.channels import inbound, webhooks
from majung.channels.conformance.scene import Scene
from majung.channels.contract import RawItem, Request, Unreadable
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox, Message
from majung.core import clock, jobs, measures
from majung.core.models import Blob, Job
from majung.web import hooks
from tests.channels.sparrow import sample, vendor_of_sample

__all__ = ["sample"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(sample: ModuleType) -> Scene:
    return Scene(vendor_of_sample()())


def _broken(_request: Request, _account: object) -> None:
    raise RuntimeError


def made(scene: Scene, text: str = "택배가 아직 안 왔어요") -> Request:
    told = scene.vendor.message(scene.says(text))
    assert isinstance(told, Request)
    return told


def calls(client: Client, scene: Scene, request: Request, **more: str) -> tuple[int, bytes]:
    headers = {name: value for name, value in request.headers.items() if name != "content-type"}
    answer = client.post(
        f"/hooks/{scene.inbox.key}",
        data=request.body,
        content_type="application/json",
        headers=headers,
        REMOTE_ADDR=more.get("remote", "192.0.2.7"),
    )
    return answer.status_code, answer.content


def counted(outcome: str) -> float:
    name = f'majung_webhook_calls_total{{channel="sparrow",outcome="{outcome}"}} '
    lines = generate_latest(measures.REGISTRY).decode().splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_a_call_is_stored_answered_and_then_processed(scene: Scene, stranger: Client) -> None:
    before = counted("taken")
    request = made(scene)
    assert calls(stranger, scene, request) == (200, b"ok")
    row = InboundDelivery.objects.get()
    assert row.state == "received", "the answer does not wait for what it means"
    assert scene.messages() == []
    jobs.run_due()
    row.refresh_from_db()
    assert row.state == "processed"
    assert [each.text for each in scene.messages()] == ["택배가 아직 안 왔어요"]
    assert calls(stranger, scene, request) == (200, b"ok")
    jobs.run_due()
    assert len(scene.messages()) == 1
    assert counted("taken") == before + 2


def test_no_cookie_or_token_of_ours_is_asked_for(scene: Scene) -> None:
    assert calls(Client(enforce_csrf_checks=True), scene, made(scene))[0] == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"headers": {}}, 401, "missing"),
        ({"body": b'{"events": []}'}, 403, "forged"),
    ],
)
def test_a_call_of_somebody_else_is_refused(
    scene: Scene, stranger: Client, change: dict[str, object], status: int, code: str
) -> None:
    before = counted(code)
    got, body = calls(stranger, scene, replace(made(scene), **change))  # type: ignore[arg-type]
    assert got == status
    assert json.loads(body)["code"] == f"signature_{code}"
    assert counted(code) == before + 1
    assert not InboundDelivery.objects.exists()


def test_an_old_call_is_refused(scene: Scene, stranger: Client) -> None:
    body = made(scene).body
    old = scene.vendor.sign(body, at=clock.now().replace(year=2024))
    status, said = calls(stranger, scene, old)
    assert (status, json.loads(said)["code"]) == (403, "signature_stale")


def test_nobody_is_called_under_other_names(scene: Scene, stranger: Client, widget: Inbox) -> None:
    request = made(scene)
    for key in ("no-such-key", widget.key):
        path = f"/hooks/{key}"
        answer = stranger.post(path, request.body, content_type="application/json")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    Inbox.objects.filter(pk=scene.inbox.pk).update(is_active=False)
    assert calls(stranger, scene, request)[0] == 404


def test_the_vendor_may_ask_whether_the_address_is_ours(scene: Scene, stranger: Client) -> None:
    signed = scene.vendor.sign(b"", at=clock.now())
    answer = stranger.get(
        f"/hooks/{scene.inbox.key}?challenge=42",
        headers={"X-Sparrow-Signature": signed.headers["x-sparrow-signature"]},
    )
    assert (answer.status_code, answer.content) == (200, b"42")
    assert stranger.put(f"/hooks/{scene.inbox.key}").status_code == 405


def test_a_call_that_is_too_large_is_refused(scene: Scene, stranger: Client) -> None:
    large = scene.vendor.sign(b"0" * (webhooks.MOST_BYTES + 1), at=clock.now())
    assert calls(stranger, scene, large)[0] == 413
    # Larger than a form may be, but not too large for a call.
    body = json.dumps({"events": [], "more": "0" * (3 << 20)}).encode()
    assert calls(stranger, scene, scene.vendor.sign(body, at=clock.now()))[0] == 200


def test_too_many_calls_of_one_caller_are_refused_and_no_others(
    scene: Scene, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = replace(hooks.CALLS, limit=2, free=0)
    monkeypatch.setattr(hooks, "CALLS", budget)
    forged = replace(made(scene), body=b"x")
    got = [calls(stranger, scene, forged, remote="203.0.113.9")[0] for _ in range(3)]
    assert got == [403, 403, 429]
    assert calls(stranger, scene, made(scene))[0] == 200


def test_all_of_a_call_is_stored_or_nothing(
    scene: Scene, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = scene.vendor.together([made(scene, "하나"), made(scene, "둘")])
    assert isinstance(told, Request)
    accept, seen = inbound.accept, []

    def breaks_at_the_second(**fields: object) -> int:
        seen.append(fields)
        if len(seen) == 2:
            raise OSError
        return accept(**fields)  # type: ignore[arg-type]

    monkeypatch.setattr(inbound, "accept", breaks_at_the_second)
    assert calls(stranger, scene, told)[0] == 500
    assert not InboundDelivery.objects.exists()
    assert not Job.objects.filter(task__endswith="webhooks.process").exists()
    assert calls(stranger, scene, told)[0] == 200
    jobs.run_due()
    assert [each.text for each in scene.messages()] == ["하나", "둘"]


def test_messages_of_one_sender_keep_their_order(scene: Scene, stranger: Client) -> None:
    texts = [str(number) for number in range(6)]
    for text in texts:
        calls(stranger, scene, made(scene, text))
    assert (
        Job.objects.filter(task__endswith="webhooks.process").values("key").distinct().count() == 1
    )
    while jobs.run_due():
        pass
    assert [each.text for each in scene.messages()] == texts


def test_what_the_vendor_signed_and_nobody_understands_is_kept(
    scene: Scene, stranger: Client
) -> None:
    body = b'{"version": 2, "stream": []}'
    for _ in range(2):
        assert calls(stranger, scene, scene.vendor.sign(body, at=clock.now()))[0] == 200
    row = InboundDelivery.objects.get()
    assert (row.state, row.reason, bytes(row.raw)) == ("failed", "no_events", body)
    assert row.details["detail"]


def test_a_large_item_lies_in_a_file(
    sample: ModuleType, scene: Scene, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "긴 글 " * 60_000
    assert calls(stranger, scene, made(scene, text.strip()))[0] == 200
    row = InboundDelivery.objects.get()
    assert (bytes(row.raw), Blob.objects.count()) == (b"", 1)
    jobs.run_due()
    assert Message.objects.get(kind="customer").text == text.strip()


def test_a_call_of_a_channel_that_breaks_is_not_lost(
    sample: ModuleType, scene: Scene, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor is told that it was not taken, and calls again."""
    request = made(scene)
    monkeypatch.setattr(sample, "receive", _broken)
    stranger.raise_request_exception = False
    assert calls(stranger, scene, request)[0] == 500
    monkeypatch.undo()


def test_what_its_parse_cannot_read_is_in_the_failed_list(
    sample: ModuleType, scene: Scene, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(item: RawItem, account: object) -> None:
        raise Unreadable("odd", "이상해요.")

    monkeypatch.setattr(sample, "parse", parse)
    assert calls(stranger, scene, made(scene))[0] == 200
    jobs.run_due()
    row = InboundDelivery.objects.get()
    assert (row.state, row.reason) == ("failed", "odd")
    assert not Job.objects.filter(task__endswith="webhooks.process").exists()
