"""Makes the company of the demo: brands, teams, agents, and the channels customers write by."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand, Team
from majung.channels import inbound
from majung.channels.mail import blocking
from majung.conversations import canned as own_replies
from majung.conversations.models import CannedReply, Inbox, SharedReply, Tag
from majung.core import clock
from majung.demo import card_pictures
from majung.demo.content import canned, company, labels, opening

PASSWORD = "majung-demo"  # noqa: S105 - printed on the screen; the demo is not for the open net
IDENTITY_SECRET = "the demo shop signs its members in with this"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Company:
    """The rows of the company, by the names the content uses."""

    brands: dict[str, Brand]
    teams: dict[str, Team]
    agents: dict[str, Agent]
    widgets: dict[str, Inbox]
    forms: dict[str, Inbox]
    tags: dict[str, Tag]


def make() -> Company:
    """Write the company."""
    brands = {each.slug: _brand(each) for each in company.BRANDS}
    teams = {}
    for each in company.TEAMS:
        teams[each.slug] = Team.objects.create(name=each.name)
        teams[each.slug].brands.set([brands[slug] for slug in each.brands])
    agents = {each.email: _agent(each, teams) for each in company.AGENTS}
    _reword(brands.values(), by=next(each for each in agents.values() if each.is_admin))
    _open(brands, by=next(each for each in agents.values() if each.is_admin))
    widgets = {slug: _widget(brand) for slug, brand in brands.items()}
    _spoil(next(iter(widgets.values())))
    for brand in brands.values():
        _mailbox(brand)
        blocking.block(brand=brand, text=company.BLOCKED, by=next(iter(agents.values())))
    _canned(brands, agents)
    return Company(
        brands=brands,
        teams=teams,
        agents=agents,
        widgets=widgets,
        forms={slug: _form(brand) for slug, brand in brands.items()},
        tags={each.name: _tag(each, brands) for each in labels.EVERY},
    )


def load() -> Company:
    """Read the company that ``make`` wrote before."""
    brands = {brand.slug: brand for brand in Brand.objects.all()}
    by_name = {each.name: each.slug for each in company.TEAMS}
    inboxes = Inbox.objects.select_related("brand")
    return Company(
        brands=brands,
        teams={by_name[team.name]: team for team in Team.objects.all()},
        agents={agent.email: agent for agent in Agent.objects.all()},
        widgets={inbox.brand.slug: inbox for inbox in inboxes.filter(kind="webchat")},
        forms={inbox.brand.slug: inbox for inbox in inboxes.filter(kind="webform")},
        tags={tag.name: tag for tag in Tag.objects.all()},
    )


def _brand(told: company.Brand) -> Brand:
    state = {
        "name": told.name,
        "slug": told.slug,
        "locale": told.locale,
        "timezone": told.timezone,
        "country": "KR",
        "accent_hue": told.hue,
        "greeting": f"안녕하세요, {told.name}입니다.",
    }
    return cast("Brand", revisions.create(kind="brand", data=state, by=None))


def _reword(brands: Iterable[Brand], *, by: Agent) -> None:
    """Publish a second greeting, so that there is something to look back at and to undo."""
    for brand in brands:
        state = {**revisions.history(kind="brand", obj=brand)[0].data}
        state["greeting"] = company.BRAND[brand.slug].greeting
        revisions.publish(
            kind="brand",
            obj=brand,
            by=by,
            based_on=1,
            data=state,
            note="무엇을 도울 수 있는지 말하기",
        )


def _open(brands: dict[str, Brand], *, by: Agent) -> None:
    """Set when each brand is open, and what it says by itself."""
    for told in company.BRANDS:
        at = {"brand": str(brands[told.slug].public_id)}
        revisions.create(kind="hours", data=at | opening.hours(told), by=by)
        revisions.create(kind="automatic", data=at | opening.automatic(told), by=by)


def _spoil(widget: Inbox) -> None:
    """Let items come in that cannot be read, for the failed list."""
    for number, raw in enumerate((b'{"text": "   "}', b'{"text": "a", "files": ["?"]}', b"<xml/>")):
        delivery_id = inbound.accept(
            inbox_id=widget.pk,
            external_id=f"demo:spoiled:{number}",
            sender=f"visitor:{widget.pk}:somebody",
            raw=raw,
            headers={},
        )
        with suppress(inbound.Failed):
            inbound.process(delivery_id=delivery_id)


def _canned(brands: dict[str, Brand], agents: dict[str, Agent]) -> None:
    """Make the canned replies, as used as if they had been there for months."""
    now = clock.now()
    for number, told in enumerate((*canned.SHARED, *canned.PERSONAL)):
        state = {
            "title": told.title,
            "shortcut": told.shortcut,
            "text": told.text,
            "folder": told.folder,
            "locale": told.locale,
            "choices": list(told.choices),
            "card": _card(told.card) if told.card else {},
        }
        made: SharedReply | CannedReply
        if told.owner:
            made = own_replies.make_own(data=state, by=agents[told.owner])
        else:
            brand = str(brands[told.brand].public_id) if told.brand else ""
            made = revisions.create(kind="canned", data=state | {"brand": brand}, by=None)
        used_at = now - timedelta(hours=1 + 7 * number % 50)
        CannedReply.objects.filter(pk=made.pk).update(used_count=told.used, used_at=used_at)


def _card(told: canned.Card) -> dict[str, Any]:
    buttons = [
        {"label": label, "link" if what.startswith("https://") else "say": what}
        for label, what in told.buttons
    ]
    card = {"title": told.title, "text": told.text, "buttons": buttons}
    return card | ({"picture": card_pictures.keep()} if told.has_picture else {})


def _agent(told: company.Agent, teams: dict[str, Team]) -> Agent:
    agent = Agent.objects.create_user(told.email, PASSWORD, name=told.name, role=told.role)
    agent.teams.set([teams[slug] for slug in told.teams])
    return agent


def _tag(told: labels.Label, brands: dict[str, Brand]) -> Tag:
    state = {
        "name": told.name,
        "hue": told.hue,
        "brand": str(brands[told.brand].public_id) if told.brand else "",
        "is_retired": told == labels.RETIRED,
    }
    return cast("Tag", revisions.create(kind="tag", data=state, by=None))


def _widget(brand: Brand) -> Inbox:
    return Inbox.objects.create(
        kind="webchat",
        brand=brand,
        name=f"{brand.name} 채팅",
        key=f"demo-{brand.slug}-chat",
        identity_secret=IDENTITY_SECRET,
        config={
            "origins": ["*"],
            **opening.PRECHAT.get(brand.slug, {}),
            **opening.BUTTONS.get(brand.slug, {}),
        },
    )


def _mailbox(brand: Brand) -> Inbox:
    """Give a brand an address for mail; the demo's post hands over what is written to it."""
    told = company.BRAND[brand.slug]
    state = {
        "kind": "email",
        "brand": str(brand.public_id),
        "name": f"{brand.name} 고객센터 메일",
        "key": f"demo-{brand.slug}-mail",
        "config": {
            "addresses": [f"{brand.name} 고객센터 <help@{brand.slug}.example>"],
            "signature": {
                "ko": f"{brand.name} 고객센터\n{told.tagline}\n평일 09:00-18:00",
                "en": f"{told.english} customer service",
            },
            "continues_chats": True,
        },
    }
    return cast("Inbox", revisions.create(kind="inbox", data=state, by=None))


def _form(brand: Brand) -> Inbox:
    return Inbox.objects.create(
        kind="webform",
        brand=brand,
        name=f"{brand.name} 문의 폼",
        key=f"demo-{brand.slug}-form",
        config={
            "intro": {
                "ko": "주문번호를 함께 적어 주시면 더 빨리 확인할 수 있어요.",
                "en": "An order number helps us to answer sooner.",
            },
            "topics": ["배송", "교환·반품", "결제", "상품", "회원", "기타"],
        },
    )
