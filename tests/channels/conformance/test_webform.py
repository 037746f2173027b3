"""The contact form passes the suite."""

import json
from datetime import datetime
from io import BytesIO

from majung.channels import receipts
from majung.channels.conformance import Conformance, Said, Told, Vendor
from majung.channels.contract import Address, RawItem
from majung.conversations import uploads
from majung.conversations.models import Message
from majung.core import clock


class Pages(Vendor):
    """Pages of the form: each is sent once, its files with it, and answers stand on a page."""

    kind = "webform"
    serves = False
    attaches = False

    def address(self, sender: str) -> Address:
        return Address(kind="visitor", scope="form", address=sender)

    def message(self, said: Said, **more: object) -> Told:
        owner = f"form:{said.id}"
        put = [uploads.put(stream=BytesIO(f.content), name=f.name, owner=owner) for f in said.files]
        fields = {
            "text": said.text,
            "name": said.name,
            "email": "haneul@mail.test",
            "files": [str(each.public_id) for each in put],
            **more,
        }
        return RawItem(
            external_id=f"form:{said.id}",
            sender=f"visitor:form:{said.sender}",
            raw=json.dumps(fields, ensure_ascii=False).encode(),
            headers={"uploader": owner},
            received_at=clock.now(),
        )

    def with_unknown_fields(self, said: Said) -> Told:
        return self.message(said, mood={"bright": [1]}, hidden=None)

    def receipt(self, *, reply: Message, external_id: str, state: str, at: datetime) -> None:
        """A customer who opens the page has read what stands there."""
        if reply.pk and state == "read":
            receipts.opened(conversation=reply.conversation)


class TestWebform(Conformance):
    vendor = Pages
