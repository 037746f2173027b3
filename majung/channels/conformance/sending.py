"""Lines about what goes out: words and files, limits, a server that is slow, silent or gone."""

import unicodedata
from datetime import timedelta

import pytest

from majung.channels.conformance.receiving import COMBINING, EMOJI, PICTURE
from majung.channels.conformance.rules import (
    doubtful,
    fetched,
    files,
    no_files,
    reconciles,
    refuses,
    rule,
    serves,
    splits,
    typed,
    window,
)
from majung.channels.conformance.scene import Mood, Scene
from majung.channels.conformance.vendor import File
from majung.channels.models import OutboundDelivery
from majung.conversations.models import Message
from majung.conversations.replies import MOST_TEXT, CannotReply
from majung.core import clock
from majung.core.models import Job


@rule("reply", serves)
def reply(scene: Scene) -> None:
    sent, external_id = scene.sent("확인해 볼게요")
    assert [each.text for each in scene.vendor.arrived] == ["확인해 볼게요"]
    assert len(external_id) <= 200
    scene.deliver(rounds=2)
    assert len(scene.vendor.arrived) == 1
    assert sent.failure == ""


@rule("reply that is fetched", fetched)
def fetched_reply(scene: Scene) -> None:
    scene.sent()
    assert scene.outside.calls == []


@rule("emoji and combining Hangul out", serves)
def letters_out(scene: Scene) -> None:
    talk = scene.talk()
    texts = [EMOJI, COMBINING, "<b>&amp;</b> \"'\\ %s {}"]
    for text in texts:
        scene.reply(text, talk=talk)
    scene.deliver(rounds=4)
    assert [each.text for each in scene.vendor.arrived] == texts


@rule("oversized text is refused", refuses)
def oversized_refused(scene: Scene) -> None:
    if scene.can.max_text >= MOST_TEXT:
        return  # nobody writes more than that
    talk = scene.talk()
    with pytest.raises(CannotReply) as error:
        scene.reply("가" * (scene.can.max_text + 1), talk=talk)
    assert str(scene.can.max_text) in str(error.value)
    assert scene.messages(Message.Kind.REPLY) == []
    scene.reply("가" * scene.can.max_text, talk=talk)


@rule("oversized text is split", splits, serves)
def oversized_split(scene: Scene) -> None:
    most = scene.can.max_text
    whole = ("긴 답이에요. " * MOST_TEXT)[: min(MOST_TEXT, most * 3 - 20)].strip()
    sent = scene.reply(whole)
    scene.deliver()
    texts = [each.text for each in scene.vendor.arrived]
    assert len(texts) > 1
    assert all(0 < len(text) <= most for text in texts)
    assert " ".join(" ".join(texts).split()) == " ".join(whole.split())
    assert scene.state(sent) == Message.State.SENT


@rule("a split text goes on where it stopped", splits, serves)
def split_goes_on(scene: Scene) -> None:
    most = scene.can.max_text
    sent = scene.reply(("긴 답이에요. " * MOST_TEXT)[: min(MOST_TEXT, most * 3 - 20)].strip())
    scene.outside.busy_after = 1
    scene.deliver()
    assert scene.state(sent) == Message.State.QUEUED
    scene.outside.busy_after = None
    scene.deliver(rounds=2)
    texts = [each.text for each in scene.vendor.arrived]
    assert " ".join(" ".join(texts).split()) == " ".join(sent.text.split())


