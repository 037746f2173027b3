"""Lines about what changes what is there: edits, deletions, echoes, receipts."""

from datetime import timedelta

from majung.channels.conformance.rules import deletes, echoes, edits, receipts, rule, serves
from majung.channels.conformance.scene import Mood, Scene, only
from majung.channels.models import InboundDelivery
from majung.conversations import amending
from majung.conversations.models import Message
from majung.core import clock

SWEEP = timedelta(minutes=5)


@rule("edit", edits)
def edit(scene: Scene) -> None:
    said = scene.says("컵이 깨졋어요")
    saved = scene.message(said)
    row = only(
        scene.tell(scene.vendor.edited(external_id=said.id, text="컵이 깨졌어요", at=clock.now()))
    )
    assert (row.state, row.message_id) == (row.State.PROCESSED, saved.pk)
    saved.refresh_from_db()
    assert saved.text == "컵이 깨졌어요"
    assert [each["text"] for each in amending.former(saved)] == ["컵이 깨졋어요"]


@rule("edit before its message", edits)
def early_edit(scene: Scene) -> None:
    said = scene.says("컵이 깨졋어요")
    told = scene.vendor.edited(external_id=said.id, text="컵이 깨졌어요", at=clock.now())
    row = only(scene.tell(told))
    assert (row.state, row.reason) == (row.State.FAILED, "too_early")
    saved = scene.message(said)
    scene.sweep(after=SWEEP)
    saved.refresh_from_db()
    assert saved.text == "컵이 깨졌어요"


@rule("deletion", deletes)
def deletion(scene: Scene) -> None:
    said = scene.says()
    saved = scene.message(said)
    told = scene.vendor.deleted(external_id=said.id, at=clock.now())
    for _ in range(2):
        scene.tell(told)
    saved.refresh_from_db()
    assert saved.deleted_at is not None


@rule("echo of our own", echoes, serves)
def echo_of_ours(scene: Scene) -> None:
    reply, external_id = scene.sent("확인해 볼게요")
    told = scene.vendor.echo(
        external_id=external_id,
        key=str(reply.public_id),
        sender="haneul",
        text="확인해 볼게요",
        at=clock.now(),
    )
    scene.tell(told)
    assert len(scene.messages(Message.Kind.REPLY)) == 1
    assert scene.state(reply) == Message.State.SENT


@rule("echo settles an unknown send", echoes, serves)
def echo_settles(scene: Scene) -> None:
    reply = scene.reply("확인해 볼게요")
    scene.deliver(Mood.MUTE)
    if scene.state(reply) != Message.State.UNKNOWN:
        return  # it is sent again under its key, which arrives once
    told = scene.vendor.echo(
        external_id=scene.vendor.arrived[-1].id,
        key=str(reply.public_id),
        sender="haneul",
        text="확인해 볼게요",
        at=clock.now(),
    )
    scene.tell(told)
    assert scene.state(reply) == Message.State.SENT
    scene.deliver(rounds=3)
    assert [each.text for each in scene.vendor.arrived] == ["확인해 볼게요"]


@rule("echo from another app", echoes)
def echo_from_elsewhere(scene: Scene) -> None:
    talk = scene.talk()
    told = scene.vendor.echo(
        external_id="elsewhere-1", key="", sender="haneul", text="앱에서 답했어요", at=clock.now()
    )
    for _ in range(2):
        scene.tell(told)
    reply = only(scene.messages(Message.Kind.REPLY))
    assert (reply.conversation_id, reply.author_id) == (talk.pk, None)
    assert reply.text == "앱에서 답했어요"
    scene.deliver()
    assert scene.vendor.arrived == []


@rule("receipts move states only forward", receipts)
def receipts_forward(scene: Scene) -> None:
    reply, external_id = scene.sent()
    for state in ("read", "delivered", "sent", "read"):
        told = scene.vendor.receipt(
            reply=reply, external_id=external_id, state=state, at=clock.now()
        )
        if told is not None:
            scene.tell(told)
        assert scene.state(reply) == Message.State.READ
    assert reply.read_at is not None


@rule("receipt of what is not ours", receipts)
def foreign_receipt(scene: Scene) -> None:
    reply, external_id = scene.sent()
    Message.objects.filter(pk=reply.pk).update(state=Message.State.SENT)
    stranger = Message(public_id=InboundDelivery().public_id)
    told = scene.vendor.receipt(
        reply=stranger, external_id=f"{external_id}-other", state="read", at=clock.now()
    )
    if told is None:
        return  # they are told of by what only the customer's browser knows
    row = only(scene.tell(told))
    assert row.state == row.State.IGNORED
    assert scene.state(reply) == Message.State.SENT
