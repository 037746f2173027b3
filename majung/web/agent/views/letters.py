"""A mail as it came: its own shape, its source, and why it is where it is."""

from typing import Final
from uuid import UUID

from csp.decorators import csp_replace
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from majung.accounts import audit
from majung.channels.models import Letter
from majung.conversations.models import Message
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import letters, mail_sources, originals, visible
from majung.web.middleware import is_scripted

_FRAMED: Final = {
    "script-src": ["'none'"],
    "connect-src": ["'none'"],
    "form-action": ["'none'"],
    "frame-src": ["'none'"],
    "frame-ancestors": ["'self'"],
    # The page around it measures it; without scripts the same origin is of no use to a mail.
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}
_WITH_IMAGES: Final = {**_FRAMED, "img-src": ["'self'", "data:", "https:", "http:"]}


@require_safe
@never_cache
@xframe_options_sameorigin
@agent_required
def original(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """Show the mail's HTML in a page of its own, with ``images=1`` also pictures of elsewhere.

    Nothing in it runs, sends forms or frames anything, whatever the HTML says.
    """
    message, letter = _mail(request, public_id)
    if not letter.html:
        raise Http404
    audit.read(obj=message, by=request.user)
    images = request.GET.get("images") == "1"
    markup = originals.shown(letter.html, message=message, images=images)
    page = render(request, "desk/letter_original.html", {"letter": letter, "markup": markup})
    page.headers["Referrer-Policy"] = "no-referrer"
    return csp_replace(_WITH_IMAGES if images else _FRAMED)(lambda _request: page)(request)


@require_safe
@never_cache
@agent_required
def about(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Say why the mail is here, and show its headers; a part to a script."""
    message, letter = _mail(request, public_id)
    audit.read(obj=message, by=request.user)
    context = {
        "message": message,
        "letter": letter,
        "rows": letters.rows_of(letter),
        "marks": letters.marks(letter.flags),
        "reasons": mail_sources.reasons(letter),
        "headers": mail_sources.headers(letter),
        "has_source": letter.delivery_id is not None,
        "conversation": message.conversation,
    }
    if is_scripted(request):
        return render(request, "desk/letter_about.html", context)
    page = {"part": "desk/letter_about.html", "title": _("왜 여기에 있나요?")}
    return render(request, "desk/part_page.html", {**context, **page})


@require_safe
@never_cache
@agent_required
def whole(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show all of a mail's words, with what the thread folds."""
    message, letter = _mail(request, public_id)
    audit.read(obj=message, by=request.user)
    context = {
        "part": "desk/letter_whole.html",
        "title": letter.subject or _("제목 없음"),
        "message": message,
        "letter": letter,
        "conversation": message.conversation,
    }
    return render(request, "desk/part_page.html", context)


@require_safe
@never_cache
@agent_required
def source(request: AgentRequest, public_id: UUID) -> FileResponse:
    """Give the raw mail as it came, as a download that no program opens by itself."""
    message, letter = _mail(request, public_id)
    stream = mail_sources.opened(letter)
    if stream is None:
        raise Http404
    audit.record(action="mail_source_read", obj=message, by=request.user)
    return FileResponse(
        stream,
        as_attachment=True,
        filename=f"{message.public_id}.txt",
        content_type="text/plain; charset=utf-8",
    )


def _mail(request: AgentRequest, public_id: UUID) -> tuple[Message, Letter]:
    message = visible.message(request.user, public_id)
    if message.deleted_at:
        raise Http404
    letter = get_object_or_404(
        Letter.objects.select_related("delivery__raw_file", "inbox"), message=message
    )
    return message, letter
