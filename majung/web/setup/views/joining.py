"""Where a link from an admin leads: joining, or choosing a new password. Open to strangers."""

from uuid import UUID

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from majung.accounts import agents, audit, invitations
from majung.accounts.agents import EmailTaken
from majung.accounts.invitations import Refused
from majung.accounts.models import Agent
from majung.core import limits
from majung.web.setup.forms.people import JoinForm, PasswordChoiceForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRIES, PER = 30, 300


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a name, a password, and one is in."""
    limits.take(f"join:{request.META.get('REMOTE_ADDR')}", limit=TRIES, per=PER)
    try:
        invitation = invitations.read(token)
    except Refused as refusal:
        return _refused(request, refusal.code)
    person = Agent(email=invitation.email, name=invitation.name)
    form = JoinForm(request.POST or None, agent=person, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        answer = _accept(request, token, form)
        if answer:
            return answer
    status = 422 if form.errors else 200
    return render(
        request,
        "setup/join.html",
        {"form": form, "email": invitation.email, "name": invitation.name},
        status=status,
    )


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """Choose a new password by a link that an admin handed over."""
    limits.take(f"join:{request.META.get('REMOTE_ADDR')}", limit=TRIES, per=PER)
    agent = get_object_or_404(Agent.objects.active(), public_id=public_id)
    if not agents.is_password_token(agent=agent, token=token):
        return _refused(request, "password")
    form = PasswordChoiceForm(request.POST or None, agent=agent)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["password"]
        if not agents.choose_password(agent=agent, token=token, password=chosen):
            return _refused(request, "password")
        return redirect("account_login")
    status = 422 if form.errors else 200
    return render(
        request, "setup/password.html", {"form": form, "email": agent.email}, status=status
    )


def _accept(request: HttpRequest, token: str, form: JoinForm) -> HttpResponse | None:
    try:
        agent = invitations.accept(
            token=token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            locale=(get_language() or "ko")[:2],
        )
    except Refused as refusal:
        return _refused(request, refusal.code)
    except EmailTaken:
        return _refused(request, "used")
    except ValidationError as error:
        form.add_error("password", error)
        return None
    return _enter(request, agent)


def _enter(request: HttpRequest, agent: Agent) -> HttpResponse:
    login(request, agent, backend=BACKEND)
    audit.record(action="signed_in", obj=agent, by=agent)
    return redirect("home")


def _refused(request: HttpRequest, code: str) -> HttpResponse:
    why = {
        "forged": _("링크가 온전하지 않아요. 처음부터 끝까지 복사했는지 확인해 주세요."),
        "expired": _("초대한 지 7일이 지났어요."),
        "used": _("이미 쓴 초대예요. 내가 썼다면 로그인하면 돼요."),
        "withdrawn": _("관리자가 거둔 초대예요."),
        "password": _("이미 썼거나 기간이 지난 링크예요."),
    }[code]
    return render(request, "setup/link_refused.html", {"why": why}, status=410)
