"""What an agent has typed and not sent, saved as they type."""

from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.conversations import drafts, parts
from majung.conversations.models import Draft
from majung.core import rich_text
from majung.core.problems import Problem, json_endpoint
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import addressing, composing, visible

TAB_LENGTH = 64
MOST_TURN = 1_000_000_000


@require_POST
@agent_required
@json_endpoint
def save(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Keep ``kind, text, rich, parts, envelope, files, tab, turn, seen, key, pressed``: 200 ``{mark}``.

    Problems: 409 with ``draft`` (another page saved what this one has not seen), 413, 422.
    """
    conversation = visible.conversation(request.user, public_id)
    kind, tab, turn = request.POST.get("kind", ""), request.POST.get("tab", ""), _turn(request)
    if kind not in Draft.Kind.values or not 0 < len(tab) <= TAB_LENGTH or tab == drafts.OURS:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, _("저장하지 않았어요"), code="not_a_draft")
    try:
        kept = drafts.save(
            conversation=conversation,
            agent=request.user,
            kind=kind,
            text=request.POST.get("text", "").replace("\x00", "").replace("\r\n", "\n"),
            rich=rich_text.read(request.POST.get("rich", "")),
            carries=parts.read_json(request.POST.get("parts", "")),
            files=_ids(request.POST.getlist("files")),
            tab=tab,
            turn=turn,
            seen=request.POST.get("seen", ""),
            client_key=request.POST.get("key", ""),
            pressed=request.POST.get("pressed") == "1",
            envelope=addressing.kept(request) if kind == Draft.Kind.REPLY else None,
        )
    except drafts.ChangedElsewhere as error:
        raise Problem(
            HTTPStatus.CONFLICT,
            _("다른 창에서 쓰던 글이 있어요"),
            code="draft_elsewhere",
            draft=composing.told(error.draft),
        ) from error
    except drafts.TooLong as error:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("너무 길어서 저장하지 않았어요"), code="too_long"
        ) from error
    except rich_text.NotRichText as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("저장하지 않았어요"),
            str(error),
            code="not_rich_text",
        ) from error
    except parts.Wrong as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("저장하지 않았어요"),
            error.mistakes[0].text,
            code="not_parts",
        ) from error
    return JsonResponse({"mark": kept.mark if kept else ""})


def _turn(request: AgentRequest) -> int:
    given = request.POST.get("turn", "")
    return min(int(given), MOST_TURN) if given.isascii() and given.isdigit() else 1


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for text in given:
        with suppress(ValueError):
            found.append(UUID(text))
    return found
