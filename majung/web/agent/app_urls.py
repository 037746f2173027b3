"""What makes the desk an app: open to everybody, since it says nothing about anybody."""

from django.urls import path

from majung.web.agent.views import app

app_name = "app"
urlpatterns = [
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("worker.js", app.worker, name="worker"),
    path("offline", app.offline, name="offline"),
]
