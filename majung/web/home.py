"""The front door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def index(_request: HttpRequest) -> HttpResponse:
    """Send an agent to the desk, anybody else to sign-in (which comes back here)."""
    return redirect("desk:index")
