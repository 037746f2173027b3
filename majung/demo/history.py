"""Fills the company's past: thousands of customers and conversations, the same for a seed.

Bulk rows, not verbs: half a year of work in seconds. What the rows look like is what the verbs
would have written: ``tests/demo`` checks what the verbs keep true.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction

from majung.accounts.models import Agent
from majung.channels.models import InboundDelivery
from majung.conversations import lifecycle
from majung.conversations.models import (
    Attachment,
    Conversation,
    ConversationTag,
    Inbox,
    Message,
    Rating,
)
from majung.core.ids import uuid7
from majung.core.models import Blob
from majung.customers import partitions
from majung.customers.models import Customer, Event, Identity
from majung.demo import memberships, pictures
from majung.demo.company import Company
from majung.demo.content import labels, make, ratings
from majung.demo.content.company import AGENTS
from majung.demo.content.facts import Happening, Person, Talk

CHUNK = 500
LEDGER_DAYS = 3
NAMES = {
    "page_viewed": "Page Viewed",
    "order_placed": "Order Placed",
    "order_shipped": "Order Shipped",
    "order_delivered": "Order Delivered",
    "return_requested": "Return Requested",
    "store_visited": "Store Visited",
    "signed_in": "Signed In",
    **memberships.NAMES,
}
FORM_OF = frozenset({"교환", "반품", "환불"})


def fill(
    company: Company,
    *,
    seed: int,
    customers: int,
    conversations: int,
    now: datetime,
    tell: Callable[[int], None],
) -> None:
    """Write the past up to ``now``; ``tell`` hears how many of the things are done."""
    partitions.ensure(first=now - timedelta(days=400), months=14)
    world = make.world(seed, customers=customers, conversations=conversations, now=now)
    album = pictures.store()
    people: dict[str, tuple[Person, Customer]] = {}
    done = 0
    for chunk in _chunks(world):
        with transaction.atomic():
            joined = _people([thing for thing in chunk if isinstance(thing, Person)])
            Event.objects.bulk_create(memberships.events(company, joined, now=now))
            people |= joined
            past = _Past(company, people, now, album)
            past.write([thing for thing in chunk if isinstance(thing, Talk)])
        done += len(chunk)
        tell(done)


def _chunks(world: Iterable[Person | Talk]) -> Iterator[list[Person | Talk]]:
    things = iter(world)
    while chunk := list(islice(things, CHUNK)):
        yield chunk


def _people(people: list[Person]) -> dict[str, tuple[Person, Customer]]:
    rows = Customer.objects.bulk_create(
        Customer(
            name=person.name,
            locale=person.language,
            timezone="Asia/Seoul",
            created_at=person.joined_at,
        )
        for person in people
    )
    Identity.objects.bulk_create(
        Identity(
            customer=row,
            kind=kind,
            address=address,
            verified_at=person.joined_at,
            evidence="identity_token",
            created_at=person.joined_at,
        )
        for person, row in zip(people, rows, strict=True)
        for kind, address in [
            *(("email", email) for email in person.emails),
            ("phone", _e164(person.phone)),
        ]
    )
    return {person.key: (person, row) for person, row in zip(people, rows, strict=True)}


def _e164(phone: str) -> str:
    return "+82" + phone.replace("-", "").removeprefix("0")


class _Past:
    """The conversations of one chunk, gathered kind by kind, then written."""

    def __init__(
        self,
        company: Company,
        people: dict[str, tuple[Person, Customer]],
        now: datetime,
        album: pictures.Album,
    ) -> None:
        self.album = album
        self.company = company
        self.people = people
        self.now = now
        self.members: dict[tuple[str, int], Identity] = {}
        self.fresh: list[Identity] = []
        self.messages: list[Message] = []
        self.sent: list[tuple[Message, Sequence[Blob], str]] = []
        self.events: list[Event] = []
        self.rated: list[Rating] = []

    def write(self, talks: list[Talk]) -> None:
        identities = [self._identity(talk) for talk in talks]
        Identity.objects.bulk_create(self.fresh)
        conversations = Conversation.objects.bulk_create(
            self._conversation(talk, identity)
            for talk, identity in zip(talks, identities, strict=True)
        )
        for talk, identity, conversation in zip(talks, identities, conversations, strict=True):
            self._tell(talk, identity, conversation)
            self._rate(talk, identity, conversation)
        self._label(talks, conversations)
        messages = Message.objects.bulk_create(self.messages)
        Rating.objects.bulk_create(self.rated)
        Attachment.objects.bulk_create(
            Attachment(message=message, blob=blob, name=name.format(place + 1), position=place)
            for message, files, name in self.sent
            for place, blob in enumerate(files)
        )
        Event.objects.bulk_create(self.events)
        self._ledger(messages)

    def _rate(self, talk: Talk, identity: Identity, conversation: Conversation) -> None:
        """Let the customer say how it was, if they do."""
        said = ratings.of(talk) if conversation.closed_at and conversation.first_reply_at else None
        if said is None or conversation.closed_at is None:
            return
        at = conversation.closed_at + said.after
        if at > self.now:
            return
        self._line(conversation, at, "rated", None, score=said.score, comment=said.comment)
        self.rated.append(
            Rating(
                conversation=conversation,
                brand=conversation.brand,
                agent=conversation.assignee,
                identity=identity,
                line=self.messages[-1],
                closed_at=conversation.closed_at,
                score=said.score,
                comment=said.comment,
                rated_at=at,
            )
        )
        self._event(
            talk, identity, at, uuid7(), "Conversation Rated",
            {"conversation": str(conversation.public_id), "score": said.score},
        )  # fmt: skip

    def _label(self, talks: list[Talk], conversations: list[Conversation]) -> None:
        ConversationTag.objects.bulk_create(
            ConversationTag(
                conversation=conversation,
                tag=self.company.tags[name],
                put_by=conversation.assignee,
                put_at=conversation.first_reply_at or talk.opened_at,
            )
            for talk, conversation in zip(talks, conversations, strict=True)
            if conversation.assignee
            for name in labels.tags_of(talk)
        )
        for conversation in conversations:
            if conversation.snoozed_until:
                lifecycle.set_clock(conversation)

    def _inbox(self, talk: Talk) -> Inbox:
        inboxes = self.company.widgets if talk.channel == "chat" else self.company.forms
        return inboxes[talk.brand]

    def _identity(self, talk: Talk) -> Identity:
        person, customer = self.people[talk.person]
        inbox = self._inbox(talk)
        if talk.signed_in:
            return self._member(talk, customer, inbox)
        if talk.channel == "form":
            return self._form_sender(talk, person, inbox)
        return self._new(
            talk, customer, "session", kind="visitor", scope=str(inbox.pk), address=str(uuid7())
        )

    def _new(self, talk: Talk, customer: Customer, evidence: str, **address: str) -> Identity:
        self.fresh.append(
            Identity(
                customer=customer,
                verified_at=talk.opened_at,
                evidence=evidence,
                created_at=talk.opened_at,
                **address,
            )
        )
        return self.fresh[-1]

    def _member(self, talk: Talk, customer: Customer, inbox: Inbox) -> Identity:
        place = (talk.person, inbox.brand_id)
        if place not in self.members:
            shared = {"kind": "user", "scope": str(inbox.brand_id), "address": talk.person}
            self.members[place] = Identity.objects.filter(**shared).first() or self._new(
                talk, customer, "identity_token", **shared
            )
        return self.members[place]

    def _form_sender(self, talk: Talk, person: Person, inbox: Inbox) -> Identity:
        """Make a profile of its own with a claim: a form's sender only says who they are."""
        stranger = Customer.objects.create(
            name=person.name, locale=person.language, created_at=talk.opened_at
        )
        Identity.objects.create(
            customer=stranger,
            kind=Identity.Kind.EMAIL,
            address=person.emails[0],
            evidence="said_so",
            created_at=talk.opened_at,
        )
        address = f"{inbox.pk}-{talk.key}"
        return self._new(talk, stranger, "channel", kind="visitor", scope="form", address=address)

    def _taken_by(self, talk: Talk, *, waiting: bool) -> Agent | None:
        """Who answers; of those still waiting, every other one was taken but not yet answered."""
        if talk.agent or not waiting:
            return self._agent(talk.agent)
        number = int(talk.key.removeprefix("t"))
        members = [each.email for each in AGENTS if talk.team in each.teams]
        return self._agent(members[number % len(members)]) if number % 2 else None

    def _agent(self, email: str) -> Agent | None:
        return self.company.agents.get(email)

    def _conversation(self, talk: Talk, identity: Identity) -> Conversation:
        public = [turn for turn in talk.turns if turn.speaker != "note"]
        last, first = public[-1], public[0]
        replies = [turn.at for turn in public if turn.speaker == "agent"]
        waiting = last.speaker == "customer" and talk.status != "closed"
        looked_into = waiting and labels.is_looked_into(talk)
        status = "open" if waiting and not looked_into else "pending"
        if talk.status == "closed":
            status = "closed"
        until = labels.waits_until(talk, now=self.now) if status == "pending" else None
        after = [turn.at for turn in public if not replies or turn.at > replies[-1]]
        text = " ".join(last.text.split())
        return Conversation(
            brand=self.company.brands[talk.brand],
            inbox=self._inbox(talk),
            customer=identity.customer,
            team=self.company.teams[talk.team],
            subject=(talk.subject or first.text.split("\n", 1)[0])[:80],
            status=status,
            snoozed_until=until,
            priority=labels.priority_of(talk),
            assignee=self._taken_by(talk, waiting=waiting),
            preview=text[:160],
            preview_by="customer" if last.speaker == "customer" else "reply",
            created_at=talk.opened_at,
            last_message_at=last.at,
            waiting_since=after[0] if waiting and after else None,
            first_reply_at=replies[0] if replies else None,
            closed_at=talk.closed_at,
            seen_at=replies[-1] if replies else None,
        )

    def _tell(self, talk: Talk, identity: Identity, conversation: Conversation) -> None:
        taken = False
        for place, turn in enumerate(talk.turns):
            author = self._agent(turn.author)
            if author and not taken:
                taken = True
                self._line(
                    conversation, turn.at, "assigned", author,
                    name=author.name, agent=str(author.public_id),
                )  # fmt: skip
            is_customer = turn.speaker == "customer"
            message = Message(
                conversation=conversation,
                inbox=conversation.inbox,
                identity=None if turn.speaker == "note" else identity,
                kind={"customer": "customer", "agent": "reply", "note": "note"}[turn.speaker],
                author=author,
                text=turn.text,
                rich=turn.rich,
                external_id=f"demo:{talk.key}:{place}" if is_customer else "",
                state="read" if turn.speaker == "agent" else "stored",
                created_at=turn.at,
            )
            self.messages.append(message)
            self._attach(talk, place, message)
            if turn.speaker != "note":
                self._event(
                    talk, identity, turn.at, message.public_id,
                    "Message Received" if is_customer else "Reply Written",
                    {"conversation": str(conversation.public_id),
                     "message": str(message.public_id)},
                )  # fmt: skip
        if until := conversation.snoozed_until:
            at = min(self.now, talk.turns[-1].at + timedelta(minutes=4))
            self._line(
                conversation, at, "status_pending", conversation.assignee,
                before="open", until=until.isoformat(),
            )  # fmt: skip
        if talk.closed_at:
            self._line(
                conversation, talk.closed_at, "status_closed", self._agent(talk.agent),
                before="open",
            )  # fmt: skip
        for happening in talk.happenings:
            self._happening(talk, identity, happening)

    def _attach(self, talk: Talk, place: int, message: Message) -> None:
        """Send along the photographs of a turn, and with a first answer the form it needs."""
        turn, number = talk.turns[place], int(talk.key.removeprefix("t"))
        photos = self.album.photos
        if turn.photos:
            shown = [photos[(number + place + each) % len(photos)] for each in range(turn.photos)]
            self.sent.append((message, shown, f"IMG_{2000 + number % 7000}_{{}}.jpg"))
        is_first = turn.speaker == "agent" and all(
            each.speaker != "agent" for each in talk.turns[:place]
        )
        if is_first and talk.category[0] in FORM_OF:
            name = "Return form.pdf" if talk.language == "en" else "교환·반품 신청서.pdf"
            self.sent.append((message, [self.album.form], name))

    def _line(
        self,
        conversation: Conversation,
        at: datetime,
        what: str,
        by: Agent | None,
        **about: str | int,
    ) -> None:
        self.messages.append(
            Message(
                conversation=conversation,
                inbox=conversation.inbox,
                kind=Message.Kind.EVENT,
                author=by,
                data={"what": what, **about},
                created_at=at,
            )
        )

    def _happening(self, talk: Talk, identity: Identity, happening: Happening) -> None:
        properties = {**happening.data}
        if happening.title:
            properties["title"] = happening.title
        if happening.path:
            properties["path"] = happening.path
        self._event(
            talk, identity, happening.at, uuid7(), NAMES[happening.kind], properties,
            source="shop",
        )  # fmt: skip

    def _event(
        self,
        talk: Talk,
        identity: Identity,
        at: datetime,
        message_id: UUID,
        name: str,
        properties: dict[str, str | int],
        *,
        source: str = "",
    ) -> None:
        self.events.append(
            Event(
                received_at=at,
                occurred_at=at,
                customer_id=identity.customer_id,
                brand_id=self.company.brands[talk.brand].pk,
                name=name,
                source=source or self._inbox(talk).kind,
                message_id=message_id,
                properties=properties,
            )
        )

    def _ledger(self, messages: list[Message]) -> None:
        """Write the ledger of the last days; older lines would be there in a real one too."""
        lately = self.now - timedelta(days=LEDGER_DAYS)
        opened: set[int] = set()
        rows = []
        for message in messages:
            if not message.is_from_customer or message.created_at < lately:
                continue
            is_first = message.conversation_id not in opened
            opened.add(message.conversation_id)
            rows.append(
                InboundDelivery(
                    inbox=message.inbox,
                    external_id=message.external_id,
                    sender=f"visitor:{message.inbox_id}:demo",
                    raw=message.text.encode(),
                    received_at=message.created_at,
                    processed_at=message.created_at,
                    state=InboundDelivery.State.PROCESSED,
                    reason="new_conversation" if is_first else "open_conversation",
                    attempts=1,
                    message=message,
                    conversation_id=message.conversation_id,
                )
            )
        InboundDelivery.objects.bulk_create(rows)
