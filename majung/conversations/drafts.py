"""What an agent has typed and not sent: kept for them wherever they sign in, until it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch

from majung.accounts.models import Agent
from majung.conversations import once, parts
from majung.conversations.models import Attachment, Conversation, Draft, Upload
from majung.conversations.parts import Parts
from majung.core import clock, live, rich_text
from majung.core.rich_text import Doc

MOST_TEXT: Final = 20_000
# Whoever puts a text back that was taken out of the thread: no tab of anybody.
OURS: Final = "majung"


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    rich: Doc | None
    carries: Parts
    envelope: dict[str, Any] | None = None


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


def carried_by(draft: Draft) -> Parts:
    """Return the quick replies and cards that go along with it."""
    return parts.of({parts.KEY: draft.parts})


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
    carries: Parts = parts.NOTHING,
    files: Sequence[UUID] = (),
    tab: str,
    turn: int,
    seen: str = "",
    client_key: str = "",
    pressed: bool = False,
    envelope: dict[str, Any] | None = None,
) -> Draft | None:
    """Keep a text and what goes along; nothing at all removes the draft. Returns what is kept.

    ``tab`` names the page that types and ``turn`` counts its saves, so that its own saves may
    arrive in any order; ``seen`` is the mark of the draft that the page began with. What was sent
    meanwhile under ``client_key`` does not become a draft again, unless it says something else
    and was typed after that was ``pressed``. ``rich`` is the text with its formatting
    (``core.rich_text``), which then counts instead of it; ``carries`` are quick replies and cards,
    ``envelope`` to whom it is to go by mail, as the page tells it.

    Raises:
        ChangedElsewhere: another page saved what this one has not seen.
        TooLong: over 20,000 characters.
    """
    written = _Written(text if rich is None else rich_text.plain(rich), rich, carries, envelope)
    if len(written.text) > MOST_TEXT:
        raise TooLong
    is_nothing = not (written.text.strip() or files or carries)
    with transaction.atomic():
        if _was_sent(conversation, kind, written, files, client_key=client_key, pressed=pressed):
            return None
        current = _locked(conversation, agent, kind)
        if current is None:
            if is_nothing:
                return None
            return _begin(conversation, agent, kind, written, files, tab, turn)
        if current.writer == tab and turn <= current.turn:
            return current
        if current.writer != tab and current.mark != seen:
            raise ChangedElsewhere(current)
        if is_nothing:
            _remove(current)
            return None
        _put(current, written)
        current.writer, current.turn = tab, turn
        _keep(current, files)
    return current


def _was_sent(
    conversation: Conversation,
    kind: str,
    written: _Written,
    files: Sequence[UUID],
    *,
    client_key: str,
    pressed: bool,
) -> bool:
    try:
        sent = once.under(
            client_key,
            conversation=conversation,
            kind=kind,
            text=written.text,
            rich=written.rich,
            files=files,
            carries=written.carries,
        )
    except once.SentOtherwise:
        # Typed before the press, it is a save that comes late.
        return not pressed
    return sent is not None


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
    carries: Parts = parts.NOTHING,
    files: Sequence[Attachment],
    envelope: dict[str, Any] | None = None,
) -> Draft:
    """Make a reply that was taken back a draft again, in the caller's transaction.

    It comes before what the agent has begun to write since; of two cards and
    of two envelopes, its own is kept.
    """
    current = _locked(conversation, agent, Draft.Kind.REPLY)
    uploads = [_again(file, agent) for file in files]
    if current is None:
        keys = [upload.public_id for upload in uploads]
        written = _Written(text, rich, carries, envelope)
        return _begin(conversation, agent, Draft.Kind.REPLY, written, keys, OURS, 1)
    waiting = [*uploads, *current.uploads.filter(used_at=None)]
    current.text, current.rich = rich_text.joined((text, rich), (current.text, current.rich))
    current.parts = current.parts | parts.spell(carries)
    current.envelope = current.envelope or envelope
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
    written: _Written,
    files: Sequence[UUID],
    tab: str,
    turn: int,
) -> Draft:
    draft = Draft(
        conversation=conversation,
        agent=agent,
        kind=kind,
        writer=tab,
        turn=turn,
        saved_at=clock.now(),
    )
    _put(draft, written)
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


def _put(draft: Draft, written: _Written) -> None:
    draft.text, draft.rich = written.text, written.rich
    draft.parts = parts.spell(written.carries)
    draft.envelope = written.envelope


def _keep(draft: Draft, files: Sequence[UUID]) -> None:
    draft.saved_at = clock.now()
    draft.save(update_fields=["text", "rich", "parts", "envelope", "writer", "turn", "saved_at"])
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
