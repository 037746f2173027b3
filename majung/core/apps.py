from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "majung.core"
    label = "core"

    def ready(self) -> None:
        from majung.core import housekeeping, scan  # noqa: F401, PLC0415 - need the models
