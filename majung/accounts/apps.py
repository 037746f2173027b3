from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "majung.accounts"
    label = "accounts"

    def ready(self) -> None:
        from majung.accounts import brands, teams  # noqa: F401, PLC0415 - register what is edited
