"""The code we give to those who sign their members in is run, and what it makes is accepted."""

import subprocess
from types import SimpleNamespace

import pytest

from majung.accounts.models import Agent
from majung.channels import identity_tokens
from majung.conversations import inboxes
from majung.conversations.models import Inbox
from majung.web.setup.examples import examples
from tests.conftest import missing
from tests.servers import ServerMissingError, find_program

USER = SimpleNamespace(id=7, name="김하늘", email="haneul@shop.test")


@pytest.fixture
def secret(widget: Inbox, admin: Agent) -> str:
    return inboxes.make_secret(inbox=widget, by=admin)


def code(widget: Inbox, language: str) -> str:
    return next(each.code for each in examples(widget.key) if each.language == language)


def program(name: str) -> str:
    try:
        return str(find_program(name))
    except ServerMissingError as error:
        missing(str(error))


def is_accepted(widget: Inbox, token: str) -> None:
    member = identity_tokens.verify(token=token, inbox=widget)
    assert (member.id, member.name, member.email) == ("7", "김하늘", "haneul@shop.test")


def test_the_python_code_signs(widget: Inbox, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAJUNG_IDENTITY_SECRET", secret)
    names: dict[str, object] = {}
    exec(code(widget, "Python"), names)
    is_accepted(widget, names["majung_token"](USER))  # type: ignore[operator]


def test_the_node_code_signs(widget: Inbox, secret: str) -> None:
    call = 'console.log(majungToken({id: 7, name: "김하늘", email: "haneul@shop.test"}));'
    done = subprocess.run(
        [program("node"), "-e", code(widget, "Node.js") + call],
        env={"MAJUNG_IDENTITY_SECRET": secret},
        capture_output=True,
        text=True,
        check=True,
    )
    is_accepted(widget, done.stdout.strip())
