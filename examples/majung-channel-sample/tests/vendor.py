"""참새톡 itself, as the tests play it."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from majung.channels.conformance import Arrived, Call, File, Said, Told, Vendor
from majung.channels.contract import HttpAnswer, Request
from majung.conversations.models import Message
from majung.core import clock

URL = "https://api.sparrow.example"


class Sparrow(Vendor):
    kind = "sparrow"
    config = {"url": URL}
    secrets = {"token": "spw-token-5f1c", "signing_key": "spw-key-91aa"}

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, File] = {}
        self.keys: dict[str, str] = {}  # of messages, by our key

    # What it tells

    def message(self, said: Said) -> Told:
        return self.call("message", said.at, message=self._said(said))

    def with_unknown_fields(self, said: Said) -> Told:
        message = {**self._said(said), "mood": {"bright": [1, 2]}, "thread": None}
        return self.call("message", said.at, message=message, shard=7)

    def unknown_event(self) -> Told:
        return self.call("message.danced", clock.now(), message={"id": "m-1", "to": "haneul"})

    def edited(self, *, external_id: str, text: str, at: datetime) -> Told:
        return self.call("message.edited", at, message={"id": external_id, "text": text})

    def deleted(self, *, external_id: str, at: datetime) -> Told:
        return self.call("message.deleted", at, message={"id": external_id})

    def echo(self, *, external_id: str, key: str, sender: str, text: str, at: datetime) -> Told:
        message = {"id": external_id, "to": sender, "text": text, **({"key": key} if key else {})}
        return self.call("message.echo", at, message=message)

    def receipt(self, *, reply: Message, external_id: str, state: str, at: datetime) -> Told:
        return self.call("message.receipt", at, message={"id": external_id}, state=state)

    def together(self, told: list[Told]) -> Told:
        calls = [each for each in told if isinstance(each, Request)]
        events = [event for call in calls for event in json.loads(call.body)["events"]]
        return self.sign(json.dumps({"events": events}).encode(), at=clock.now())

    def call(self, kind: str, at: datetime, **fields: Any) -> Request:
        event = {"id": uuid4().hex, "type": kind, "at": at.isoformat(), **fields}
        body = json.dumps({"events": [event]}, ensure_ascii=False).encode()
        return self.sign(body, at=clock.now())

    def sign(self, body: bytes, *, at: datetime) -> Request:
        time = int(at.timestamp())
        made = hmac.new(
            self.secrets["signing_key"].encode(), f"{time}.".encode() + body, hashlib.sha256
        )
        return Request(
            method="POST",
            query={},
            headers={
                "content-type": "application/json",
                "x-sparrow-signature": f"t={time},v1={made.hexdigest()}",
            },
            body=body,
            remote="127.0.0.1",
            received_at=clock.now(),
        )

    def _said(self, said: Said) -> dict[str, Any]:
        files = []
        for file in said.files:
            name = uuid4().hex
            self.files[name] = file
            files.append({"id": name, "name": file.name, "type": file.type})
        return {
            "id": said.id,
            "from": said.sender,
            "name": said.name,
            "text": said.text,
            "files": files,
        }

    # How it answers

    def answer(self, call: Call) -> HttpAnswer:
        address = urlsplit(call.url)
        assert call.headers["authorization"] == f"Bearer {self.secrets['token']}"
        match call.method, address.path.split("/")[2:]:
            case "POST", ["messages"]:
                return self._take(call.json)
            case "GET", ["messages"]:
                name = self.keys.get(parse_qs(address.query)["key"][0])
                return said({"messages": [{"id": name}] if name else []})
            case "POST", ["files"]:
                name = uuid4().hex
                self.files[name] = File(
                    name=unquote(call.headers["x-file-name"]),
                    type=call.headers["content-type"],
                    content=call.content or b"",
                )
                return said({"id": name})
            case "GET", ["files", name]:
                file = self.files.get(name)
                return HttpAnswer(
                    status=200 if file else 404, headers={}, body=file.content if file else b""
                )
        raise AssertionError(call)

    def refusal(self) -> HttpAnswer:
        return said({"error": "no such user"}, status=404)

    def _take(self, body: dict[str, Any]) -> HttpAnswer:
        name = uuid4().hex
        self.keys[body["key"]] = name
        files = tuple(self.files[each] for each in body["files"])
        self.arrived.append(Arrived(id=name, text=body["text"], files=files))
        return said({"id": name})


def said(body: dict[str, Any], *, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status=status, headers={}, body=json.dumps(body).encode())
