"""Tags: those in use and those that are not any more, and how often each was put on."""

from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from majung.accounts import revisions
from majung.accounts.editables import Invalid
from majung.conversations import tags
from majung.conversations.models import Tag
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen
from majung.web.setup.forms import tags as _form  # noqa: F401 - makes the form known
from majung.web.setup.views import settings


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show the tags in use, or those that are retired, with how many conversations have each."""
    retired = request.GET.get("state") == "retired"
    counted = Tag.objects.select_related("brand").annotate(times=Count("uses"))
    every = counted.order_by("folded", "pk")
    return screen.show(
        request,
        "tags.html",
        here="tags",
        tags=every.exclude(retired_at=None) if retired else every.in_use(),
        retired=retired,
        has_any=Tag.objects.exists(),
    )


@admin_required
@require_POST
def retire(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take one out of use, or back into it (``to`` is "on"), as its next revision."""
    tag = settings.find("tag", public_id)
    retired = request.POST.get("to") != "on"
    based_on = revisions.newest_number(kind="tag", obj=tag)
    data = tags.EDITABLE.read(tag) | {"is_retired": retired}
    try:
        made = revisions.publish(kind="tag", obj=tag, by=request.user, based_on=based_on, data=data)
    except Invalid as error:
        screen.nothing_done(request, " ".join(each.text for each in error.mistakes))
        return redirect("setup:tag", public_id)
    if made:
        undo = reverse("setup:tag_undoing", args=[public_id, made.public_id])
        text = (
            _("이제 새로 붙일 수 없어요. 붙어 있던 상담에는 그대로 남아요.")
            if retired
            else _("다시 쓸 수 있어요.")
        )
        screen.done(request, text, undo=f"{undo}?based_on={made.number}")
    return redirect("setup:tag", public_id)
