"""The samples of the widget's page make tokens that we accept, in each language there is here."""

import json
import shutil
import subprocess
import sys

import pytest

from majung.channels import identity_tokens
from majung.channels.identity_tokens import Member, Refused
from majung.conversations.models import Inbox
from tests.architecture.source import ROOT
from tests.docs import pages

SECRET = "서명 비밀키: signs members of the shop"
MEMBER = {
    "sub": "member-7",
    "name": "김하늘",
    "email": "haneul@example.com",
    "email_verified": True,
    "phone": "010-1234-4821",
}
# How each language is started, and what prints the token at the end of its sample.
LANGUAGES = {
    "python": (
        [sys.executable, "-c"],
        "import sys\nprint(identity_token(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))",
    ),
    "js": (
        ["node", "-e"],
        "console.log(identityToken(process.argv[1], process.argv[2], JSON.parse(process.argv[3])))",
    ),
    "php": (["php", "-r"], "echo identity_token($argv[1], $argv[2], json_decode($argv[3], true));"),
}
# PHP is on few machines; where it is, its sample is tested too.
HERE = [name for name, (start, _) in LANGUAGES.items() if name != "php" or shutil.which(start[0])]


def sample(language: str) -> str:
    (block,) = [
        block
        for block in pages.blocks(ROOT / "docs/widget.md")
        if block.kind == language and "identity" in block.code
    ]
    return block.code


def token(language: str, inbox: Inbox) -> str:
    start, end = LANGUAGES[language]
    given = [f"{sample(language)}\n{end}", SECRET, inbox.key, json.dumps(MEMBER)]
    # PHP takes what looks like an option for its own.
    command = [*start, given[0], *(["--"] if language == "php" else []), *given[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def signing(widget: Inbox) -> Inbox:
    widget.identity_secret = SECRET
    widget.save(update_fields=["identity_secret"])
    return Inbox.objects.get(pk=widget.pk)


@pytest.mark.parametrize("language", HERE)
def test_the_sample_vouches_for_a_member(signing: Inbox, language: str) -> None:
    found = identity_tokens.verify(token=token(language, signing), inbox=signing)
    assert found == Member(id="member-7", name="김하늘", email="haneul@example.com")


@pytest.mark.parametrize("language", HERE)
def test_the_sample_makes_a_token_for_one_use(signing: Inbox, language: str) -> None:
    first, second = token(language, signing), token(language, signing)
    identity_tokens.verify(token=first, inbox=signing)
    identity_tokens.verify(token=second, inbox=signing)
    with pytest.raises(Refused, match="identity_replayed"):
        identity_tokens.verify(token=first, inbox=signing)
