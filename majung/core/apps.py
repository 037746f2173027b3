from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "majung.core"
    label = "core"

    def ready(self) -> None:
        from majung.core import housekeeping, scan  # noqa: F401 - need the models
