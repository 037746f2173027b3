"""Channels of other packages: found, and named when something is wrong with them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from majung.accounts.models import Brand
from majung.channels import inbound, registry
from majung.channels.models import InboundDelivery
from majung.conversations.models import Conversation, Inbox
from majung.core import checks
from tests import factories

GOOD = """
from majung.channels.contract import Accepted, Address, Capabilities, Parsed

CAPABILITIES = Capabilities(name="깃발", max_text=20)

def parse(item, account):
    return Parsed(sender=Address(kind="phone", address=item.sender), text=item.raw.decode())

def send(message, account, context):
    return Accepted(message.key)
"""
WRONG = {
    "broken": ("raise RuntimeError('no such licence')\n", "does not load: RuntimeError: no such licence"),
    "empty": ("\n", "lacks CAPABILITIES"),
    "mute": (GOOD.replace("def send", "def sends"), "lacks send()"),
    "deaf": (GOOD.replace("max_text=20", "max_text=20, webhook=True"), "lacks verify(), receive()"),
    "lazy": (GOOD.replace("max_text=20", "max_text=20, pulls=True"), "lacks pull()"),
    "vague": (
        GOOD.replace("max_text=20", "max_text=20, reconciles=True, fetches=True"),
        "lacks reconcile(), fetch()",
    ),
    "asking": (GOOD + "\nSETTINGS = ['token']\n", "lacks SETTINGS of"),
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path; ``install`` makes packages in it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if name.startswith("plugged_"):
            del sys.modules[name]
    registry.plugged_in.cache_clear()
    registry.adapter.cache_clear()


def install(folder: Path, **sources: str) -> None:
    """Write modules and what an installer notes of their entry points."""
    info = folder / "plugged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    points = [f"{kind} = plugged_{kind}" for kind in sources]
    (info / "entry_points.txt").write_text("\n".join(["[majung.channels]", *points]) + "\n")
    for kind, source in sources.items():
        (folder / f"plugged_{kind}.py").write_text(source)
    registry.plugged_in.cache_clear()
    registry.adapter.cache_clear()


def told() -> str:
    return "\n".join(str(finding) for finding in checks.run_all())


def test_an_installed_package_is_a_channel(package: Path, brand: Brand) -> None:
    install(package, flag=GOOD)
    assert "flag" in registry.kinds()
    assert dict(registry.troubles()) == {}
    assert "Channel" not in told()
    inbox = Inbox.objects.create(kind="flag", brand=brand, name="깃발")
    row = inbound.accept(
        inbox_id=inbox.pk,
        external_id="1",
        sender="+821000001234",
        raw="왔어요".encode(),
        headers={},
    )
    inbound.process(delivery_id=row)
    assert Conversation.objects.get().inbox == inbox


@pytest.mark.django_db
@pytest.mark.parametrize("kind", WRONG)
def test_check_names_what_is_wrong_with_a_package(package: Path, kind: str) -> None:
    source, words = WRONG[kind]
    install(package, flag=GOOD, **{kind: source})
    troubles = dict(registry.troubles())
    assert set(troubles) == {kind}
    assert words in troubles[kind]
    assert f"Channel {kind}: plugged_{kind} {words}" in told()


def test_a_package_cannot_take_the_place_of_our_own(package: Path) -> None:
    install(package, email=GOOD)
    assert registry.kinds()["email"] == registry.BUILT_IN["email"]
    assert "of Majung's own" in dict(registry.troubles())["email"]


def test_a_package_that_does_not_load_breaks_nothing_else(
    package: Path, brand: Brand, desk: Client, admin_desk: Client
) -> None:
    """Its inbox and what came by it are still there, under the bare name of their kind."""
    install(package, broken=WRONG["broken"][0])
    inbox = Inbox.objects.create(kind="broken", brand=brand, name="고장")
    talk = factories.conversation(inbox, factories.customer())
    for path in ("/desk/", f"/desk/c/{talk.public_id}/"):
        assert desk.get(path, follow=True).status_code == 200
    for path in ("/setup/", "/setup/channels/", "/setup/ledger/"):
        assert admin_desk.get(path, follow=True).status_code == 200
    assert (
        desk.post(f"/hooks/{inbox.key}", b"{}", content_type="application/json").status_code == 500
    )
    row = inbound.accept(inbox_id=inbox.pk, external_id="1", sender="x", raw=b"{}", headers={})
    assert inbound.process_each([row]) == 0
    assert InboundDelivery.objects.get().reason == "error"


def test_a_channel_that_is_gone_is_named_while_inboxes_use_it(brand: Brand) -> None:
    Inbox.objects.create(kind="smoke", brand=brand, name="연기")
    assert "Channel smoke: inboxes use it, and it is not installed." in told()


def test_a_module_of_the_settings_is_checked_too(
    package: Path, db: None, settings: Settings
) -> None:
    install(package)
    (package / "plugged_mine.py").write_text(WRONG["mute"][0])
    settings.MAJUNG_CHANNELS = {"mine": "plugged_mine"}
    assert "Channel mine: plugged_mine lacks send()" in told()
