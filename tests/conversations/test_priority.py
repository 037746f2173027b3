from majung.accounts.models import Agent
from majung.conversations import priority
from majung.conversations.models import Conversation

Priority = Conversation.Priority


def test_change_is_told_in_the_thread_once(conversation: Conversation, agent: Agent) -> None:
    assert conversation.priority == Priority.NORMAL
    assert priority.change(conversation=conversation, to=Priority.URGENT, by=agent)
    assert not priority.change(conversation=conversation, to=Priority.URGENT, by=agent)
    conversation.refresh_from_db()
    assert conversation.priority == "urgent"
    line = conversation.messages.get(kind="event")
    assert line.data == {"what": "priority", "before": "normal", "after": "urgent"}
    assert line.author == agent
