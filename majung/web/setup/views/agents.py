"""The people who work here."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts import agents, editables, invitations, revisions
from majung.accounts.agents import LastAdmin
from majung.accounts.models import Agent, Team
from majung.accounts.revisions import PublishedSince
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
        invited=invitations.open_ones().select_related("invited_by").prefetch_related("teams"),
        seeing=set(agents.seeing().values_list("pk", flat=True)),
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
        is_seeing=agents.seeing().filter(pk=person.pk).exists(),
        offered=Team.objects.alive().exclude(members=person).prefetch_related("brands"),
        form=form,
        link=link,
        status=422 if form.errors else 200,
    )


@admin_required
@require_POST
def join_team(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Put somebody into a team, as the team's next revision."""
    person = get_object_or_404(Agent.objects.active(), public_id=public_id)
    team = get_object_or_404(Team.objects.alive(), public_id=_named(request.POST.get("team", "")))
    based_on = revisions.newest_number(kind="team", obj=team)
    data = editables.of("team").read(team)
    data["members"] = sorted({*data["members"], str(person.public_id)})
    try:
        made = revisions.publish(
            kind="team", obj=team, by=request.user, based_on=based_on, data=data
        )
    except PublishedSince:
        screen.nothing_done(request, _("그사이 다른 변경이 게시되었어요. 확인하고 다시 해 주세요."))
        return redirect("setup:agent", public_id)
    if made:
        undo = reverse("setup:team_undoing", args=[team.public_id, made.public_id])
        text = _("%(name)s 님을 %(team)s 팀에 넣었어요.") % {"name": person.name, "team": team.name}
        screen.done(request, text, undo=f"{undo}?based_on={made.number}")
    return redirect("setup:agent", public_id)


def _named(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


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
