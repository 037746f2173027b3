"""Signed links to a request: who holds one may read its conversation and answer in it."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from majung.conversations.models import Conversation

_SALT = "majung.request"
LONGEST = 60 * 60 * 24 * 180


class BadLink(Exception):
    """The link is not ours, was changed, or is older than half a year."""


def path(conversation: Conversation) -> str:
    """Return the path of the request's page."""
    token = signing.TimestampSigner(salt=_SALT).sign(conversation.public_id.hex)
    return reverse("form:request", args=[token])


def conversation_id(token: str) -> UUID:
    """Return the public id of the conversation that a link's token stands for.

    Raises:
        BadLink: forged or too old.
    """
    try:
        return UUID(signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LONGEST))
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
