"""The desk: where agents work."""

from django.urls import path

from majung.web.agent.views import (
    assignment,
    conversations,
    customers,
    lists,
    merges,
    messages,
    preferences,
    replies,
    statuses,
    uploads,
)

app_name = "desk"
urlpatterns = [
    path("", lists.home, name="index"),
    path("next", assignment.next_one, name="next"),
    path("preferences", preferences.update, name="preferences"),
    path("uploads", uploads.create, name="uploads"),
    path("c/<uuid:public_id>/", conversations.show, name="conversation"),
    path("c/<uuid:public_id>/thread", conversations.thread, name="thread"),
    path("c/<uuid:public_id>/messages", conversations.older, name="messages"),
    path("c/<uuid:public_id>/panel", conversations.panel, name="panel"),
    path("c/<uuid:public_id>/replies", replies.create, name="replies"),
    path("c/<uuid:public_id>/notes", replies.create_note, name="notes"),
    path("c/<uuid:public_id>/typing", replies.typing, name="typing"),
    path("c/<uuid:public_id>/assignment", assignment.update, name="assignment"),
    path("c/<uuid:public_id>/closure", statuses.close, name="closure"),
    path("c/<uuid:public_id>/reopening", statuses.reopen, name="reopening"),
    path("c/<uuid:public_id>/hold", statuses.hold, name="hold"),
    path("messages/<uuid:public_id>/resending", messages.resend, name="resending"),
    path("messages/<uuid:public_id>/settlement", messages.settle, name="settlement"),
    path("customers/", customers.index, name="customers"),
    path("customers/<uuid:public_id>/", customers.show, name="customer"),
    path("customers/<uuid:public_id>/timeline", customers.timeline, name="customer_timeline"),
    path("customers/<uuid:public_id>/past", customers.past, name="customer_past"),
    path("customers/<uuid:public_id>/profile", customers.update, name="profile"),
    path("customers/<uuid:public_id>/merges", merges.create, name="merges"),
    path("merges/<uuid:public_id>/undoing", merges.undo, name="merge_undoing"),
    path("<str:view>/", lists.index, name="list"),
    path("<str:view>/rows", lists.rows, name="rows"),
]
