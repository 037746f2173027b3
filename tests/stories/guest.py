"""A customer without a browser: speaks what the widget's frame speaks, its HTTP API."""

from typing import Any
from uuid import uuid4

import httpx

from tests.servers import wait_until
from tests.stories import seed
from tests.stories.shop import token


class Guest:
    """One of a crowd, signed in at the shop under a name of their own."""

    def __init__(self, majung: str, member: str, name: str) -> None:
        self.name = name
        self._http = httpx.Client(base_url=f"{majung}/widget/{seed.WIDGET}", timeout=20)
        begun = self._ask(
            "POST", "session", locale="ko", identity=token(member, name=name, jti=str(uuid4()))
        )
        self._http.headers["Authorization"] = f"Bearer {begun['token']}"

    def writes(self, text: str) -> None:
        self._ask("POST", "messages", key=str(uuid4()), text=text)

    @property
    def told(self) -> list[str]:
        """What people answered, in the order of the screen; what the brand says itself is not."""
        said = self._ask("GET", "messages")["messages"]
        return [one["text"] for one in said if one["from"] == "agent" and not one["automatic"]]

    def hears(self, *told: str) -> None:
        """Wait for an answer; what was answered is this and nothing else."""
        wait_until(lambda: self.told != [], what=f"{self.name} is answered")
        assert self.told == list(told)

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, **body: object) -> dict[str, Any]:
        answer = self._http.request(method, f"/{path}", json=body or None)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told
