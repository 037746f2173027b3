"""Shared canned replies: found by folder and by what one types, in use and retired."""

from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from majung.accounts import revisions
from majung.conversations import canned
from majung.conversations.models import SharedReply
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen
from majung.web.setup.views import settings


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show the shared canned replies by folder, those in use or those that are retired."""
    text = request.GET.get("q", "")
    retired = request.GET.get("state") == "retired"
    every = SharedReply.objects.select_related("brand").order_by("folder", "title", "pk")
    found = canned.matching(every.filter(is_retired=retired), text)
    return screen.show(
        request,
        "canned.html",
        here="canned_replies",
        folders=[(name, list(rows)) for name, rows in groupby(found, key=lambda one: one.folder)],
        text=text,
        retired=retired,
        has_any=every.exists(),
    )


@admin_required
@require_POST
def retire(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take one out of use, or back into it (``to`` is "on"), as its next revision."""
    reply = settings.find("canned", public_id)
    retired = request.POST.get("to") != "on"
    based_on = revisions.newest_number(kind="canned", obj=reply)
    made = revisions.publish(
        kind="canned",
        obj=reply,
        by=request.user,
        based_on=based_on,
        data=canned.EDITABLE.read(reply) | {"is_retired": retired},
    )
    if made:
        undo = reverse("setup:canned_undoing", args=[public_id, made.public_id])
        text = _("이제 쓰지 않아요. 이력은 그대로 남아요.") if retired else _("다시 쓸 수 있어요.")
        screen.done(request, text, undo=f"{undo}?based_on={made.number}")
    return redirect("setup:canned", public_id)
