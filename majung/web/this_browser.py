"""Which push subscription belongs to the browser that asks: kept in its session."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from majung.accounts import push
from majung.accounts.models import Agent, PushSubscription

_KEY: Final = "push"


def remember(request: HttpRequest, subscription: PushSubscription) -> None:
    """Note that this browser is the one that was let in."""
    request.session[_KEY] = str(subscription.public_id)


def is_it(request: HttpRequest, public_id: UUID) -> bool:
    """Say whether a subscription is this browser's."""
    return bool(request.session.get(_KEY) == str(public_id))


def forget(request: HttpRequest) -> bool:
    """Tell the browser no more in which somebody signs out; ``False`` when it was not told."""
    known = request.session.pop(_KEY, "")
    if not known or not isinstance(request.user, Agent):
        return False
    return push.unsubscribe(agent=request.user, public_id=UUID(known))
