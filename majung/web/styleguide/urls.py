"""The page of components; there only in the demo and in development."""

from django.urls import path

from majung.web.styleguide import views

app_name = "styleguide"
urlpatterns = [path("", views.show, name="show")]
