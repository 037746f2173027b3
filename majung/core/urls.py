"""Addresses of the ground floor: files by signed link, and what operators watch."""

from django.urls import path

from majung.core import blob_views, health

urlpatterns = [
    path("files/<str:token>/<str:name>", blob_views.download, name="file"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
