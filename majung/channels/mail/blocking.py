"""Whose mail is set aside for a brand: addresses, and whole domains as ``@domain``."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from majung.accounts import audit
from majung.accounts.models import Agent, Brand
from majung.channels.models import BlockedSender, MailAddress
from majung.core import clock
from majung.customers import normal


class CannotBlock(Exception):
    """It is no address, or one of ours; the text says so, for a person to read."""


def pattern(text: str) -> str:
    """Return the one spelling of an address or a domain (``@shop.example``).

    Raises:
        CannotBlock: it is neither.
    """
    bare = text.strip()
    domain = bare.removeprefix("@") if "@" not in bare.removeprefix("@") else ""
    try:
        spelled = normal.address("email", f"somebody@{domain}" if domain else bare)
    except ValueError as error:
        msg = _("메일 주소나 @shop.example 같은 도메인을 적어 주세요.")
        raise CannotBlock(msg) from error
    return "@" + spelled.rpartition("@")[2] if domain else spelled


def block(*, brand: Brand, text: str, by: Agent) -> bool:
    """Set aside what comes from an address or domain from now on; ``False`` if it was so before.

    Raises:
        CannotBlock: it is neither an address nor a domain, or it is ours.
    """
    spelled = pattern(text)
    ours = MailAddress.objects.filter(inbox__deleted_at=None)
    if ours.filter(address=spelled).exists():
        raise CannotBlock(_("우리 메일함의 주소는 차단할 수 없어요."))
    try:
        with transaction.atomic():
            made = BlockedSender.objects.create(
                brand=brand, pattern=spelled, by=by, created_at=clock.now()
            )
            audit.record(action="sender_blocked", obj=brand, by=by, details={"block": made.pk})
    except IntegrityError:
        return False
    return True


def unblock(*, brand: Brand, spelled: str, by: Agent) -> bool:
    """Let mails in again; ``False`` if they were not blocked."""
    with transaction.atomic():
        rows = BlockedSender.objects.select_for_update().filter(brand=brand, pattern=spelled)
        key = rows.values_list("pk", flat=True).first()
        if key is None:
            return False
        rows.delete()
        audit.record(action="sender_unblocked", obj=brand, by=by, details={"block": key})
    return True


def holding(*, brand: Brand, address: str) -> list[str]:
    """Return what blocks an address: itself, its domain, or both."""
    names = [address, "@" + address.rpartition("@")[2]]
    rows = BlockedSender.objects.filter(brand=brand, pattern__in=names)
    return list(rows.order_by("pk").values_list("pattern", flat=True))
