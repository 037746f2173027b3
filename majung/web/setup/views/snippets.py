"""The secret with which a host page signs in its members, shown once when it is made."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.conversations import inboxes
from majung.conversations.models import Inbox
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen
from majung.web.setup.views import settings


@admin_required
@require_POST
def secret(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Make a new secret and show it: this answer is the only place where it ever stands."""
    inbox = _widget(public_id)
    shown = inboxes.make_secret(inbox=inbox, by=request.user)
    return settings.page(request, "inbox", inbox, shown_secret=shown)


@admin_required
@require_POST
def drop_secret(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Stop signing members in."""
    if inboxes.drop_secret(inbox=_widget(public_id), by=request.user):
        screen.done(request, _("비밀키를 없앴어요. 이제 위젯은 모두를 방문자로 봐요."))
    return redirect("setup:inbox", public_id)


def _widget(public_id: UUID) -> Inbox:
    inbox: Inbox = settings.find("inbox", public_id)
    if inbox.kind != "webchat":
        raise Http404
    return inbox
