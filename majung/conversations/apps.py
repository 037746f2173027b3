from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "majung.conversations"
    label = "conversations"

    def ready(self) -> None:
        from majung.conversations import (  # noqa: F401 - needs the models
            automatic_texts,
            canned,
            inboxes,
            receivers,
            search_index,
            snoozing,
            tags,
        )
