"""The people who work here: taken on, given a role, and let go."""

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from majung.accounts import audit
from majung.accounts.events import AgentDeactivated
from majung.accounts.models import Agent, Team
from majung.core.events import publish


class EmailTaken(Exception):
    """Somebody here has this address already."""


class LastAdmin(Exception):
    """Nobody would be left who can run the place."""


def create(
    *,
    email: str,
    name: str,
    password: str,
    role: str = Agent.Role.AGENT,
    teams: Sequence[Team] = (),
    locale: str = "ko",
    by: Agent | None = None,
) -> Agent:
    """Take somebody on.

    Raises:
        EmailTaken: the address is somebody's already, whether active or not.
        django.core.exceptions.ValidationError: the password is too easy to guess.
    """
    email = spelled(email)
    validate_password(password, Agent(email=email, name=name))
    with transaction.atomic():
        try:
            with transaction.atomic():
                agent = Agent.objects.create_user(
                    email=email, password=password, name=name.strip(), role=role, locale=locale
                )
        except IntegrityError as error:
            raise EmailTaken from error
        agent.teams.set(teams)
        audit.record(action="agent_made", obj=agent, by=by or agent, details={"role": role})
    return agent


def seeing() -> QuerySet[Agent]:
    """Return who sees conversations at all: admins, and members of a team that has a brand."""
    works = Q(teams__deleted_at=None, teams__brands__deleted_at=None, teams__brands__isnull=False)
    return Agent.objects.filter(Q(role=Agent.Role.ADMIN) | works).distinct()


def change_role(*, agent: Agent, role: str, by: Agent) -> bool:
    """Give an agent another role; ``False`` when it was theirs already.

    Raises:
        LastAdmin: the only active admin cannot become something else.
    """
    with transaction.atomic():
        locked = _locked(agent)
        if locked.role == role:
            return False
        if locked.is_admin and locked.is_active:
            _keep_one_admin(without=locked)
        before, locked.role = locked.role, role
        locked.save(update_fields=["role"])
        details = {"before": before, "after": role}
        audit.record(action="role_changed", obj=locked, by=by, details=details)
    agent.role = role
    return True


def deactivate(*, agent: Agent, by: Agent) -> bool:
    """Let an agent go: signed out everywhere, their conversations handed back.

    Returns ``False`` when they were let go before.

    Raises:
        LastAdmin: the only active admin cannot go.
    """
    with transaction.atomic():
        locked = _locked(agent)
        if not locked.is_active:
            return False
        if locked.is_admin:
            _keep_one_admin(without=locked)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        audit.record(action="agent_deactivated", obj=locked, by=by)
        publish(AgentDeactivated(agent_id=locked.pk, by_id=by.pk))
    agent.is_active = False
    return True


def reactivate(*, agent: Agent, by: Agent) -> bool:
    """Take a former agent back with the role and teams they had; ``False`` when not needed."""
    with transaction.atomic():
        back = Agent.objects.filter(pk=agent.pk, is_active=False).update(is_active=True)
        if back:
            audit.record(action="agent_reactivated", obj=agent, by=by)
    agent.is_active = True
    return bool(back)


def password_token(*, agent: Agent, by: Agent) -> str:
    """Return the word for a link under which the agent chooses a new password.

    Good once, for ``PASSWORD_RESET_TIMEOUT`` seconds, and only until the next sign-in.
    """
    audit.record(action="password_link_made", obj=agent, by=by)
    return default_token_generator.make_token(agent)


def is_password_token(*, agent: Agent, token: str) -> bool:
    """Say whether the link still opens."""
    return agent.is_active and default_token_generator.check_token(agent, token)


def choose_password(*, agent: Agent, token: str, password: str) -> bool:
    """Set a new password by a link; ``False`` when the link opens nothing (any more).

    Raises:
        django.core.exceptions.ValidationError: the password is too easy to guess.
    """
    with transaction.atomic():
        locked = Agent.objects.select_for_update().get(pk=agent.pk)
        if not is_password_token(agent=locked, token=token):
            return False
        validate_password(password, locked)
        locked.set_password(password)
        locked.save(update_fields=["password"])
        audit.record(action="password_chosen", obj=locked, by=locked)
    return True


def spelled(email: str) -> str:
    """Return the one spelling under which an address is kept."""
    return Agent.objects.normalize_email(email.strip()).lower()


def _locked(agent: Agent) -> Agent:
    """Lock every active admin, always in the same order, then the agent.

    Two admins who let each other go at the same moment wait for one another here.
    """
    admins = Agent.objects.active().filter(role=Agent.Role.ADMIN)
    list(admins.select_for_update().order_by("pk").values_list("pk"))
    return Agent.objects.select_for_update().get(pk=agent.pk)


def _keep_one_admin(*, without: Agent) -> None:
    others = Agent.objects.active().filter(role=Agent.Role.ADMIN).exclude(pk=without.pk)
    if not others.exists():
        raise LastAdmin
