"""What the composer of a conversation begins with, and how drafts are told to its script."""

import json
from typing import Any

from majung.accounts.models import Agent
from majung.conversations import drafts, uploads
from majung.conversations.models import Conversation, Draft
from majung.conversations.replies import MOST_TEXT
from majung.core.ids import uuid7


def begin(conversation: Conversation, agent: Agent) -> dict[str, Any]:
    """Return the composer with what the agent has written and not sent, the newest on top."""
    kept = drafts.of(conversation=conversation, agent=agent)
    shown = kept[0] if kept else None
    return {
        "key": str(uuid7()),
        "most_text": MOST_TEXT,
        "most_bytes": uploads.MOST_BYTES,
        "kind": shown.kind if shown else "reply",
        "text": shown.text if shown else "",
        "drafts_json": json.dumps([told(draft) for draft in kept], ensure_ascii=False),
    }


def told(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON: ``{kind, text, rich, mark, files}``."""
    unsent = [upload for upload in draft.uploads.all() if upload.used_at is None]
    return {
        "kind": draft.kind,
        "text": draft.text,
        "rich": draft.rich,
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
