from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "majung.web"
    label = "web"
