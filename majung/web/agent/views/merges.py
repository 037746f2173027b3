"""Two profiles, one person: seen side by side, joined and parted by an agent."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import audit
from majung.customers import merge as merging
from majung.customers.models import Customer, Merge
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, joining, visible


@require_safe
@never_cache
@agent_required
def preview(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show this customer and ``other`` side by side, and as one; ``stands`` is who stands for both."""
    customer = visible.person(request.user, public_id)
    other = visible.person(request.user, _named(request.GET.get("other", "")))
    context: dict[str, Any] = {
        "customer": customer,
        "other": other,
        "conversation": _conversation(request.GET.get("conversation", "")),
    }
    if customer != other:
        for one in (customer, other):
            audit.read(obj=one, by=request.user)
        wanted = request.GET.get("stands", "")
        stands = next((one for one in (customer, other) if str(one.public_id) == wanted), None)
        context["preview"] = joining.preview(customer, other, agent=request.user, stands=stands)
    return render(request, "desk/merge.html", context)


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Join ``other`` to this customer, who then stands for both, unless they changed since ``seen``."""
    customer = visible.person(request.user, public_id)
    back = _back(request, customer)
    try:
        other = visible.person(request.user, UUID(request.POST.get("other", "")))
    except ValueError:
        return answers.refused(request, _("합칠 고객을 골라 주세요."), back=back, status=422)
    if customer == other:
        return answers.refused(request, _("이미 한 고객이에요."), back=back)
    try:
        merge = merging.merge(
            winner_id=customer.pk,
            loser_id=other.pk,
            evidence=Merge.Evidence.AGENT,
            by=request.user,
            seen=request.POST.get("seen", ""),
        )
    except merging.CannotMerge as error:
        return answers.refused(request, str(error), back=_again(request, customer, other))
    return answers.done(
        request,
        _("%(name)s 님과 합쳤어요") % {"name": naming.customer_name(other)},
        back=back,
        undo=reverse("desk:merge_undoing", args=[merge.public_id]),
    )


@require_POST
@agent_required
def undo(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take a merge back; messages go with the person whose addresses they came from."""
    merge = get_object_or_404(Merge.objects.select_related("winner"), public_id=public_id)
    customer = visible.person(request.user, merge.winner.public_id)
    back = _back(request, customer)
    try:
        merging.undo(merge=merge, by=request.user)
    except merging.CannotMerge as error:
        return answers.refused(request, str(error), back=back)
    return answers.done(request, _("합치기를 되돌렸어요"), back=back)


def _named(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _conversation(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(request: AgentRequest, customer: Customer) -> str:
    """Return the conversation that one came from, if the form named one, else the customer."""
    if conversation := _conversation(request.POST.get("conversation", "")):
        return reverse("desk:conversation", args=[conversation])
    return reverse("desk:customer", args=[customer.public_id])


def _again(request: AgentRequest, customer: Customer, other: Customer) -> str:
    """Return the page that shows the two as they are now."""
    about = {"other": other.public_id}
    if conversation := _conversation(request.POST.get("conversation", "")):
        about["conversation"] = conversation
    return f"{reverse('desk:customer_joining', args=[customer.public_id])}?{urlencode(about)}"
