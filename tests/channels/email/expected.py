"""Our own mails, and what a reader should find in them: ``corpus/NAME.eml`` and ``NAME.json``.

What an answer leaves out must not be there: no flags, files, signature, quote or forwarded mail.
``python -m tests.channels.email.expected`` prints the share that is read right.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from majung.channels.adapters.email.message import Mail, as_json
from majung.channels.adapters.email.read import read

CORPUS = Path(__file__).parent / "corpus"
ANY = "any"
PLAIN = ("subject", "message_id", "in_reply_to", "references", "date", "verdict")
TEXTS = ("reply", "signature")


def names() -> list[str]:
    return sorted(path.stem for path in CORPUS.glob("*.eml"))


def wrong(name: str) -> list[str]:
    """Read a mail of the corpus; say what is not as it should be."""
    answer = json.loads((CORPUS / f"{name}.json").read_text())
    mail = read((CORPUS / f"{name}.eml").read_bytes())
    return [*_facts(mail, answer), *_piles(mail, answer), *_more(mail, answer)]


def _facts(mail: Mail, answer: dict[str, Any]) -> Iterator[str]:
    found = as_json(mail)
    for key in PLAIN:
        if key in answer and found[key] != answer[key]:
            yield f"{key}: {found[key]!r}, not {answer[key]!r}"
    for key in ("from", "to", "cc", "reply_to"):
        if key in answer and told(found[key]) != answer[key]:
            yield f"{key}: {told(found[key])!r}, not {answer[key]!r}"
    flags = answer.get("flags", [])
    if found["flags"] != sorted(flags):
        yield f"flags: {found['flags']}, not {flags}"


def _piles(mail: Mail, answer: dict[str, Any]) -> Iterator[str]:
    for key in TEXTS:
        expected = answer.get(key, "")
        if (
            expected != ANY
            and answer.get("reply") != ANY
            and squeezed(getattr(mail, key)) != squeezed(expected)
        ):
            yield f"{key}: {getattr(mail, key)!r}, not {expected!r}"
    quoted = squeezed(mail.quoted)
    if "quoted_has" not in answer and "reply" in answer and answer["reply"] != ANY and quoted:
        yield f"quoted: {quoted!r}, not nothing"
    for part in answer.get("quoted_has", ()):
        if squeezed(part) not in quoted:
            yield f"quoted lacks {part!r}: {quoted!r}"
    for part in answer.get("html_has", ()):
        if part not in mail.html:
            yield f"html lacks {part!r}: {mail.html!r}"
    for part in answer.get("html_lacks", ()):
        if part in mail.html:
            yield f"html has {part!r}"


def _more(mail: Mail, answer: dict[str, Any]) -> Iterator[str]:
    found = as_json(mail)
    files = answer.get("attachments", [])
    if files != ANY:
        if len(files) != len(found["attachments"]):
            yield f"attachments: {found['attachments']}, not {files}"
        for file, expected in zip(found["attachments"], files, strict=False):
            yield from (
                f"file {key}: {file[key]!r}" for key in expected if file[key] != expected[key]
            )
    forwarded = found["forwarded"] and {
        **found["forwarded"],
        "from": told(found["forwarded"]["from"]),
    }
    expected = answer.get("forwarded")
    if forwarded and expected:
        forwarded["text"], expected["text"] = (
            squeezed(forwarded["text"]),
            squeezed(expected["text"]),
        )
    if forwarded != expected:
        yield f"forwarded: {forwarded}, not {expected}"
    for key, value in answer.get("bounce", {}).items():
        if getattr(mail.bounce, key, None) != value:
            yield f"bounce {key}: {getattr(mail.bounce, key, None)!r}, not {value!r}"


def squeezed(text: str) -> str:
    """Leave out empty lines and blanks at the ends of lines: they are nobody's words."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def told(boxes: list[dict[str, str]]) -> str:
    return "; ".join(
        f"{box['name']} <{box['address']}>" if box["name"] else box["address"] for box in boxes
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "majung.settings")
    django.setup()
    faults = {name: found for name in names() if (found := wrong(name))}
    for name, found in faults.items():
        print(name, *found, sep="\n    ")
    right = len(names()) - len(faults)
    print(f"{right} of {len(names())} mails are read right ({right / len(names()):.1%}).")


if __name__ == "__main__":
    main()
