"""Colleagues called by name in an internal note: found, kept, and shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from majung.accounts.models import Agent, Brand
from majung.conversations.models import Mention, Message
from majung.conversations.rules import who_can_see

# What may stand behind a name without being part of it: 님, then particles, then no letter.
_AFTER_NAME: Final = re.compile(
    r"(?:님)?(?:께서|께|에게서|에게|한테서|한테|더러|이랑|랑|이나|나|이라도|라도|이에요|예요|이요|요"
    r"|은|는|이|가|을|를|과|와|도|만|의|아|야)?(?!\w)"
)
_BEFORE_NAME: Final = re.compile(r"\w\Z")
_GIVEN: Final = re.compile(r"[가-힣]([가-힣]{2})")


def note(*, message: Message) -> list[Agent]:
    """Keep whom a note calls, of those who may see its conversation; return them.

    In the caller's transaction; called again it changes nothing.
    """
    if "@" not in message.text:
        return []
    agents = called(message.text, among=candidates(message.conversation.brand))
    Mention.objects.bulk_create(
        [Mention(message=message, agent=agent) for agent in agents], ignore_conflicts=True
    )
    return agents


def candidates(brand: Brand) -> list[Agent]:
    """Return who may be called in a conversation of the brand."""
    return list(who_can_see(brand))


def called(text: str, *, among: Iterable[Agent]) -> list[Agent]:
    """Return the agents whom a text calls as @이름, in the order of the list.

    The longest name counts; 님 and particles may follow (``@한지우님이``). The given name is enough
    where only one has it. Two of the same name are both called.
    """
    known = names(among)
    found = {key for name in spoken(text, known=known) for key in known[name]}
    return [agent for agent in among if agent.pk in found]


def names(agents: Iterable[Agent]) -> dict[str, list[int]]:
    """Return the keys of the agents by every name that calls them, in lower case."""
    whole: dict[str, list[int]] = defaultdict(list)
    given: dict[str, list[int]] = defaultdict(list)
    for agent in agents:
        whole[agent.name.casefold()].append(agent.pk)
        if match := _GIVEN.fullmatch(agent.name):
            given[match[1]].append(agent.pk)
    alone = {name: keys for name, keys in given.items() if len(keys) == 1 and name not in whole}
    return {**whole, **alone}


def spoken(text: str, *, known: Mapping[str, object]) -> list[str]:
    """Return the names behind each @ of a text, as ``known`` spells them."""
    return [text[begin + 1 : end].casefold() for begin, end in places(text, known=known)]


def places(text: str, *, known: Mapping[str, object]) -> list[tuple[int, int]]:
    """Return where a text calls somebody: from the @ to the end of the name."""
    longest_first = sorted(known, key=len, reverse=True)
    found = []
    for match in re.finditer("@", text):
        at = match.start()
        if _BEFORE_NAME.search(text[:at]):  # an e-mail address
            continue
        rest = text[at + 1 :]
        for name in longest_first:
            if rest[: len(name)].casefold() == name and _AFTER_NAME.match(rest, len(name)):
                found.append((at, at + 1 + len(name)))
                break
    return found


def of(messages: Sequence[Message]) -> dict[int, dict[str, list[int]]]:
    """Return the names that notes call, by the note's key, for showing them; one query or none."""
    keys = [one.pk for one in messages if one.kind == Message.Kind.NOTE and "@" in one.text]
    if not keys:
        return {}
    agents: dict[int, list[Agent]] = defaultdict(list)
    for mention in Mention.objects.filter(message__in=keys).select_related("agent"):
        agents[mention.message_id].append(mention.agent)
    return {key: names(called_there) for key, called_there in agents.items()}
