"""A channel whose vendor's items cannot be read until the file named by its "cure" header is there.

As when an adapter meets a new kind of item, and the next release can read it.
"""

from pathlib import Path

from majung.channels.contract import (
    Accepted,
    Account,
    Address,
    Answer,
    Capabilities,
    Context,
    Outgoing,
    Parsed,
    RawItem,
    Unreadable,
)

CAPABILITIES = Capabilities(name="시험 채널", max_text=200)


def parse(item: RawItem, account: Account) -> Parsed:
    if not Path(item.headers["cure"]).exists():
        raise Unreadable("new_kind", "처음 보는 형식이에요.")
    return Parsed(sender=Address(kind="phone", address=item.sender), text=item.raw.decode())


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    return Accepted(message.key)
