"""The bell, the list and the choices on the screen."""

import json
import re
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.accounts import notices, quiet
from majung.accounts.models import Agent, Notice, PushSubscription, Team
from majung.conversations import assignment, lifecycle, replies
from majung.conversations.models import Conversation, Inbox
from majung.core import jobs, live
from tests import factories, people
from tests.core.browser_keys import BrowserKeys
from tests.web.agent.reading import text

ENDPOINT = "https://push.example/send/abc"


@pytest.fixture
def hers(colleague: Agent) -> Client:
    """박서연's browser."""
    return people.signed_in(colleague)


def call(conversation: Conversation, by: Agent, words: str = "@박서연 환불 봐 주세요") -> None:
    replies.note(conversation=conversation, text=words, by=by, client_key=words)


def bell(client: Client) -> str:
    found = re.search(r'data-bell="(\d+)"', client.get("/desk/notices/bell").content.decode())
    assert found
    return found[1]


def test_a_mention_rings_the_bell_until_the_conversation_is_opened(
    hers: Client, desk: Client, conversation: Conversation, agent: Agent
) -> None:
    call(conversation, agent)
    assert (bell(hers), bell(desk)) == ("1", "0")
    page = hers.get("/desk/mine/").content.decode()
    assert 'aria-label="읽지 않은 알림 1개"' in page
    hers.get(f"/desk/c/{conversation.public_id}/")
    assert bell(hers) == "0"
    assert Notice.objects.get().read_at is not None


def test_a_tab_that_nobody_looks_at_reads_nothing(
    hers: Client, conversation: Conversation, agent: Agent
) -> None:
    call(conversation, agent)
    hers.get(f"/desk/c/{conversation.public_id}/thread", headers={"Majung-Hidden": "1"})
    assert bell(hers) == "1"
    hers.get(f"/desk/c/{conversation.public_id}/thread")
    assert bell(hers) == "0"


def test_the_list_is_by_conversation_with_the_words(
    hers: Client, conversation: Conversation, widget: Inbox, agent: Agent, colleague: Agent
) -> None:
    other = factories.conversation(widget, factories.customer("이하나"), "색이 달라요")
    assignment.assign(conversation=other, agent=colleague, by=agent)
    call(conversation, agent)
    call(other, agent, "@서연 급해요")
    words = text(hers.get("/desk/notices/"))
    assert re.findall(r"한지우 님이 (?:메모에서 불렀|상담을 맡겼)어요", words) == [
        "한지우 님이 메모에서 불렀어요",
        "한지우 님이 상담을 맡겼어요",
        "한지우 님이 메모에서 불렀어요",
    ]
    order = [words.index(piece) for piece in ("@서연 급해요", "@박서연 환불 봐 주세요")]
    assert order == sorted(order)
    assert "색이 달라요" in words


def test_an_empty_list_says_what_will_come(desk: Client) -> None:
    assert "아직 알림이 없어요" in text(desk.get("/desk/notices/"))


def test_what_one_may_not_see_any_more_is_not_listed(
    hers: Client, conversation: Conversation, agent: Agent, colleague: Agent, team: Team
) -> None:
    call(conversation, agent)
    team.members.remove(colleague)
    words = text(hers.get("/desk/notices/"))
    assert ("환불" in words, "김하늘" in words) == (False, False)


def test_a_long_list_goes_on(hers: Client, conversation: Conversation, colleague: Agent) -> None:
    place = conversation.public_id
    for _ in range(61):
        notices.tell(kind="answered", agents=[colleague], conversation=place, message=uuid4())
    page = hers.get("/desk/notices/")
    assert text(page).count("김하늘 님이 답했어요") == 60
    older = re.search(r"\?before=[\w-]+", page.content.decode().partition("pager")[2])
    assert older
    assert text(hers.get(f"/desk/notices/{older[0]}")).count("김하늘 님이 답했어요") == 1


def test_all_are_read_at_once_or_those_of_one(
    hers: Client, conversation: Conversation, colleague: Agent
) -> None:
    for place in (conversation.public_id, uuid4(), uuid4()):
        notices.tell(kind="answered", agents=[colleague], conversation=place, message=uuid4())
    hers.post("/desk/notices/reading", {"conversation": str(conversation.public_id)})
    assert bell(hers) == "2"
    hers.post("/desk/notices/reading")
    assert bell(hers) == "0"
    wrong = hers.post("/desk/notices/reading", {"conversation": "1"}, headers={"Accept": "*/*"})
    assert wrong.status_code == 400


def test_only_what_was_chosen_rings_and_not_in_the_quiet(
    hers: Client, conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    call(conversation, agent)
    assert b"data-rings" not in hers.get("/desk/notices/bell").content
    hers.post("/desk/notices/choosing", {"sound": ["mentioned", "no-such-kind"]})
    assert quiet.of(colleague).sound == ["mentioned"]
    assert b"data-rings" in hers.get("/desk/notices/bell").content
    hers.post("/desk/notices/quiet")
    assert b"data-rings" not in hers.get("/desk/notices/bell").content
    assert "조용히 두는 중" in text(hers.get("/desk/notices/"))
    hers.post("/desk/notices/quiet?off=1")
    assert b"data-rings" in hers.get("/desk/notices/bell").content


def test_choices_are_kept_and_a_half_time_is_told(hers: Client, colleague: Agent) -> None:
    chosen = {"push": "answered", "push_words": "1", "from4": "22:00", "to4": "08:00"}
    assert hers.post("/desk/notices/choosing", chosen).status_code == 302
    kept = quiet.of(colleague)
    assert (kept.push, kept.push_words, kept.quiet) == (
        ["answered"],
        True,
        {"4": ["22:00", "08:00"]},
    )
    half = hers.post("/desk/notices/choosing", {"from0": "22:00", "sound": "answered"})
    assert half.status_code == 422
    page = half.content.decode()
    assert "월요일: 시작과 끝을 모두 적거나 둘 다 비워 주세요." in page
    assert 'name="from0" value="22:00"' in page
    assert quiet.of(colleague).quiet == {"4": ["22:00", "08:00"]}


def subscribe(client: Client, keys: BrowserKeys, endpoint: str = ENDPOINT) -> int:
    said = {"endpoint": endpoint, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}}
    answer = client.post(
        "/desk/notices/browsers",
        json.dumps(said),
        content_type="application/json",
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"},
    )
    return answer.status_code


