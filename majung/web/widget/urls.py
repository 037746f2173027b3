from django.urls import path

from majung.web.widget.views import (
    contacts,
    files,
    frame,
    home,
    loader,
    messages,
    ratings,
    receipts,
    sessions,
    shop,
    shop_mail,
    typing,
)

app_name = "widget"
urlpatterns = [
    path("widget.js", loader.show, {"name": "widget.js"}, name="loader"),
    path("widget.css", loader.show, {"name": "widget.css"}, name="loader-sheet"),
    path("majung.d.ts", loader.show, {"name": "majung.d.ts"}, name="loader-types"),
    path("widget/<str:key>/settings.js", loader.setting, name="settings"),
    path("widget/<str:key>/frame", frame.show, name="frame"),
    path("widget/<str:key>/session", sessions.create, name="session"),
    path("widget/<str:key>/home", home.show, name="home"),
    path("widget/<str:key>/messages", messages.endpoint, name="messages"),
    path("widget/<str:key>/receipts", receipts.create, name="receipts"),
    path("widget/<str:key>/files", files.create, name="files"),
    path("widget/<str:key>/ratings", ratings.create, name="ratings"),
    path("widget/<str:key>/contacts", contacts.create, name="contacts"),
    path("widget/<str:key>/typing", typing.create, name="typing"),
    path("shop/<slug:slug>/", shop.show, name="shop"),
    path("shop/<slug:slug>/help/", shop.help_page, name="shop-help"),
    path("shop/<slug:slug>/mail/", shop_mail.index, name="shop-mail"),
    path("shop/<slug:slug>/mail/<str:name>/", shop_mail.show, name="shop-mail-one"),
    path("shop/<slug:slug>/member", shop.member, name="shop-member"),
    path("shop/<slug:slug>/member.js", shop.script, name="shop-script"),
]
