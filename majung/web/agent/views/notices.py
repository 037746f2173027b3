"""What the agent is told: the bell, the list, and how they want to be told."""

import json
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import notice_kinds, notices, push, quiet
from majung.accounts.models import Agent, NoticePreference, PushSubscription
from majung.core import limits
from majung.core.problems import Problem
from majung.web import this_browser
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, told
from majung.web.live_page import page_live

DAYS: Final = (
    gettext_lazy("월요일"),
    gettext_lazy("화요일"),
    gettext_lazy("수요일"),
    gettext_lazy("목요일"),
    gettext_lazy("금요일"),
    gettext_lazy("토요일"),
    gettext_lazy("일요일"),
)
# The first that is named counts: most browsers also call themselves Chrome, or Safari.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@require_safe
@never_cache
@agent_required
def index(request: AgentRequest) -> HttpResponse:
    return render(request, "desk/notices.html", _page(request))


@require_safe
@never_cache
@agent_required
def items(request: AgentRequest) -> HttpResponse:
    """Answer the list again (live)."""
    return render(request, "desk/notices_items.html", _page(request))


@require_safe
@never_cache
@agent_required
def bell(request: AgentRequest) -> HttpResponse:
    """Answer the bell again (live)."""
    return render(request, "desk/notices_bell.html")


@require_POST
@agent_required
def read(request: AgentRequest) -> HttpResponse:
    """Mark as read: the notices of ``conversation``, or all."""
    named = request.POST.get("conversation", "")
    try:
        conversation = UUID(named) if named else None
    except ValueError:
        raise Problem(400, _("상담을 찾을 수 없어요"), code="unknown_conversation") from None
    notices.read(agent=request.user, conversation=conversation)
    return answers.quiet(request, back=reverse("desk:notices"))


@require_POST
@agent_required
def hush(request: AgentRequest) -> HttpResponse:
    """Be quiet for an hour; with ``off`` no longer."""
    back = reverse("desk:notices")
    if "off" in request.GET or "off" in request.POST:
        quiet.speak_again(agent=request.user)
        return answers.done(request, _("다시 알려 드릴게요"), back=back)
    until = date_format(timezone.localtime(quiet.hush(agent=request.user)), "H:i")
    text = _("%(time)s까지 소리와 푸시 없이 조용히 둘게요") % {"time": until}
    return answers.done(request, text, back=back, undo=f"{reverse('desk:notices_quiet')}?off=1")


@require_safe
@never_cache
@agent_required
def choices(request: AgentRequest) -> HttpResponse:
    """Show how the agent wants to be told."""
    return render(request, "desk/notices_choices.html", _choices(request.user))


@require_POST
@agent_required
def choose(request: AgentRequest) -> HttpResponse:
    """Write down how the agent wants to be told."""
    wanted = _asked(request)
    try:
        quiet.choose(agent=request.user, **wanted)
    except quiet.NoTime as wrong:
        error = _("%(day)s: 시작과 끝을 모두 적거나 둘 다 비워 주세요.") % {
            "day": DAYS[wrong.weekday]
        }
        context = {**_choices(request.user, wanted), "error": error}
        return render(request, "desk/notices_choices.html", context, status=422)
    return answers.done(request, _("저장했어요"), back=reverse("desk:notices_choices"))


@require_POST
@agent_required
def add_browser(request: AgentRequest) -> HttpResponse:
    """Let this browser be told: ``{"endpoint", "keys": {"p256dh", "auth"}}`` as JSON."""
    limits.take(f"push:{request.user.pk}", limit=30, per=3600)
    try:
        said = json.loads(request.body)
        subscription = push.subscribe(
            agent=request.user,
            endpoint=str(said["endpoint"]),
            p256dh=str(said["keys"]["p256dh"]),
            auth=str(said["keys"]["auth"]),
            browser=_browser(request.headers.get("User-Agent", "")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(
            422, _("이 브라우저는 알림을 받을 수 없어요"), code="bad_subscription"
        ) from error
    this_browser.remember(request, subscription)
    return JsonResponse({"id": str(subscription.public_id)}, status=201)


@require_POST
@agent_required
def remove_browser(request: AgentRequest, public_id: UUID) -> HttpResponse:
    push.unsubscribe(agent=request.user, public_id=public_id)
    if this_browser.is_it(request, public_id):
        this_browser.forget(request)
    return answers.done(
        request, _("그 브라우저로는 알리지 않을게요"), back=reverse("desk:notices_choices")
    )


@require_POST
@agent_required
def try_browser(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Send a sample, so that one sees how it looks."""
    limits.take(f"push-sample:{request.user.pk}", limit=10, per=600)
    subscription = request.user.push_subscriptions.filter(public_id=public_id).first()
    if subscription:
        push.try_out(subscription=subscription)
    return answers.done(
        request, _("시험 알림을 보냈어요. 곧 보일 거예요."), back=reverse("desk:notices_choices")
    )


def _page(request: AgentRequest) -> dict[str, Any]:
    live = page_live([notices.topic(request.user)])
    preference = quiet.of(request.user)
    return {
        "notices_live": live,
        "told": told.page(request.user, cursor=request.GET.get("before", "")),
        "before": request.GET.get("before", ""),
        "hushed_until": preference.muted_until if quiet.is_hushed(preference) else None,
    }


def _asked(request: AgentRequest) -> dict[str, Any]:
    known = {kind.name for kind in notice_kinds.every()}
    spans = {
        day: (request.POST.get(f"from{day}", ""), request.POST.get(f"to{day}", ""))
        for day in quiet.WEEKDAYS
    }
    return {
        "sound": [name for name in request.POST.getlist("sound") if name in known],
        "push": [name for name in request.POST.getlist("push") if name in known],
        "push_words": "push_words" in request.POST,
        "quiet": {day: span for day, span in spans.items() if any(span)},
    }


def _choices(agent: Agent, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    preference = quiet.of(agent)
    if wanted:
        times = {str(day): list(span) for day, span in wanted["quiet"].items()}
        preference = NoticePreference(agent=agent, **{**wanted, "quiet": times})
    return {
        "kinds": [
            (kind, kind.name in preference.sound, kind.name in preference.push)
            for kind in notice_kinds.every()
            if agent.is_admin or not kind.is_for_admins
        ],
        "days": [
            (day, DAYS[day], *preference.quiet.get(str(day), ["", ""])) for day in quiet.WEEKDAYS
        ],
        "push_words": preference.push_words,
        "push_key": push.public_key(),
        "browsers": list(PushSubscription.objects.filter(agent=agent)),
        "zone": agent.timezone,
    }


def _browser(agent: str) -> str:
    """Return what people call a browser and its system: "Chrome · Windows"."""
    found = (
        next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, found)) or _("브라우저")
