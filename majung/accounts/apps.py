from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "majung.accounts"
    label = "accounts"

    def ready(self) -> None:
        from majung.accounts import (  # noqa: F401 - register what is edited, what is sealed
            brands,
            hours,
            second_factor,
            teams,
        )