@rule("a split cuts no letter", splits, serves)
def split_cuts_no_letter(scene: Scene) -> None:
    most = scene.can.max_text
    family, syllable = "👩‍👩‍👧", unicodedata.normalize("NFD", "한")
    scene.reply((family * MOST_TEXT)[: min(MOST_TEXT, most * 2) // len(family) * len(family)])
    scene.deliver()
    assert all(set(each.text.split(family)) == {""} for each in scene.vendor.arrived)
    scene.vendor.arrived.clear()
    scene.reply((syllable * MOST_TEXT)[: min(MOST_TEXT, most * 2) // 3 * 3])
    scene.deliver()
    assert all(set(each.text.split(syllable)) == {""} for each in scene.vendor.arrived)


@rule("media out", files, serves)
def media_out(scene: Scene) -> None:
    sent = scene.reply("사진을 봐 주세요", files=[PICTURE])
    scene.deliver()
    assert scene.state(sent) == Message.State.SENT, sent.failure
    files_there = [file for each in scene.vendor.arrived for file in each.files]
    assert [(file.name, file.content) for file in files_there] == [(PICTURE.name, PICTURE.content)]
    assert any(each.text == "사진을 봐 주세요" for each in scene.vendor.arrived)


@rule("20 MB file out", files, serves)
def large_file_out(scene: Scene) -> None:
    """The largest file that the channel takes and an agent may send."""
    size = min(scene.can.max_file_bytes or 20 << 20, 20 << 20)
    content = b"%PDF-1.4\n" + b"0" * (size - 9)
    pdf = File(name="설명서.pdf", type="application/pdf", content=content)
    sent = scene.reply("설명서예요", files=[pdf])
    scene.deliver()
    assert scene.state(sent) == Message.State.SENT, sent.failure
    assert [len(f.content) for each in scene.vendor.arrived for f in each.files] == [size]


@rule("files are refused", no_files)
def files_refused(scene: Scene) -> None:
    with pytest.raises(CannotReply):
        scene.reply("사진을 봐 주세요", files=[PICTURE])
    assert scene.messages(Message.Kind.REPLY) == []


@rule("too many files, and too large ones", files)
def file_limits(scene: Scene) -> None:
    talk = scene.talk()
    many = [PICTURE] * (scene.can.max_files + 1)
    with pytest.raises(CannotReply):
        scene.reply("사진이에요", files=many, talk=talk)
    most = scene.can.max_file_bytes
    if 0 < most < 20 << 20:
        large = File(name="큰.png", type=PICTURE.type, content=PICTURE.content + b"0" * most)
        with pytest.raises(CannotReply):
            scene.reply("사진이에요", files=[large], talk=talk)
    assert scene.messages(Message.Kind.REPLY) == []


@rule("files of other types", files, typed)
def file_types(scene: Scene) -> None:
    strange = File(name="무엇.bin", type="application/octet-stream", content=b"\x00\x01\x02" * 50)
    with pytest.raises(CannotReply):
        scene.reply("봐 주세요", files=[strange])
    assert scene.messages(Message.Kind.REPLY) == []


@rule("window closed", window)
def window_closed(scene: Scene) -> None:
    assert scene.can.window is not None
    talk = scene.talk()
    late = clock.now() - timedelta(hours=scene.can.window.hours, minutes=1)
    Message.objects.filter(conversation=talk).update(created_at=late)
    with pytest.raises(CannotReply) as error:
        scene.reply(talk=talk)
    assert scene.can.window.remedy in str(error.value), "an agent is told what to do instead"
    assert scene.messages(Message.Kind.REPLY) == []


@rule("rate limit with Retry-After", serves)
def rate_limit(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.BUSY)
    assert scene.state(sent) == Message.State.QUEUED
    job = Job.objects.get(task__endswith="delivery.deliver")
    assert job.run_at >= clock.now() + timedelta(seconds=scene.outside.wait - 5)
    scene.deliver(rounds=2)
    assert scene.state(sent) == Message.State.SENT
    assert len(scene.vendor.arrived) == 1


@rule("no connection", serves)
def no_connection(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.GONE)
    assert scene.state(sent) == Message.State.QUEUED
    scene.deliver(rounds=2)
    assert scene.state(sent) == Message.State.SENT
    assert len(scene.vendor.arrived) == 1


@rule("refusal", serves)
def refusal(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.REFUSES, rounds=2)
    assert scene.state(sent) == Message.State.FAILED
    assert sent.failure, "an agent is told why"


@rule("timeout is unknown, and not sent again", serves, doubtful)
def timeout(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.MUTE)
    assert scene.state(sent) == Message.State.UNKNOWN
    Job.objects.filter(task__endswith="reconcile").delete()
    scene.deliver(rounds=3)
    assert len(scene.vendor.arrived) == 1


@rule("timeout that arrived is reconciled", serves, doubtful, reconciles)
def reconciled(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.MUTE)
    scene.deliver(rounds=3)
    assert scene.state(sent) == Message.State.SENT
    assert len(scene.vendor.arrived) == 1
    assert OutboundDelivery.objects.get(message=sent).external_id == scene.vendor.arrived[0].id


@rule("timeout that did not arrive is sent again once it is sure", serves, doubtful, reconciles)
def reconciled_as_lost(scene: Scene) -> None:
    sent = scene.reply()
    scene.deliver(Mood.DEAF)
    assert scene.state(sent) == Message.State.UNKNOWN
    scene.deliver(rounds=4)
    assert scene.state(sent) == Message.State.SENT
    assert len(scene.vendor.arrived) == 1


@rule("killed while sending")
def killed(scene: Scene) -> None:
    """Sent again where the same key arrives once; else unknown until somebody finds out."""
    sent = scene.reply()
    scene.interrupt(sent)
    scene.deliver()
    expected = Message.State.SENT if scene.can.idempotent else Message.State.UNKNOWN
    assert scene.state(sent) == expected


@rule("secrets stay secret", serves)
def secrets(scene: Scene) -> None:
    for mood in (Mood.REFUSES, Mood.GONE, Mood.MUTE, Mood.BUSY):
        sent = scene.reply(mood.value)
        scene.deliver(mood)
        sent.refresh_from_db()
        row = OutboundDelivery.objects.get(message=sent)
        told = f"{sent.failure} {row.error} {row.external_id}"
        assert not any(secret in told for secret in scene.vendor.secrets.values() if secret)
