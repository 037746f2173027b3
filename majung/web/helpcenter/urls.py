from django.urls import path

from majung.web.helpcenter.views import forms, requests

app_name = "form"
urlpatterns = [
    path("forms/<str:key>", forms.endpoint, name="contact"),
    path("requests/<str:token>", requests.endpoint, name="request"),
]
