"""Read one mail. Needs no database, stores nothing, and never raises for what is a message."""

from dataclasses import dataclass
from typing import Final

from majung.channels.adapters.email import (
    addresses,
    autos,
    bodies,
    bounces,
    charsets,
    dates,
    forwards,
    html_lines,
    limits,
    lines,
    parts,
    quotes,
    reasons,
    references,
)
from majung.channels.adapters.email.bodies import Body, Content
from majung.channels.adapters.email.html import sanitise
from majung.channels.adapters.email.html_tame import tame
from majung.channels.adapters.email.lines import Line
from majung.channels.adapters.email.message import (
    Bounce,
    Forwarded,
    Mail,
    Mailbox,
    Verdict,
    Why,
)
from majung.channels.adapters.email.parts import Part
from majung.channels.adapters.email.quotes import Split

# Parts that say "your program cannot show HTML" and nothing else.
_STUBS: Final = (
    "html을 지원", "html 메일", "html 형식", "html 버전", "html version", "html-capable",
    "does not support html", "view this email in", "html email", "html 보기",
)  # fmt: skip
_STUB: Final = 400
# Where servers note whom they deliver to, the surest first.
_DELIVERED: Final = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to")
_MOST_RESULTS: Final = 10
_AUTOMATIC: Final = {
    "auto_reply",
    "out_of_office",
    "auto_generated",
    "null_return_path",
    "bulk",
    "list",
}


@dataclass(slots=True)
class _Text:
    text: str
    split: Split
    html: str


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    bounce: Bounce | None
    why: list[Why]


def read(raw: bytes) -> Mail:
    """Return all that a mail says, as far as ``limits`` go; ``flags`` name what was cut."""
    return _read(raw, nested=False)


def _read(raw: bytes, *, nested: bool) -> Mail:
    flags: set[str] = set()
    if len(raw) > limits.MOST_BYTES:
        flags.add("mail_cut")
        raw = raw[: limits.MOST_BYTES]
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")  # from a Mac of the last century
    root = parts.take_apart(raw, flags)
    content = bodies.collect(root)
    flags |= content.flags
    text = _text(content, flags)
    head = root.head
    subject = head.text("subject")
    boxes = {name: _boxes(root, name, flags) for name in ("from", "sender", "to", "cc", "reply-to")}
    sent = head.raw("date")
    date = dates.header(sent)
    if date is None:
        flags.add("broken_date")
    ids, cut = references.bounded(references.many(" ".join(head.all("references"))))
    answers = references.one(head.raw("in-reply-to"))
    flags |= {"references_cut"} if cut else set()
    sender = " ".join(f"{box.name} {box.address}" for box in boxes["from"])
    judged = _judge(root, flags, sender, subject, text.text, answers=bool(answers or ids))
    forwarded = None if nested or judged.bounce else _forwarded(root, text, subject)
    flags |= {"forwarded"} if forwarded else set()
    flags |= head.flags
    return Mail(
        from_=boxes["from"] or boxes["sender"],
        to=boxes["to"],
        cc=boxes["cc"],
        reply_to=boxes["reply-to"],
        subject=subject,
        date=date,
        message_id=references.one(head.raw("message-id")),
        in_reply_to=answers,
        references=ids,
        text=text.text,
        reply=text.split.reply,
        quoted=text.split.quoted,
        signature=text.split.signature,
        html=text.html,
        attachments=tuple(content.attachments),
        forwarded=forwarded,
        bounce=judged.bounce,
        flags=tuple(sorted(flags - {"hops"})),
        verdict=judged.verdict,
        why=(*judged.why, *reasons.of_flags(flags)),
        recipients=_recipients(root),
        results=tuple(head.all("authentication-results")[:_MOST_RESULTS]),
    )


def _recipients(root: Part) -> tuple[str, ...]:
    named = ", ".join(value for name in _DELIVERED for value in root.head.all(name))
    boxes, _ = addresses.parse(named)
    return tuple(dict.fromkeys(box.address for box in boxes if box.address))


def _boxes(root: Part, name: str, flags: set[str]) -> tuple[Mailbox, ...]:
    found, cut = addresses.parse(", ".join(root.head.all(name)))
    if cut:
        flags.add("addresses_cut")
    return found


def _text(content: Content, flags: set[str]) -> _Text:
    """Choose the form of each text to read, and sort its lines."""
    found: list[Line] = []
    shown: list[str] = []
    for body in content.bodies:
        body_lines, html = _body(body, flags)
        if found and not lines.is_empty(body_lines):
            found.append(Line(""))
        found += body_lines
        if html:
            shown.append(html)
    return _Text(lines.joined(found), quotes.split(found), "\n".join(shown))


def _body(body: Body, flags: set[str]) -> tuple[list[Line], str]:
    plain = lines.of(body.plain) if body.plain else []
    if not body.html:
        return plain, ""
    tamed, cut = tame(body.html)
    html, remote = sanitise(tamed)
    flags |= cut | ({"remote_images"} if remote else set())
    if _is_stub(body.plain or "") or not quotes.has_quote(plain):
        marked = html_lines.read(tamed)
        # A plain form that lost where the quote begins is worth less than the markup that has it.
        if not lines.is_empty(marked) and (_is_stub(body.plain or "") or quotes.has_quote(marked)):
            return marked, html
    return plain, html


def _is_stub(plain: str) -> bool:
    bare = plain.strip()
    return not bare or (len(bare) < _STUB and any(stub in bare.lower() for stub in _STUBS))


def _judge(
    root: Part, flags: set[str], sender: str, subject: str, text: str, *, answers: bool
) -> _Judged:
    """Say what the mail is for us, and why; adds to ``flags`` who or what wrote it."""
    found = autos.flags(root.head, subject)
    if "loop" in found:
        flags |= found - _AUTOMATIC
        return _Judged(
            "ignore", None, [reasons.tell("too_many_hops" if "hops" in found else "own_loop")]
        )
    bounce = bounces.report(root) or bounces.in_words(
        root, sender=sender, subject=subject, text=text
    )
    if bounce:
        return _bounced(bounce, flags)
    if bounces.is_receipt(root):
        flags.add("receipt")
        return _Judged("ignore", None, [reasons.tell("receipt")])
    flags |= found
    if "auto_reply" in found:
        code = "out_of_office" if "out_of_office" in found else "auto_reply"
        return _Judged("ignore", None, [reasons.tell(code)])
    if answers:
        return _Judged("thread", None, [reasons.tell("names_a_mail")])
    return _Judged("new", None, [reasons.tell("first_mail")])


def _bounced(bounce: Bounce, flags: set[str]) -> _Judged:
    detail = charsets.tidy(" ".join(f"{bounce.recipient} {bounce.status} {bounce.reason}".split()))
    code = {"failed": "bounce", "delayed": "delayed"}.get(bounce.action, "delivered")
    flags.add(code)
    return _Judged("bounce" if code == "bounce" else "ignore", bounce, [reasons.tell(code, detail)])


def _forwarded(root: Part, text: _Text, subject: str) -> Forwarded | None:
    found = forwards.inside(text.split.quoted, subject)
    if found is None and not text.split.quoted:
        found = _attached(root)
    return found


def _attached(root: Part) -> Forwarded | None:
    """Open the mail that was passed on as a file."""
    for part in root.walk():
        if part.type == "message/rfc822":
            mail = _read(part.content, nested=True)
            return Forwarded(from_=mail.from_, subject=mail.subject, date=mail.date, text=mail.text)
    return None
