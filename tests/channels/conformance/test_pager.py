"""The pager of the tests, which promises nothing, passes the suite."""

import json
from typing import Any

from majung.channels.conformance import Arrived, Call, Conformance, Said, Told, Vendor
from majung.channels.contract import Address, HttpAnswer, RawItem
from majung.core import clock


class Paging(Vendor):
    kind = "pager"
    config = {"url": "https://pager.example/send"}

    def address(self, sender: str) -> Address:
        return Address(kind="phone", address="+82100000" + str(len(sender)).zfill(4))

    def message(self, said: Said, **more: Any) -> Told:
        return RawItem(
            external_id=said.id,
            sender=self.address(said.sender).address,
            raw=json.dumps({"text": said.text, **more}).encode(),
            headers={},
            received_at=clock.now(),
        )

    def with_unknown_fields(self, said: Said) -> Told:
        return self.message(said, tone=3)

    def answer(self, call: Call) -> HttpAnswer:
        name = f"p-{len(self.arrived)}"
        self.arrived.append(Arrived(id=name, text=call.json["text"]))
        return HttpAnswer(status=200, headers={}, body=name.encode())

    def refusal(self) -> HttpAnswer:
        return HttpAnswer(status=400, headers={}, body=b"number not in use")


class TestPager(Conformance):
    vendor = Paging
