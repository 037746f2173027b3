"""Simulated customers who chat through the real widget API, and colleagues who answer some.

One thread, one heap of what is due next; no customer is a thread. Everything they do goes over
HTTP like a browser's; colleagues use the verbs that the desk uses. A conversation that a person
takes is left to that person: the customer then answers to what they write.
"""

import heapq
import logging
import random
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx  # noqa: TID251 - these customers are browsers, not calls of the product
from django.db import connections

from majung.accounts.models import Agent
from majung.conversations import assignment, lifecycle, replies
from majung.conversations.models import Conversation, Message
from majung.core import clock
from majung.demo import company
from majung.demo.content import ratings
from majung.demo.content.company import BRANDS, PAGE
from majung.demo.content.facts import Person
from majung.demo.content.live import LiveScript, Say, after_answer, after_silence, live_script
from majung.demo.content.people import people

log = logging.getLogger("majung.demo")

LOOK_EVERY = 4.0
ATTENDED = 0.7
MOST_AT_ONCE = 60
KEPT_FREE = "jiwoo.han@example.com"
CROWD = 400
# How many begin with a quick reply, tap one that an agent offers, and say how it was.
CHOOSES, TAPS, RATES = 0.25, 0.7, 0.5


@dataclass(slots=True)
class _Chat:
    """One visitor's chat, and how far it has come."""

    script: LiveScript
    key: str
    token: str
    attended_after: float | None
    opening: list[Say]
    seen: set[str] = field(default_factory=set)
    conversation: Conversation | None = None
    answered: int = 0
    heard: int = 0
    nudged: int = 0
    last_word: float = field(default_factory=monotonic)
    leaving: bool = False


