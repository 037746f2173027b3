"""What the composer of a conversation begins with, and how drafts are told to its script."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from majung.accounts.models import Agent
from majung.channels import registry
from majung.conversations import drafts, parts, uploads
from majung.conversations.models import Conversation, Draft
from majung.conversations.parts import Parts
from majung.conversations.replies import MOST_TEXT
from majung.core.ids import uuid7
from majung.web.agent import addressing


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What goes along with a text, in words and as the page sends it back."""

    words: str
    json: str


def begin(
    conversation: Conversation,
    agent: Agent,
    *,
    answers_by: str,
    proposed: addressing.Choice | None,
) -> dict[str, Any]:
    """Return the composer with what the agent has written and not sent, the newest on top.

    ``answers_by`` is the kind of the channel by which the customer wrote last, ``proposed`` to whom
    an answer goes where that is mail.
    """
    kept = drafts.of(conversation=conversation, agent=agent)
    shown = kept[0] if kept else None
    return {
        "key": str(uuid7()),
        "most_text": _most_text(answers_by),
        "most_bytes": uploads.MOST_BYTES,
        "envelope": proposed
        or addressing.begin(
            conversation, kept=shown.envelope if shown else None, answers_by=answers_by
        ),
        "kind": shown.kind if shown else "reply",
        "text": shown.text if shown else "",
        "carried": carried(drafts.carried_by(shown)) if shown else None,
        "drafts_json": json.dumps([told(draft) for draft in kept], ensure_ascii=False),
    }


def _most_text(kind: str) -> int:
    """Return how long a reply may be; a channel that splits long ones takes any that we do."""
    if not registry.works(kind):
        return MOST_TEXT
    can = registry.capabilities(kind)
    return MOST_TEXT if can.oversized == "split" else min(MOST_TEXT, can.max_text)


def told(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON: ``{kind, text, rich, parts, envelope, mark, files}``."""
    unsent = [upload for upload in draft.uploads.all() if upload.used_at is None]
    return {
        "kind": draft.kind,
        "text": draft.text,
        "rich": draft.rich,
        "parts": parts.spell(drafts.carried_by(draft)),
        "envelope": addressing.of_draft(draft),
        "mark": draft.mark,
        "files": [
            {
                "id": str(upload.public_id),
                "name": upload.name,
                "size": upload.blob.size,
            }
            for upload in unsent
        ],
    }


def carried(found: Parts) -> Carried | None:
    """Return what the page shows and sends again where no script does."""
    if not found:
        return None
    words = [_("카드 ‘%(title)s’") % {"title": card.title} for card in found.cards]
    if number := len(found.choices):
        words.append(ngettext("빠른 답장 %(n)d개", "빠른 답장 %(n)d개", number) % {"n": number})
    told = json.dumps(parts.spell(found), ensure_ascii=False)
    return Carried(words=" · ".join(words), json=told)
