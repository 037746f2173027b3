"""Every page and widget address, by audience."""

from django.urls import include, path

from majung.web import home, hooks

urlpatterns = [
    path("", home.index, name="home"),
    path("desk/", include("majung.web.agent.urls")),
    path("app/", include("majung.web.agent.app_urls")),
    path("setup/", include("majung.web.setup.urls")),
    path("styleguide/", include("majung.web.styleguide.urls")),
    path("hooks/<str:key>", hooks.endpoint, name="hook"),
    path("", include("majung.web.widget.urls")),
    path("", include("majung.web.helpcenter.urls")),
]