def test_a_browser_is_let_in_shown_tried_and_taken_off(hers: Client, colleague: Agent) -> None:
    assert subscribe(hers, BrowserKeys()) == 201
    row = PushSubscription.objects.get()
    assert (row.agent, row.browser, row.endpoint) == (colleague, "Chrome · Windows", ENDPOINT)
    assert "Chrome · Windows" in text(hers.get("/desk/notices/choices"))
    hers.post(f"/desk/notices/browsers/{row.public_id}/trial")
    assert jobs.busy([f"push:{row.pk}"]) == {f"push:{row.pk}"}
    hers.post(f"/desk/notices/browsers/{row.public_id}/removal")
    assert not PushSubscription.objects.exists()


def test_a_strangers_browser_is_left_alone(hers: Client, desk: Client) -> None:
    subscribe(hers, BrowserKeys())
    row = PushSubscription.objects.get()
    desk.post(f"/desk/notices/browsers/{row.public_id}/removal")
    desk.post(f"/desk/notices/browsers/{row.public_id}/trial")
    assert PushSubscription.objects.count() == 1
    assert jobs.busy([f"push:{row.pk}"]) == set()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"endpoint": "https://push.example", "keys": {"p256dh": 1}}']
)
def test_what_is_no_subscription_is_a_problem(hers: Client, body: str) -> None:
    answer = hers.post("/desk/notices/browsers", body, content_type="application/json")
    assert (answer.status_code, PushSubscription.objects.count()) == (422, 0)


def test_who_signs_out_is_told_no_more_in_that_browser(hers: Client, colleague: Agent) -> None:
    subscribe(hers, BrowserKeys())
    other = people.signed_in(colleague)
    subscribe(other, BrowserKeys(), ENDPOINT + "2")
    hers.post("/accounts/logout/")
    assert [row.endpoint for row in PushSubscription.objects.all()] == [ENDPOINT + "2"]


def test_names_in_a_note_are_marked_and_nothing_else_is_made_markup(
    desk: Client, conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    call(conversation, agent, "<i>@박서연님</i>, @없는이, a@박서연.kr")
    page = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    assert "&lt;i&gt;<b class='mention'>@박서연</b>님&lt;/i&gt;, @없는이, a@박서연.kr" in page


def test_a_customer_who_writes_a_name_calls_nobody(
    desk: Client, conversation: Conversation, colleague: Agent
) -> None:
    factories.message(conversation, "@박서연 님 계세요?")
    page = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    assert "class='mention'" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_few_questions_whatever_it_shows(
    rows: int,
    hers: Client,
    widget: Inbox,
    agent: Agent,
    colleague: Agent,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        talk = factories.conversation(widget, factories.customer(f"고객 {number}"))
        assignment.assign(conversation=talk, agent=colleague, by=agent)
        call(talk, agent, f"@박서연 {number}")
    # Who asks (2), wishes, notices, conversations, messages.
    with django_assert_num_queries(6):
        hers.get("/desk/notices/items")


@pytest.mark.django_db(transaction=True)
def test_everything_that_changes_the_bell_is_heard(
    hers: Client, conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    topic = notices.topic(colleague)
    page = hers.get("/desk/notices/bell").content.decode()
    assert f'data-live="{topic}"' in page
    before = live.marks([topic])["marks"][topic]
    call(conversation, agent)
    assignment.assign(conversation=conversation, agent=colleague, by=agent)
    lifecycle.close(conversation=conversation, by=colleague)
    lifecycle.reopen(conversation=conversation, by=agent)
    hers.get(f"/desk/c/{conversation.public_id}/")
    assert live.marks([topic])["marks"][topic] == before + 4


def test_the_app_can_be_installed_and_its_worker_rules_the_desk_alone(stranger: Client) -> None:
    manifest = stranger.get("/app/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    said = manifest.json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/desk/", "/desk/", "standalone")
    assert {icon["sizes"] for icon in said["icons"]} == {"any", "192x192", "512x512"}
    for icon in said["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon
    worker = stranger.get("/app/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert (worker["Service-Worker-Allowed"], worker["Cache-Control"]) == ("/desk/", "no-cache")
    assert "default-src 'none'" in worker["Content-Security-Policy"]
    kept = re.match(r"Object\.assign\(self, (\{.*?\})\);\n", worker.content.decode())
    assert kept
    page, *files = json.loads(kept[1])["KEPT"]
    assert stranger.get(page).status_code == 200
    assert [path for path in files if not finders.find(path.removeprefix("/static/"))] == []


def test_the_page_for_offline_says_so_in_both_languages(stranger: Client) -> None:
    assert "지금은 서버에 닿지 않아요" in text(stranger.get("/app/offline"))
    english = stranger.get("/app/offline", headers={"Accept-Language": "en"})
    assert "The server cannot be reached right now" in text(english)
