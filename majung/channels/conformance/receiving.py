"""Lines about what comes in: messages, repeats, their order, what is unknown or broken, and files."""

import unicodedata

from majung.channels import enclosed
from majung.channels.conformance.rules import attaches, files, rule
from majung.channels.conformance.scene import Scene, only
from majung.channels.conformance.vendor import File
from majung.channels.contract import Event, Ignored, Parsed, Unreadable
from majung.conversations import uploads
from majung.conversations.models import Message
from majung.core import blobs
from majung.customers.models import Identity

EMOJI = "고마워요 👩🏽‍💻🇰🇷❤️ 끝"
# As some keyboards send it: each syllable in its parts.
COMBINING = unicodedata.normalize("NFD", "한글 ㅋㅋ")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000100a2a9b1e30000000049454e44ae426082"
)
PICTURE = File(name="영수증.png", type="image/png", content=PNG)
GARBAGE = (
    b"", b"\x00", b"\xff\xfe", b"{", b"[]", b"null", b"0", b'""', b"{}", b'{"text": 5}',
    b'{"text": {"a": []}}', b'{"message": null}', b'{"message": []}', b'{"type": 7}',
    b"[" * 20_000, b'{"a":' * 5_000, "가".encode() * 10_000,
)  # fmt: skip


@rule("message")
def message(scene: Scene) -> None:
    said = scene.says()
    saved = scene.message(said)
    assert saved.text == said.text
    assert saved.external_id, "a message without an id cannot be told from its repeat"
    assert len(saved.external_id) <= 200
    assert saved.identity is not None
    who = scene.vendor.address(said.sender)
    assert (saved.identity.kind, saved.identity.address) == (who.kind, who.address)
    assert scene.parsed(scene.vendor.message(said)).sender.scope == saved.identity.scope


@rule("duplicates and redelivery")
def duplicates(scene: Scene) -> None:
    said = scene.says()
    told = scene.vendor.message(said)
    first, again, later = (scene.tell(told)[0] for _ in range(3))
    assert first.pk == again.pk == later.pk
    assert [each.text for each in scene.messages()] == [said.text]


@rule("two that write at once are two")
def two(scene: Scene) -> None:
    one, other = scene.says("하나", sender="haneul"), scene.says("둘", sender="yujin")
    assert scene.message(one).conversation_id != scene.message(other).conversation_id
    assert Identity.objects.filter(messages__inbox=scene.inbox).distinct().count() == 2


@rule("out of order")
def out_of_order(scene: Scene) -> None:
    first, second = scene.says("먼저 쓴 글"), scene.says("나중에 쓴 글")
    scene.message(second)
    scene.message(first)
    assert {each.text for each in scene.messages()} == {"먼저 쓴 글", "나중에 쓴 글"}


@rule("unknown fields")
def unknown_fields(scene: Scene) -> None:
    said = scene.says()
    plain = scene.parsed(scene.vendor.message(said))
    more = scene.parsed(scene.vendor.with_unknown_fields(said))
    assert (more.text, more.sender) == (plain.text, plain.sender)


@rule("unknown events")
def unknown_events(scene: Scene) -> None:
    told = scene.vendor.unknown_event()
    if told is None:
        return  # the channel has messages alone
    row = only(scene.tell(told))
    assert row.state == row.State.IGNORED, (row.state, row.reason, row.details)
    assert row.reason
    assert isinstance(scene.event(told), Ignored)
    assert scene.messages() == []


@rule("broken items")
def broken_items(scene: Scene) -> None:
    """Nonsense is said to be unreadable, or to mean something; nothing breaks."""
    item = only(scene.items(scene.vendor.message(scene.says())))
    halves = [item.raw[: len(item.raw) * part // 7] for part in range(1, 7)]
    for raw in (*GARBAGE, *halves):
        try:
            event = scene.adapter.parse(scene.garbled(item, raw), scene.account)
        except Unreadable as error:
            assert error.code, raw[:40]
            assert len(error.code) <= 40
        else:
            assert isinstance(event, Event), raw[:40]


@rule("emoji, combining Hangul and other letters")
def letters(scene: Scene) -> None:
    for text in (EMOJI, COMBINING, "العربية עברית ไทย 𠮷野家", "<b>&amp;</b> \"'\\ %s {}"):
        assert scene.message(scene.says(text)).text == text


@rule("signs that no database stores")
def unstorable(scene: Scene) -> None:
    saved = scene.message(scene.says("앞\x00뒤"))
    assert saved.text.replace(" ", "") == "앞뒤"


@rule("long text in")
def long_text(scene: Scene) -> None:
    text = "가나다라 " * (min(scene.can.max_text, 50_000) // 5)
    assert scene.message(scene.says(text.strip())).text == text.strip()


@rule("media in", files)
def media_in(scene: Scene) -> None:
    saved = scene.message(scene.says("사진이에요", files=(PICTURE,)))
    attached = only(saved.attachments.select_related("blob"))
    assert attached.name == PICTURE.name
    assert attached.blob.media_type == PICTURE.type
    with blobs.open_blob(attached.blob) as file:
        assert file.read() == PICTURE.content


@rule("media without words", files)
def media_alone(scene: Scene) -> None:
    saved = scene.message(scene.says("", files=(PICTURE,)))
    assert saved.text == ""
    assert saved.attachments.count() == 1


@rule("20 MB file in", files)
def large_file_in(scene: Scene) -> None:
    content = b"%PDF-1.4\n" + b"0" * (uploads.MOST_BYTES - 9)
    pdf = File(name="설명서.pdf", type="application/pdf", content=content)
    saved = scene.message(scene.says("설명서예요", files=(pdf,)))
    assert [each.blob.size for each in saved.attachments.select_related("blob")] == [len(content)]


@rule("files that are too large, or run", files, attaches)
def refused_files(scene: Scene) -> None:
    """They are left out, the words come in, and the thread says so."""
    large = File(name="큰.pdf", type="application/pdf", content=b"0" * (uploads.MOST_BYTES + 1))
    program = File(name="설치.exe", type="application/octet-stream", content=b"MZ")
    saved = scene.message(scene.says("보세요", files=(large, PICTURE, program)))
    assert [each.name for each in saved.attachments.all()] == [PICTURE.name]
    line = only(
        Message.objects.filter(
            conversation=saved.conversation, kind=Message.Kind.EVENT, data__what=enclosed.LINE
        )
    )
    assert sorted(line.data["names"]) == sorted([large.name, program.name])


@rule("what parse says is plain")
def plain(scene: Scene) -> None:
    parsed = scene.parsed(scene.vendor.message(scene.says()))
    assert isinstance(parsed, Parsed)
    assert parsed.sent_at is None or parsed.sent_at.tzinfo is not None
    assert len(parsed.sender.scope) <= 40
    assert len(parsed.sender.address) <= 254
