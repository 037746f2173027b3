"""Invitations: a signed link that makes one agent, once, within a week."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from majung.accounts import agents, audit
from majung.accounts.agents import EmailTaken
from majung.accounts.models import Agent, Invitation, Team
from majung.core import clock

GOOD_FOR: Final = timedelta(days=7)
_SALT: Final = "majung.invitation"


class Refused(Exception):
    """The link opens nothing: ``code`` is forged, expired, used or withdrawn."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AlreadyInvited(Exception):
    """An open invitation to this address exists; ``invitation`` is it."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(str(invitation.public_id))
        self.invitation = invitation


def invite(
    *, email: str, name: str, role: str, by: Agent, teams: Sequence[Team] = ()
) -> Invitation:
    """Offer somebody to join; ``token`` makes the link to hand over.

    Raises:
        EmailTaken: an agent has this address already.
        AlreadyInvited: there is an open invitation to it.
    """
    email, now = agents.spelled(email), clock.now()
    if Agent.objects.filter(email=email).exists():
        raise EmailTaken
    try:
        with transaction.atomic():
            _close_expired(email)
            invitation = Invitation.objects.create(
                email=email,
                name=name.strip(),
                role=role,
                invited_by=by,
                created_at=now,
                expires_at=now + GOOD_FOR,
            )
            invitation.teams.set(teams)
            audit.record(action="agent_invited", obj=invitation, by=by, details={"role": role})
    except IntegrityError as error:
        known = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
        raise AlreadyInvited(known.get()) from error
    return invitation


def open_ones() -> QuerySet[Invitation]:
    """Return the invitations that nobody has accepted or withdrawn, expired ones too."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def withdraw(*, invitation: Invitation, by: Agent) -> bool:
    """Take an invitation back; ``False`` when it was used or withdrawn before."""
    with transaction.atomic():
        gone = open_ones().filter(pk=invitation.pk).update(withdrawn_at=clock.now())
        if gone:
            audit.record(action="invitation_withdrawn", obj=invitation, by=by)
    return bool(gone)


def token(invitation: Invitation) -> str:
    """Return the signed word that the link carries."""
    return signing.dumps(str(invitation.public_id), salt=_SALT)


def read(token: str) -> Invitation:
    """Return the invitation that a link stands for.

    Raises:
        Refused: forged, expired, used or withdrawn.
    """
    try:
        public_id = UUID(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError) as error:
        raise Refused("forged") from error
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        raise Refused("forged")
    if invitation.accepted_at:
        raise Refused("used")
    if invitation.withdrawn_at:
        raise Refused("withdrawn")
    if invitation.expires_at <= clock.now():
        raise Refused("expired")
    return invitation


def accept(*, token: str, name: str, password: str, locale: str = "ko") -> Agent:
    """Join by a link: of any number who try at once, exactly one becomes the agent.

    Raises:
        Refused: the link opens nothing (any more).
        EmailTaken: somebody took the address on another way.
        django.core.exceptions.ValidationError: the password is too easy to guess.
    """
    invitation = read(token)
    with transaction.atomic():
        now = clock.now()
        won = open_ones().filter(pk=invitation.pk, expires_at__gt=now).update(accepted_at=now)
        if not won:
            raise Refused("used")
        agent = agents.create(
            email=invitation.email,
            name=name,
            password=password,
            role=invitation.role,
            teams=list(invitation.teams.filter(deleted_at=None)),
            locale=locale,
        )
        audit.record(action="invitation_accepted", obj=invitation, by=agent)
    return agent


def _close_expired(email: str) -> None:
    now = clock.now()
    open_ones().filter(email=email, expires_at__lte=now).update(withdrawn_at=now)
