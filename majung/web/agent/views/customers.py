"""The people: to find one, to see all of one, to write a name."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import audit
from majung.core.text.korean import josa
from majung.core.versions import EditConflict
from majung.customers import circle, profiles, search
from majung.customers.models import Customer
from majung.web import cursors, naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import happenings, visible
from majung.web.agent import panel as panels
from majung.web.agent.followed import followed

NAME_LENGTH = 80
PAST_PAGE = 20


@require_safe
@never_cache
@agent_required
def index(request: AgentRequest) -> HttpResponse:
    """Find customers; with ``for``, the one with whom a found one may be joined."""
    text = request.GET.get("q", "").strip()
    found = visible.among(request.user, search.candidates(text))[: search.SHOWN]
    partner = request.GET.get("for", "")
    merging = visible.person(request.user, UUID(partner)) if _is_uuid(partner) else None
    others = [one for one in found if merging is None or one.pk != merging.pk]
    # Namesakes are told apart by what they can be reached by.
    known = panels.addresses_by_person(others)
    context = {
        "text": text,
        "is_too_short": 0 < len(text) < search.SHORTEST,
        "merging": merging,
        "conversation": _named_conversation(request),
        "found": [(one, known.get(one.pk, [])) for one in others],
    }
    return render(request, "desk/customers.html", context)


@require_safe
@never_cache
@agent_required
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    customer = visible.person(request.user, public_id)
    if customer.public_id != public_id:
        return redirect("desk:customer", customer.public_id)
    audit.read(obj=customer, by=request.user)
    return render(request, "desk/customer.html", page_context(request, customer))


@require_safe
@never_cache
@agent_required
def parts(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer what the page shows of the customer again (live); of whom stands for them today."""
    customer = visible.person(request.user, public_id)
    audit.read(obj=customer, by=request.user)
    context = {**person_context(request, customer), "person_part": True}
    return render(request, "desk/customer_live.html", context)


@require_safe
@never_cache
@agent_required
def timeline(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the timeline before a cursor."""
    customer = visible.person(request.user, public_id)
    story = panels.story(
        circle.ids(customer.pk),
        agent=request.user,
        before=cursors.read(request.GET.get("before")),
        only=happenings.asked(request.GET.get("only", "")),
    )
    return render(request, "desk/timeline_more.html", {"customer": customer, "story": story})


@require_safe
@never_cache
@agent_required
def past(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the conversations before a cursor."""
    customer = visible.person(request.user, public_id)
    context = past_context(request, customer, request.GET.get("before"))
    return render(request, "desk/past_more.html", {"customer": customer, **context})


@require_POST
@agent_required
def update(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Write the name, unless somebody else changed the profile since it was read."""
    customer = visible.person(request.user, public_id)
    name = " ".join(request.POST.get("name", "").split())[:NAME_LENGTH]
    version = request.POST.get("version", "")
    expected = int(version) if version.isdecimal() else 0
    try:
        profiles.rename(customer=customer, name=name, expected=expected, by=request.user)
    except EditConflict:
        current = visible.person(request.user, public_id)
        form = {"name": name, "error": _conflict(current)}
        context = page_context(request, current, form=form)
        return render(request, "desk/customer.html", context, status=409)
    return redirect(_back(request, reverse("desk:customer", args=[customer.public_id])))


def page_context(
    request: AgentRequest, customer: Customer, *, form: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return what the customer's page needs; ``form`` holds a name that was not saved."""
    context = person_context(request, customer)
    return {**context, "form": form or {"name": context["customer"].name, "error": ""}}


def person_context(request: AgentRequest, customer: Customer) -> dict[str, Any]:
    """Return what the live part of the customer's page needs."""
    person = followed(customer, agent=request.user)
    customer = person.customer
    return {
        "customer": customer,
        "panel": panels.about(
            customer, agent=request.user, only=happenings.asked(request.GET.get("only", ""))
        ),
        "person_live": person.live,
        "language_name": naming.language(customer.locale),
        "past_counts": panels.count_by_status(person.members, agent=request.user),
        **past_context(request, customer, None),
    }


def past_context(request: AgentRequest, customer: Customer, before: str | None) -> dict[str, Any]:
    """Return a piece of the customer's conversations and the cursor of the next."""
    found = panels.conversations(
        circle.ids(customer.pk),
        agent=request.user,
        before=cursors.read(before),
        most=PAST_PAGE + 1,
    )
    past = found[:PAST_PAGE]
    more = cursors.write(past[-1].last_message_at, past[-1].pk) if len(found) > PAST_PAGE else ""
    return {"past": past, "past_more": more}


def _conflict(current: Customer) -> str:
    """Say who was quicker, and what stands there now."""
    entry = profiles.last_rename(current)
    name = naming.customer_name(current)
    about = {"name": name, "to": josa(name, "으로/로")}
    if entry and entry.agent:
        about["who"] = entry.agent.name
        return (
            _("그사이 %(who)s 님이 이름을 “%(name)s”%(to)s 바꿨어요. 다시 저장하면 덮어써요.")
            % about
        )
    return _("그사이 이름이 “%(name)s”%(to)s 바뀌었어요. 다시 저장하면 덮어써요.") % about


def _named_conversation(request: AgentRequest) -> str:
    value = request.GET.get("conversation", "")
    return value if _is_uuid(value) else ""


def _back(request: AgentRequest, otherwise: str) -> str:
    value = request.POST.get("conversation", "")
    return reverse("desk:conversation", args=[value]) if _is_uuid(value) else otherwise


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
