"""Channel accounts: widgets, forms and mailboxes, on and off."""

from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts import editables, revisions
from majung.accounts.models import Brand
from majung.accounts.revisions import PublishedSince
from majung.channels import registry
from majung.conversations.models import Inbox
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import asides, mail_words, screen, words
from majung.web.setup.forms.settings import form_class
from majung.web.setup.views import settings

MAKEABLE = ("webchat", "webform", "email")


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show every channel account by brand."""
    inboxes = (
        Inbox.objects.alive()
        .filter(brand__deleted_at=None)
        .select_related("brand")
        .order_by("brand__name", "brand_id", "kind", "name")
    )
    healths = mail_words.healths(inboxes)
    groups = [
        (brand, [(inbox, healths.get(inbox.pk)) for inbox in each])
        for brand, each in groupby(inboxes, key=lambda one: one.brand)
    ]
    return screen.show(
        request,
        "channels.html",
        here="inboxes",
        groups=groups,
        others=[(kind, words.channel(kind)) for kind in registry.plugged()],
        has_brands=bool(groups) or Brand.objects.alive().exists(),
    )


@admin_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest, channel: str) -> HttpResponse:
    """Make a widget, a form or a mailbox."""
    if channel not in MAKEABLE and channel not in registry.plugged():
        raise Http404
    start = {"kind": channel}
    return settings.make(request, "inbox", start=start)


@admin_required
@require_POST
def preview(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Draw the widget as the form has it now; fetched again while one types."""
    inbox = settings.find("inbox", public_id)
    if inbox.kind != "webchat":
        raise Http404
    drawn = asides.of("inbox", inbox, form_class("inbox", "webchat")(request.POST)).preview
    return render(request, "setup/preview.html", {"preview": drawn})


@admin_required
@require_POST
def switch(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Turn an account on or off; that, too, is published and can be undone."""
    inbox = settings.find("inbox", public_id)
    data = editables.of("inbox").read(inbox)
    wanted = request.POST.get("to") == "on"
    try:
        made = revisions.publish(
            kind="inbox",
            obj=inbox,
            by=request.user,
            based_on=revisions.newest_number(kind="inbox", obj=inbox),
            data=data | {"is_active": wanted},
        )
    except PublishedSince:
        screen.nothing_done(request, _("그사이 다른 변경이 게시되었어요. 확인하고 다시 해 주세요."))
        return redirect("setup:inboxes")
    if made:
        text = (
            _("%(name)s%(to)s 켰어요.")
            if wanted
            else _("%(name)s%(to)s 껐어요. 새 글을 받지 않아요.")
        )
        undo_at = reverse("setup:inbox_undoing", args=[public_id, made.public_id])
        screen.done(
            request, text % screen.named(inbox.name), undo=f"{undo_at}?based_on={made.number}"
        )
    return redirect("setup:inboxes")
