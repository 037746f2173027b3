from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "majung.conversations"
    label = "conversations"

    def ready(self) -> None:
        from majung.conversations import inboxes, receivers  # noqa: F401 - needs the models
