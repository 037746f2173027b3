"""All files of a conversation, and of a person."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from majung.accounts import audit
from majung.customers import circle
from majung.customers.queries import standing
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import gallery, visible
from majung.web.agent.followed import followed
from majung.web.live_page import page_live
from majung.web.middleware import is_scripted


@require_safe
@never_cache
@agent_required
def of_conversation(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show the files of a conversation, with ``of=customer`` of its person; a part to a script.

    ``kind`` and ``before`` ask for what follows a cursor, of pictures or other files.
    """
    live = page_live([f"conversation:{public_id}"])
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation, by=request.user)
    if request.GET.get("of") == "customer":
        person = standing(conversation.customer).pk
        return _of_person(request, person, conversation=conversation, files_live=live)
    pieces = [
        gallery.of_conversation(conversation, kind=kind, before=request.GET.get("before", ""))
        for kind in _kinds(request)
    ]
    path = reverse("desk:files", args=[public_id])
    context = {
        "conversation": conversation,
        "of": "talk",
        "more": f"{path}?of=talk",
        "files_live": live,
    }
    return _answer(request, pieces, context)


@require_safe
@never_cache
@agent_required
def of_customer(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show the files of a person."""
    customer = visible.person(request.user, public_id)
    audit.read(obj=customer, by=request.user)
    person = followed(customer, agent=request.user)
    path = reverse("desk:customer_files", args=[person.customer.public_id])
    about = {"customer": person.customer, "files_live": person.live, "more": f"{path}?"}
    return _of_person(request, person.customer.pk, **about)


def _of_person(request: AgentRequest, person_id: int, **context: Any) -> HttpResponse:
    members = circle.ids(person_id)
    pieces = [
        gallery.of_person(
            members, agent=request.user, kind=kind, before=request.GET.get("before", "")
        )
        for kind in _kinds(request)
    ]
    if talk := context.get("conversation"):
        context["more"] = f"{reverse('desk:files', args=[talk.public_id])}?of=customer"
    return _answer(request, pieces, {"of": "customer", **context})


def _answer(
    request: AgentRequest, pieces: list[gallery.Piece], context: dict[str, Any]
) -> HttpResponse:
    if len(pieces) == 1:
        return render(
            request, f"desk/gallery_{pieces[0].kind}.html", {**context, "piece": pieces[0]}
        )
    pictures, files = pieces
    context |= {"pictures": pictures, "files": files}
    if is_scripted(request):
        return render(request, "desk/gallery.html", context)
    page = {"part": "desk/gallery.html", "title": _("파일")}
    return render(request, "desk/part_page.html", {**context, **page})


def _kinds(request: AgentRequest) -> tuple[str, ...]:
    kind = request.GET.get("kind", "")
    return (kind,) if kind in gallery.KINDS else gallery.KINDS