class Visitors:
    """Begins ``per_minute`` chats a minute until stopped."""

    def __init__(self, *, base: str, per_minute: float, seed: int | None = None) -> None:
        self._http = httpx.Client(base_url=base, timeout=20)
        self._between = 60 / per_minute
        self._rng = random.Random(seed)
        self._stopping = Event()
        self._due: list[tuple[float, int, Any]] = []
        self._number = count()
        self._active = 0
        self._thread = Thread(target=self._run, name="demo-visitors", daemon=True)
        self._crowd: list[Person] = []
        self._colleagues: list[Agent] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)
        self._http.close()

    def _run(self) -> None:
        self._crowd = list(people(self._rng, count=CROWD, now=clock.now()))
        self._colleagues = [
            agent for agent in company.load().agents.values() if agent.email != KEPT_FREE
        ]
        self._later(1.0, self._arrive)
        while not self._stopping.is_set():
            wait = self._due[0][0] - monotonic()
            if wait > 0:
                self._stopping.wait(min(wait, 1.0))
                continue
            _, _, step = heapq.heappop(self._due)
            try:
                step()
            except Exception as error:  # noqa: BLE001 - one visitor's trouble is not the others'
                log.warning("a simulated visitor gave up", extra={"reason": type(error).__name__})
        connections.close_all()

    def _later(self, seconds: float, step: Any) -> None:
        heapq.heappush(self._due, (monotonic() + seconds, next(self._number), step))

    def _arrive(self) -> None:
        self._later(self._rng.expovariate(1 / self._between), self._arrive)
        if self._active >= MOST_AT_ONCE:
            return
        person = self._rng.choice(self._crowd)
        brand = self._rng.choice(BRANDS).slug
        script = live_script(self._rng, person=person, now=clock.now(), brand=brand)
        key = f"demo-{brand}-chat"
        body = {"locale": person.language, "timezone": "Asia/Seoul"}
        session = self._post(f"/widget/{key}/session", body, "")
        attended = self._rng.random() < ATTENDED
        chat = _Chat(
            script=script,
            key=key,
            token=session["token"],
            attended_after=self._rng.uniform(20, 90) if attended else None,
            opening=[*self._chosen(session), *script.opening],
        )
        self._active += 1
        self._later(2, lambda: self._open(chat))

    def _chosen(self, session: dict[str, Any]) -> list[Say]:
        """Return the quick reply under the greeting that somebody begins with, or none."""
        choices = session["brand"].get("choices")
        if not choices or self._rng.random() > CHOOSES:
            return []
        return [Say(2.0, self._rng.choice(choices))]

    def _open(self, chat: _Chat) -> None:
        say = chat.opening.pop(0)
        self._say(chat, say)
        if chat.opening:
            self._later(chat.opening[0].after, lambda: self._open(chat))
        else:
            self._later(LOOK_EVERY, lambda: self._look(chat))

    def _say(self, chat: _Chat, say: Say) -> None:
        page = chat.script.pages[-1].path if chat.script.pages else "/"
        title = PAGE[page].title if page in PAGE else page
        answer = self._post(
            f"/widget/{chat.key}/messages",
            {
                "key": str(uuid4()),
                "text": say.text,
                "files": [],
                "sent_at": clock.now().isoformat(),
                "page": {"url": page, "title": title},
            },
            chat.token,
        )
        chat.last_word = monotonic()
        if chat.conversation is None:
            message = Message.objects.select_related("conversation__brand").get(
                public_id=answer["message"]["id"]
            )
            chat.conversation = message.conversation

    def _look(self, chat: _Chat) -> None:
        """Fetch what was answered, say the next thing, or let a colleague answer."""
        news = self._news(chat)
        if news:
            self._hear(chat, news)
        else:
            self._wait(chat)
        if chat.leaving:
            self._active -= 1
        else:
            self._later(LOOK_EVERY * self._rng.uniform(0.7, 1.3), lambda: self._look(chat))

    def _news(self, chat: _Chat) -> list[dict[str, Any]]:
        response = self._http.get(f"/widget/{chat.key}/messages", headers=_bearer(chat.token))
        response.raise_for_status()
        answers = [each for each in response.json()["messages"] if each["from"] == "agent"]
        news = [each for each in answers if each["id"] not in chat.seen]
        chat.seen.update(each["id"] for each in news)
        return news

    def _hear(self, chat: _Chat, news: list[dict[str, Any]]) -> None:
        last = news[-1]
        self._post(
            f"/widget/{chat.key}/receipts",
            {"delivered": last["id"], "read": last["id"]},
            chat.token,
            empty=True,
        )
        chat.heard += len(news)
        chat.last_word = monotonic()
        say = after_answer(chat.script, answer=last["text"], said=chat.answered, rng=self._rng)
        if say is None:
            self._leave(chat)
            return
        chat.answered += 1
        choices = last.get("parts", {}).get("choices")
        if choices and self._rng.random() < TAPS:
            say = Say(self._rng.uniform(2, 6), self._rng.choice(choices))
        self._later(say.after, lambda: self._say(chat, say))

    def _wait(self, chat: _Chat) -> None:
        silence = monotonic() - chat.last_word
        if chat.attended_after is not None and silence > chat.attended_after:
            self._attend(chat)
            return
        nudge = after_silence(chat.script, nudged=chat.nudged)
        if nudge and silence > nudge.after and not chat.heard:
            chat.nudged += 1
            self._say(chat, nudge)
        elif silence > chat.script.patience:
            self._leave(chat)

    def _attend(self, chat: _Chat) -> None:
        """Let a colleague take the chat, unless a person has, and write the script's next answer."""
        conversation = Conversation.objects.select_related("brand", "assignee").get(
            pk=chat.conversation.pk if chat.conversation else 0
        )
        agent = conversation.assignee or self._free_colleague(conversation)
        mine = agent is not None and agent.email != KEPT_FREE
        place = min(chat.heard, len(chat.script.answers) - 1)
        if agent is None or not mine or place < 0:
            chat.attended_after = None
            return
        assignment.claim(conversation=conversation, agent=agent, by=agent)
        replies.send(
            conversation=conversation,
            text=chat.script.answers[place],
            by=agent,
            client_key=str(uuid4()),
        )
        chat.attended_after = self._rng.uniform(8, 30)
        chat.last_word = monotonic()

    def _free_colleague(self, conversation: Conversation) -> Agent | None:
        fitting = [
            agent
            for agent in self._colleagues
            if agent.role == Agent.Role.AGENT
            and agent.teams.filter(brands=conversation.brand_id).exists()
        ]
        return self._rng.choice(fitting) if fitting else None

    def _leave(self, chat: _Chat) -> None:
        chat.leaving = True
        if chat.conversation is None or not chat.heard:
            return
        conversation = Conversation.objects.get(pk=chat.conversation.pk)
        if conversation.assignee_id and conversation.assignee_id in {
            agent.pk for agent in self._colleagues
        }:
            lifecycle.close(conversation=conversation, by=conversation.assignee)
            if self._rng.random() < RATES:
                said = ratings.said(self._rng, chat.script.person.language)
                self._later(self._rng.uniform(4, 40), lambda: self._rate(chat, said))

    def _rate(self, chat: _Chat, said: ratings.Said) -> None:
        """Answer how it was, unless the conversation goes on."""
        conversation = chat.conversation
        told = {"score": said.score, "comment": said.comment}
        if conversation and Conversation.objects.closed().filter(pk=conversation.pk).exists():
            place = f"/widget/{chat.key}/ratings"
            self._post(place, {"conversation": str(conversation.public_id), **told}, chat.token)

    def _post(
        self, path: str, body: dict[str, Any], token: str, *, empty: bool = False
    ) -> dict[str, Any]:
        response = self._http.post(path, json=body, headers=_bearer(token) if token else {})
        response.raise_for_status()
        return {} if empty else dict(response.json())


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
