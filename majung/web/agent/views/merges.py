"""Two profiles, one person: joined and parted by an agent."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.customers import merge as merging
from majung.customers.models import Merge
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Join ``other`` to this customer, who then stands for both."""
    customer = visible.person(request.user, public_id)
    back = _back(request, reverse("desk:customer", args=[customer.public_id]))
    try:
        other = visible.person(request.user, UUID(request.POST.get("other", "")))
        merge = merging.merge(
            winner_id=customer.pk,
            loser_id=other.pk,
            evidence=Merge.Evidence.AGENT,
            by=request.user,
        )
    except ValueError:
        return answers.refused(request, _("합칠 고객을 골라 주세요."), back=back, status=422)
    except merging.CannotMerge as error:
        return answers.refused(request, str(error), back=back)
    return answers.done(
        request,
        _("%(name)s 님과 합쳤어요") % {"name": naming.customer_name(customer)},
        back=back,
        undo=reverse("desk:merge_undoing", args=[merge.public_id]),
    )


@require_POST
@agent_required
def undo(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take a merge back; messages go with the person whose addresses they came from."""
    merge = get_object_or_404(Merge.objects.select_related("winner"), public_id=public_id)
    customer = visible.person(request.user, merge.winner.public_id)
    back = _back(request, reverse("desk:customer", args=[customer.public_id]))
    try:
        merging.undo(merge=merge, by=request.user)
    except merging.CannotMerge as error:
        return answers.refused(request, str(error), back=back)
    return answers.done(request, _("합치기를 되돌렸어요"), back=back)


def _back(request: AgentRequest, otherwise: str) -> str:
    """Return the conversation that one came from, if the form named a visible one."""
    try:
        public_id = UUID(request.POST.get("conversation", ""))
    except ValueError:
        return otherwise
    return reverse("desk:conversation", args=[public_id])
