from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "majung.channels"
    label = "channels"

    def ready(self) -> None:
        from majung.channels import (  # noqa: F401 - needs the models
            checks,
            editables,
            jobs,
            ledger,
            receivers,
        )
