"""The chat widget passes the suite."""

import json
from datetime import datetime
from io import BytesIO

from majung.channels import receipts, sessions
from majung.channels.conformance import Conformance, Said, Told, Vendor, not_applicable
from majung.channels.contract import Address, RawItem
from majung.channels.models import WidgetSession
from majung.conversations import uploads
from majung.conversations.models import Message
from majung.core import clock


class Browsers(Vendor):
    """The customers' browsers: each has a session, puts its files up before, and fetches replies."""

    kind = "webchat"
    serves = False
    attaches = False

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, WidgetSession] = {}

    def session(self, sender: str) -> WidgetSession:
        if sender not in self.sessions:
            self.sessions[sender] = sessions.begin(inbox=self.inbox, locale="ko")[0]
        return self.sessions[sender]

    def address(self, sender: str) -> Address:
        visitor = self.session(sender).visitor
        return Address(kind=visitor.kind, scope=visitor.scope, address=visitor.address)

    def message(self, said: Said, **more: object) -> Told:
        session = self.session(said.sender)
        owner, who = f"session:{session.public_id}", session.visitor
        put = [uploads.put(stream=BytesIO(f.content), name=f.name, owner=owner) for f in said.files]
        body = {
            "key": said.id,
            "text": said.text,
            "files": [str(each.public_id) for each in put],
            "sent_at": said.at.isoformat(),
            **more,
        }
        return RawItem(
            external_id=f"{session.public_id}:{said.id}",
            sender=f"{who.kind}:{who.scope}:{who.address}",
            raw=json.dumps(body).encode(),
            headers={"uploader": owner},
            received_at=clock.now(),
        )

    def with_unknown_fields(self, said: Said) -> Told:
        return self.message(said, mood={"bright": [1]}, about={"shoe": 41}, page={"title": 3})

    def receipt(self, *, reply: Message, external_id: str, state: str, at: datetime) -> None:
        """Browsers say up to which reply they have shown."""
        told = {"delivered": None, "read": None, state: reply.public_id}
        receipts.acknowledge(
            session=self.session("haneul"), delivered=told["delivered"], read=told["read"]
        )


class TestWebchat(Conformance):
    vendor = Browsers


def test_what_a_chat_cannot_do() -> None:
    reasons = set(not_applicable(Browsers).values())
    assert reasons == {
        "nobody calls it",
        "files are put up before the message, and refused there",
        "it tells of no edits",
        "it tells of no deletions",
        "it tells of no echoes",
        "it calls nobody: what it sends is fetched",
        "long texts are refused",
        "it takes files",
        "it takes files of every type",
        "it may be written to at any time",
    }
