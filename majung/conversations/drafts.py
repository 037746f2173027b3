"""What an agent has typed and not sent: kept for them wherever they sign in, until it is sent."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch

from majung.accounts.models import Agent
from majung.conversations.models import Attachment, Conversation, Draft, Upload
from majung.core import clock, live, rich_text
from majung.core.rich_text import Doc

MOST_TEXT: Final = 20_000
# Whoever puts a text back that was taken out of the thread: no tab of anybody.
OURS: Final = "majung"


class ChangedElsewhere(Exception):
    """Another tab or device saved meanwhile; nothing was written. ``draft`` is what stands."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.mark)
        self.draft = draft


class TooLong(Exception):
    """No message could hold it; nothing was written."""


def of(*, conversation: Conversation, agent: Agent) -> list[Draft]:
    """Return the agent's drafts there, the one saved last first. Two queries, one without any."""
    unsent = Prefetch("uploads", Upload.objects.filter(used_at=None).select_related("blob"))
    rows = Draft.objects.filter(agent=agent, conversation=conversation)
    return list(rows.prefetch_related(unsent).order_by("-saved_at"))


def begun_by(agent: Agent) -> Exists:
    """Return whether the agent has a draft in a conversation, to annotate lists with."""
    return Exists(Draft.objects.filter(agent=agent, conversation=OuterRef("pk")))


def save(
    *,
    conversation: Conversation,
    agent: Agent,
    kind: str,
    text: str,
    rich: Doc | None = None,
    files: Sequence[UUID] = (),
    tab: str,
    turn: int,
    seen: str = "",
    client_key: str = "",
) -> Draft | None:
    """Keep a text; an empty one without files removes the draft. Returns what is kept, if anything.

    ``tab`` names the page that types and ``turn`` counts its saves, so that its own saves may
    arrive in any order; ``seen`` is the mark of the draft that the page began with. What was sent
    meanwhile under ``client_key`` does not become a draft again. ``rich`` is the text with its
    formatting (``core.rich_text``), which then counts instead of it.

    Raises:
        ChangedElsewhere: another page saved what this one has not seen.
        TooLong: over 20,000 characters.
    """
    text = text if rich is None else rich_text.plain(rich)
    if len(text) > MOST_TEXT:
        raise TooLong
    with transaction.atomic():
        if client_key and conversation.messages.filter(client_key=client_key).exists():
            return None
        current = _locked(conversation, agent, kind)
        if current is None:
            if not text.strip() and not files:
                return None
            return _begin(conversation, agent, kind, (text, rich), files, tab, turn)
        if current.writer == tab and turn <= current.turn:
            return current
        if current.writer != tab and current.mark != seen:
            raise ChangedElsewhere(current)
        if not text.strip() and not files:
            _remove(current)
            return None
        current.text, current.rich = text, rich
        current.writer, current.turn = tab, turn
        _keep(current, files)
    return current


def drop_sent(
    *, conversation: Conversation, agent: Agent, kind: str, text: str, tab: str = ""
) -> None:
    """Remove the draft that was sent just now, in the caller's transaction.

    What another tab of the agent has typed stays.
    """
    current = _locked(conversation, agent, kind)
    if current and (not tab or current.writer in {tab, OURS} or current.text.strip() == text):
        _remove(current)


def put_back(
    *,
    conversation: Conversation,
    agent: Agent,
    text: str,
    rich: Doc | None = None,
    files: Sequence[Attachment],
) -> Draft:
    """Make a reply that was taken back a draft again, in the caller's transaction.

    It comes before what the agent has begun to write since.
    """
    current = _locked(conversation, agent, Draft.Kind.REPLY)
    uploads = [_again(file, agent) for file in files]
    if current is None:
        keys = [upload.public_id for upload in uploads]
        return _begin(conversation, agent, Draft.Kind.REPLY, (text, rich), keys, OURS, 1)
    waiting = [*uploads, *current.uploads.filter(used_at=None)]
    current.text, current.rich = rich_text.joined((text, rich), (current.text, current.rich))
    current.writer, current.turn = OURS, current.turn + 1
    _keep(current, [upload.public_id for upload in waiting])
    return current


def _locked(conversation: Conversation, agent: Agent, kind: str) -> Draft | None:
    rows = Draft.objects.select_for_update().select_related("agent")
    return rows.filter(agent=agent, conversation=conversation, kind=kind).first()


def _begin(
    conversation: Conversation,
    agent: Agent,
    kind: str,
    said: tuple[str, Doc | None],
    files: Sequence[UUID],
    tab: str,
    turn: int,
) -> Draft:
    text, rich = said
    draft = Draft(
        conversation=conversation,
        agent=agent,
        kind=kind,
        text=text,
        rich=rich,
        writer=tab,
        turn=turn,
        saved_at=clock.now(),
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        # Two pages began at once; this one came second.
        there = _locked(conversation, agent, kind)
        if there is None or there.writer == tab:
            raise
        raise ChangedElsewhere(there) from None
    _attach(draft, files)
    _tell(agent, conversation)
    return draft


def _keep(draft: Draft, files: Sequence[UUID]) -> None:
    draft.saved_at = clock.now()
    draft.save(update_fields=["text", "rich", "writer", "turn", "saved_at"])
    _attach(draft, files)


def _attach(draft: Draft, files: Sequence[UUID]) -> None:
    own = Upload.objects.filter(public_id__in=files, owner=_owner(draft.agent), used_at=None)
    draft.uploads.set(own)


def _again(file: Attachment, agent: Agent) -> Upload:
    return Upload.objects.create(
        blob_id=file.blob_id, name=file.name, owner=_owner(agent), created_at=clock.now()
    )


def _remove(draft: Draft) -> None:
    draft.delete()
    _tell(draft.agent, draft.conversation)


def _owner(agent: Agent) -> str:
    return f"agent:{agent.pk}"


def _tell(agent: Agent, conversation: Conversation) -> None:
    """Let the agent's own lists say that something is being written, or no more."""
    live.signal(f"agent:{agent.public_id}", ids=[str(conversation.public_id)])
