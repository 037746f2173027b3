"""Doors of allauth that stay shut: nobody signs up, and nothing is sent by mail.

They stand before allauth's own addresses and keep their names.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path


def closed(request: HttpRequest, **_named: str) -> HttpResponse:
    """Say how one gets in instead."""
    return render(request, "account/closed.html", status=404)


urlpatterns = [
    path("signup/", closed),
    path("email/", closed),
    re_path(r"^confirm-email/(?:.*)$", closed),
    path("password/set/", closed),
    re_path(r"^password/reset/(?:.*)$", closed),
    path("login/code/confirm/", closed),
]
