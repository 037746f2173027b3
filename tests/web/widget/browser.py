"""A browser that speaks the widget's API, as the front end does, without the front end."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from majung.accounts.models import Agent
from majung.channels import identity_tokens
from majung.channels.identity_tokens import Member
from majung.channels.models import WidgetSession
from majung.conversations.models import Inbox
from majung.customers import merge

SECRET = "a secret of thirty-two characters or more"
HANEUL = Member(id="member-7", name="김하늘", email="haneul@example.com")
YUJIN = Member(id="member-8", name="최유진")

Answer = dict[str, Any]
# Of the test client: it has ``.json()``, which its public type keeps to itself.
Response = Any


def token(inbox: Inbox, member: Member = HANEUL, **options: Any) -> str:
    """What the host page's server signs for its member; the inbox gets its secret."""
    if not inbox.identity_secret:
        inbox.identity_secret = SECRET
        inbox.save(update_fields=["identity_secret"])
    return identity_tokens.issue(inbox=inbox, member=member, **options)


class Browser:
    """One browser on one widget; ``open`` begins or goes on, ``write`` sends a message."""

    def __init__(self, inbox: Inbox, *, token: str = "") -> None:
        self.client = Client()
        self.key = inbox.key
        self.token = token
        self.told: Answer = {}

    def ask(self, path: str, body: object = None, **options: Any) -> Response:
        """POST JSON, or GET when there is no body."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"/widget/{self.key}/{path}"
        if body is None:
            return self.client.get(address, options, headers=headers)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(address, raw, "application/json", headers=headers, **options)

    def open(self, *, identity: str = "", locale: str = "ko") -> Response:
        body = {"locale": locale, **({"identity": identity} if identity else {})}
        answer = self.ask("session", body)
        if answer.status_code == 200:
            self.told = answer.json()
            self.token = self.told["token"]
        return answer

    def write(
        self, text: str, *, key: str = "", files: list[str] | None = None, **more: Any
    ) -> Response:
        body = {"key": key or str(uuid4()), "text": text, "files": files or [], **more}
        return self.ask("messages", body)

    def read(self, **place: str) -> list[Answer]:
        answer = self.ask("messages", **place)
        assert answer.status_code == 200, answer.content.decode()
        found: list[Answer] = answer.json()["messages"]
        return found

    def texts(self) -> list[str]:
        return [message["text"] for message in self.read()]

    def put(self, name: str, content: bytes) -> Response:
        return self.client.post(
            f"/widget/{self.key}/files",
            {"file": SimpleUploadedFile(name, content)},
            headers={"Authorization": f"Bearer {self.token}"},
        )

    @property
    def session(self) -> WidgetSession:
        return WidgetSession.objects.select_related("visitor", "user").get(
            visitor__public_id=self.told["visitor"]
        )


def opened(inbox: Inbox, *, identity: str = "") -> Browser:
    browser = Browser(inbox)
    answer = browser.open(identity=identity)
    assert answer.status_code == 200, answer.content.decode()
    return browser


def joined(inbox: Inbox, *, by: Agent) -> tuple[Browser, Browser]:
    """Two browsers whose profiles an agent has joined: the first one's stands for both."""
    first, second = opened(inbox), opened(inbox)
    merge.merge(
        winner_id=first.session.visitor.customer_id,
        loser_id=second.session.visitor.customer_id,
        evidence="agent",
        by=by,
    )
    return first, second
