"""All addresses: the ground floor's own, sign-in, and what the web app shows to whom."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("majung.core.urls")),
    path("accounts/", include("majung.web.setup.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("majung.web.urls")),
]
