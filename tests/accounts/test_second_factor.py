from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from majung.accounts.models import Agent
from majung.core import secrets

OLD, NEW = "an old key that is long enough now", "a new key that is long enough as well"


def test_rotation_keeps_the_second_factor_usable(agent: Agent, settings: Settings) -> None:
    settings.MAJUNG_SECRET_KEYS = [OLD]
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    row = Authenticator.objects.create(
        user=agent, type=Authenticator.Type.TOTP, data={"secret": sealed}
    )
    settings.MAJUNG_SECRET_KEYS = [NEW, OLD]
    assert secrets.rotate() == 1
    settings.MAJUNG_SECRET_KEYS = [NEW]
    row.refresh_from_db()
    assert get_adapter().decrypt(row.data["secret"]) == "JBSWY3DPEHPK3PXP"
