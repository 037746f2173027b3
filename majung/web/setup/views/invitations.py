"""Inviting people: there is no mail yet, so the link is handed over by the admin."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts import invitations
from majung.accounts.agents import EmailTaken
from majung.accounts.invitations import AlreadyInvited
from majung.accounts.models import Agent, Invitation
from majung.core import clock
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen, words
from majung.web.setup.forms.people import InvitationForm


@admin_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """Invite somebody."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _invite(request, form)
        if made:
            return redirect("setup:invitation", made.public_id)
    status = 422 if form.errors else 200
    return screen.show(request, "invite.html", here="agents", form=form, status=status)


def _invite(request: AgentRequest, form: InvitationForm) -> Invitation | None:
    given = form.cleaned_data
    try:
        return invitations.invite(
            email=given["email"],
            name=given["name"],
            role=given["role"],
            teams=form.teams_chosen(),
            by=request.user,
        )
    except EmailTaken:
        text = _("이미 있는 계정이에요. 꺼진 계정이면 상담원 목록에서 다시 켤 수 있어요.")
        form.add_error("email", text)
    except AlreadyInvited as error:
        screen.nothing_done(request, _("이미 초대한 사람이에요. 이 링크를 다시 건네 주세요."))
        return error.invitation
    return None


@admin_required
@require_GET
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show an open invitation and its link."""
    invitation = get_object_or_404(invitations.open_ones(), public_id=public_id)
    path = reverse("setup:join", args=[invitations.token(invitation)])
    return screen.show(
        request,
        "invitation.html",
        here="agents",
        invitation=invitation,
        role=words.role(invitation.role),
        teams=invitation.teams.all(),
        is_blind=invitation.role != Agent.Role.ADMIN and not invitation.teams.exists(),
        is_expired=invitation.expires_at <= clock.now(),
        link=settings.MAJUNG_URL + path,
    )


@admin_required
@require_POST
def withdraw(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, public_id=public_id)
    if invitations.withdraw(invitation=invitation, by=request.user):
        screen.done(request, _("초대를 거뒀어요. 건넨 링크는 이제 열리지 않아요."))
    return redirect("setup:agents")
