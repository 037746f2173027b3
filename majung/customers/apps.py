from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "majung.customers"
    label = "customers"

    def ready(self) -> None:
        from majung.customers import partitions  # noqa: F401 - needs the models
