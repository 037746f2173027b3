"""Customers and agents over HTTP, who try again with the same key until they are answered."""

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from tests.chaos.book import Book, Replied, Written

PER_SESSION = 40
TIMEOUT = 15
PATIENCE_SECONDS = 5.0
GIVES_UP = 0.01
CONVERSATION = re.compile(r"/desk/c/([0-9a-f-]{36})/")
NOT_A_PAGE = {"Accept": "application/json", "X-Requested-With": "fetch"}


class Place(NamedTuple):
    """Where people go: the addresses of the web processes, the widget, the pager conversations."""

    urls: Sequence[str]
    widget: str
    pagers: Sequence[str]


class Person(Thread, ABC):
    """Acts round after round until ``stop`` is set, and finishes the round it is in."""

    def __init__(self, book: Book, place: Place, *, seed: str) -> None:
        super().__init__(daemon=True, name=seed)
        self.book = book
        self.place = place
        self.chance = random.Random(seed)
        self.stop = Event()
        self.client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.act()
            except Exception as error:  # noqa: BLE001 - told at the end, with who and what
                self.book.complain(f"{self.name}: {error!r}")
                return

    @abstractmethod
    def act(self) -> None:
        """Do one thing, and take a breath."""

    def url(self, path: str) -> str:
        return self.chance.choice(self.place.urls) + path

    def once(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        """Ask once; ``None`` when the connection broke or the server did, or it is too busy."""
        try:
            answer = self.client.request(method, self.url(path), **options)
        except httpx.ConnectError:
            return None  # nobody listens for now
        except httpx.TransportError:
            self.book.note_cut()
            return None
        if answer.status_code == 429:
            wait = float(answer.headers.get("Retry-After", 1))
            self.stop.wait(min(wait, PATIENCE_SECONDS))
            return None
        if answer.status_code >= 500:
            self.book.note_error()
            return None
        return answer

    def until_answered(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask until there is an answer of 2xx or 3xx; anything else must not happen."""
        while True:
            answer = self.once(method, path, **options)
            if answer is not None:
                if answer.status_code >= 400:
                    msg = f"{method} {path}: {answer.status_code} {answer.text[:300]}"
                    raise AssertionError(msg)
                return answer
            self.pause(0.05, 0.3)

    def pause(self, least: float, most: float) -> None:
        # Not on `stop`: who is in the middle of something goes on trying at the same pace.
        Event().wait(self.chance.uniform(least, most))


class Visitor(Person):
    """Writes, sometimes twice at once or the same thing in two tabs, with a file now and then."""

    def __init__(self, book: Book, place: Place, *, seed: str) -> None:
        super().__init__(book, place, seed=seed)
        self.tabs = ThreadPoolExecutor(2)
        self.session = ""
        self.headers: dict[str, str] = {}
        self.sent = 0

    def path(self, name: str) -> str:
        return f"/widget/{self.place.widget}/{name}"

    def act(self) -> None:
        if not self.session or self.sent >= PER_SESSION:
            self.begin()
        keys = [self.compose() for _ in range(self.chance.choice([1, 1, 1, 2]))]
        if self.chance.random() < 0.1:
            keys = [keys[0], keys[0]]
        for tab in [self.tabs.submit(self.write, key) for key in keys]:
            tab.result()
        self.sent += len(keys)
        if self.chance.random() < 0.25:
            self.read()
        self.pause(0.5, 1.5)

    def begin(self) -> None:
        told = self.until_answered("POST", self.path("session"), json={"locale": "ko"}).json()
        self.session, self.sent = told["visitor"], 0
        self.headers = {"Authorization": f"Bearer {told['token']}"}

    def compose(self) -> str:
        key = str(uuid4())
        file = f"{key}.txt" if self.chance.random() < 0.08 else ""
        self.book.written[key] = Written(self.session, f"문의 {key}", file)
        return key

    def write(self, key: str) -> None:
        message = self.book.written[key]
        body: dict[str, Any] = {"key": key, "text": message.text, "files": []}
        if message.file:
            body["files"] = [self.put(message.file)]
        while True:
            answer = self.once("POST", self.path("messages"), json=body, headers=self.headers)
            if answer is not None and answer.is_success:
                message.answered = True
                return
            if answer is not None:
                msg = f"a message was refused: {answer.status_code} {answer.text[:300]}"
                raise AssertionError(msg)
            if self.chance.random() < GIVES_UP:
                return  # closed the page for good
            self.pause(0.1, 0.4)

    def put(self, name: str) -> str:
        files = {"file": (name, name.encode())}
        answer = self.until_answered("POST", self.path("files"), files=files, headers=self.headers)
        return str(answer.json()["id"])

    def read(self) -> None:
        page = self.once("GET", self.path("messages"), headers=self.headers)
        if page is None:
            return
        replies = [each["id"] for each in page.json()["messages"] if each["from"] == "agent"]
        if replies:
            seen = self.chance.choice([{"delivered": replies[-1]}, {"read": replies[-1]}])
            self.once("POST", self.path("receipts"), json=seen, headers=self.headers)

    def history(self) -> list[dict[str, Any]]:
        """Return everything the widget shows of the present session, oldest first."""
        found: list[dict[str, Any]] = []
        place: dict[str, str] = {}
        while True:
            page = self.until_answered(
                "GET", self.path("messages"), headers=self.headers, params=place
            ).json()
            found = [*page["messages"], *found]
            if not page["more"]:
                return found
            place = {"before": found[0]["cursor"]}


class Clerk(Person):
    """An agent who takes the next conversation, answers by chat and pager, and ends some."""

    def __init__(self, book: Book, place: Place, *, seed: str, email: str, password: str) -> None:
        super().__init__(book, place, seed=seed)
        self.email = email
        self.password = password
        self.mine: list[str] = []

    def sign_in(self) -> None:
        self.until_answered("GET", "/accounts/login/")
        form = {"login": self.email, "password": self.password}
        answer = self.until_answered(
            "POST",
            "/accounts/login/",
            data={**form, "csrfmiddlewaretoken": self.client.cookies["csrftoken"]},
        )
        assert answer.status_code == 302, "the sign-in was refused"

    def post(self, path: str, **fields: Any) -> httpx.Response:
        headers = {**NOT_A_PAGE, "X-CSRFToken": self.client.cookies["csrftoken"]}
        return self.until_answered("POST", path, data=fields, headers=headers)

    def act(self) -> None:
        deeds: list[Callable[[], None]] = [self.take, self.answer, self.page, self.close]
        self.chance.choices(deeds, weights=[4, 4, 6, 1])[0]()
        self.pause(0.1, 0.6)

    def take(self) -> None:
        found = CONVERSATION.search(self.post("/desk/next").headers.get("Location", ""))
        if found:
            self.mine.append(found[1])
            with self.book.lock:
                self.book.taken.append((self.email, found[1]))

    def answer(self) -> None:
        if self.mine:
            self.reply(self.chance.choice(self.mine[-10:]))

    def page(self) -> None:
        self.reply(self.chance.choice(self.place.pagers))

    def reply(self, conversation: str) -> None:
        key = str(uuid4())
        reply = self.book.replied[key] = Replied(conversation, f"답장 {key}")
        self.post(f"/desk/c/{conversation}/replies", key=key, text=reply.text, kind="reply")
        reply.answered = True

    def close(self) -> None:
        if self.mine:
            self.post(f"/desk/c/{self.chance.choice(self.mine)}/closure")

    def thread(self, conversation: str) -> str:
        """Return the page that shows a conversation."""
        return self.until_answered("GET", f"/desk/c/{conversation}/").text
