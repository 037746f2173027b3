"""Who gets in: agents to the desk, admins to the settings; strangers to sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from majung.accounts.models import Agent

View = Callable[..., HttpResponseBase]


class AgentRequest(HttpRequest):
    """A request whose user is surely an agent."""

    user: Agent


def agent_required(view: View) -> View:
    """Let signed-in agents in; send others to sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def admin_required(view: View) -> View:
    """Let admins in; other agents may not, strangers sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast("AgentRequest", request).user.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return agent_required(guarded)
