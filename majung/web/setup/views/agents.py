"""The people who work here."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts import agents, invitations
from majung.accounts.agents import LastAdmin
from majung.accounts.models import Agent
from majung.core import clock
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen
from majung.web.setup.forms.people import RoleForm


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show who works here, who is invited, and who has left."""
    people = list(Agent.objects.order_by("name", "pk").prefetch_related("teams"))
    return screen.show(
        request,
        "agents.html",
        here="agents",
        people=[one for one in people if one.is_active],
        former=[one for one in people if not one.is_active],
        invited=invitations.open_ones().select_related("invited_by"),
        now=clock.now(),
    )


@admin_required
@require_http_methods(["GET", "POST"])
def edit(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show a person and change their role."""
    person = get_object_or_404(Agent, public_id=public_id)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            agents.change_role(agent=person, role=form.cleaned_data["role"], by=request.user)
        except LastAdmin:
            form.add_error("role", _last_admin())
        else:
            screen.done(request, _("역할을 바꿨어요."))
            return redirect("setup:agents")
    return _page(request, person, form)


def _page(request: AgentRequest, person: Agent, form: RoleForm, *, link: str = "") -> HttpResponse:
    return screen.show(
        request,
        "agent.html",
        here="agents",
        person=person,
        teams=person.teams.filter(deleted_at=None),
        form=form,
        link=link,
        status=422 if form.errors else 200,
    )


@admin_required
@require_POST
def deactivate(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Let somebody go."""
    person = get_object_or_404(Agent, public_id=public_id)
    try:
        left = agents.deactivate(agent=person, by=request.user)
    except LastAdmin:
        screen.nothing_done(request, _last_admin())
        return redirect("setup:agent", public_id)
    if left:
        text = _("%(name)s 님의 계정을 껐어요. 맡고 있던 상담은 미배정으로 돌아가요.")
        undo = reverse("setup:agent_return", args=[public_id])
        screen.done(request, text % {"name": person.name}, undo=undo)
    return redirect("setup:agents")


@admin_required
@require_POST
def reactivate(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take somebody back."""
    person = get_object_or_404(Agent, public_id=public_id)
    if agents.reactivate(agent=person, by=request.user):
        text = _("%(name)s 님이 다시 로그인할 수 있어요.")
        screen.done(request, text % {"name": person.name})
    return redirect("setup:agents")


@admin_required
@require_POST
def password_link(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Make a link for somebody who forgot the password, to hand over in person."""
    person = get_object_or_404(Agent.objects.active(), public_id=public_id)
    token = agents.password_token(agent=person, by=request.user)
    link = settings.MAJUNG_URL + reverse("setup:password", args=[person.public_id, token])
    return _page(request, person, RoleForm(initial={"role": person.role}), link=link)


def _last_admin() -> str:
    return _("관리자가 한 사람은 있어야 해요. 먼저 다른 사람을 관리자로 바꿔 주세요.")
