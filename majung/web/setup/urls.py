"""The settings: what admins look after."""

from django.urls import URLPattern, path

from majung.web.setup.views import (
    agents,
    audit,
    automatic,
    blocked,
    brands,
    canned,
    channels,
    hours,
    invitations,
    jobs,
    joining,
    ledger,
    mail,
    overview,
    settings,
    settings_file,
    snippets,
    tags,
    teams,
    trash,
)

app_name = "setup"


def _edited(section: str, kind: str) -> list[URLPattern]:
    """Return the addresses of what has drafts and a history."""
    given = {"kind": kind}
    row = f"{section}/<uuid:public_id>"
    return [
        path(f"{row}/", settings.edit, given, name=kind),
        path(f"{row}/draft-removal", settings.discard_draft, given, name=f"{kind}_draft_removal"),
        path(
            f"{row}/revisions/<uuid:revision>/undoing", settings.undo, given, name=f"{kind}_undoing"
        ),
        path(f"{row}/removal", settings.remove, given, name=f"{kind}_removal"),
        path(f"{row}/restoring", settings.restore, given, name=f"{kind}_restoring"),
    ]


urlpatterns = [
    path("", overview.show, name="index"),
    path("brands/", brands.index, name="brands"),
    path("brands/new", settings.new, {"kind": "brand"}, name="brand_new"),
    path("brands/preview", brands.preview, name="brand_preview"),
    *_edited("brands", "brand"),
    path("hours/", hours.index, name="hours_all"),
    path("hours/of/<uuid:public_id>/", hours.new, name="hours_new"),
    path("hours/of/<uuid:public_id>/preview", hours.preview, name="hours_preview"),
    path("hours/of/<uuid:public_id>/switch", hours.switch, name="hours_switch"),
    *_edited("hours", "hours")[:3],
    path("automatic/", automatic.index, name="automatic_all"),
    path("automatic/of/<uuid:public_id>/", automatic.new, name="automatic_new"),
    path("automatic/of/<uuid:public_id>/preview", automatic.preview, name="automatic_preview"),
    *_edited("automatic", "automatic")[:3],
    path("teams/", teams.index, name="teams"),
    path("teams/new", settings.new, {"kind": "team"}, name="team_new"),
    *_edited("teams", "team"),
    path("channels/", channels.index, name="inboxes"),
    path("channels/new/<slug:channel>", channels.new, name="inbox_new"),
    path("channels/mail/servers", mail.servers, name="mail_servers"),
    path("channels/mail/receiving", mail.receiving, name="mail_receiving"),
    path("channels/mail/sending", mail.sending, name="mail_sending"),
    path("channels/<uuid:public_id>/mail/again", mail.again, name="mail_again"),
    path("channels/<uuid:public_id>/switch", channels.switch, name="inbox_switch"),
    path("channels/<uuid:public_id>/preview", channels.preview, name="inbox_preview"),
    path("channels/<uuid:public_id>/secret", snippets.secret, name="inbox_secret"),
    path(
        "channels/<uuid:public_id>/secret-removal",
        snippets.drop_secret,
        name="inbox_secret_removal",
    ),
    *_edited("channels", "inbox"),
    path("canned/", canned.index, name="canned_replies"),
    path("canned/new", settings.new, {"kind": "canned"}, name="canned_new"),
    path("canned/<uuid:public_id>/retirement", canned.retire, name="canned_retirement"),
    *_edited("canned", "canned")[:3],
    path("tags/", tags.index, name="tags"),
    path("tags/new", settings.new, {"kind": "tag"}, name="tag_new"),
    path("tags/<uuid:public_id>/retirement", tags.retire, name="tag_retirement"),
    *_edited("tags", "tag")[:3],
    path("agents/", agents.index, name="agents"),
    path("agents/<uuid:public_id>/", agents.edit, name="agent"),
    path("agents/<uuid:public_id>/leaving", agents.deactivate, name="agent_leaving"),
    path("agents/<uuid:public_id>/return", agents.reactivate, name="agent_return"),
    path("agents/<uuid:public_id>/team", agents.join_team, name="agent_team"),
    path("agents/<uuid:public_id>/password", agents.password_link, name="agent_password"),
    path("invitations/new", invitations.new, name="invitation_new"),
    path("invitations/<uuid:public_id>/", invitations.show, name="invitation"),
    path("invitations/<uuid:public_id>/withdrawal", invitations.withdraw, name="withdrawal"),
    path("join/<str:token>", joining.join, name="join"),
    path("password/<uuid:public_id>/<str:token>", joining.password, name="password"),
    path("ledger/", ledger.index, name="ledger"),
    path("ledger/count", ledger.count, name="ledger_count"),
    path("ledger/retrying", ledger.retry_all, name="ledger_retry_all"),
    path("ledger/setting-aside", ledger.ignore_all, name="ledger_ignore_all"),
    path("ledger/<uuid:public_id>/", ledger.show, name="item"),
    path("ledger/<uuid:public_id>/raw", ledger.raw, name="item_raw"),
    path("ledger/<uuid:public_id>/retrying", ledger.retry, name="item_retry"),
    path("ledger/<uuid:public_id>/setting-aside", ledger.ignore, name="item_ignore"),
    path("ledger/<uuid:public_id>/release", ledger.release, name="item_release"),
    path("ledger/<uuid:public_id>/blocking", ledger.block, name="item_block"),
    path("ledger/<uuid:public_id>/unblocking", ledger.unblock, name="item_unblock"),
    path("blocked/", blocked.index, name="blocked"),
    path("blocked/new", blocked.add, name="block_new"),
    path("blocked/<str:token>/removal", blocked.remove, name="unblocking"),
    path("blocked/<str:token>/undoing", blocked.put_back, name="blocking_again"),
    path("jobs/", jobs.index, name="jobs"),
    path("jobs/<int:key>/retrying", jobs.retry, name="job_retry"),
    path("audit/", audit.index, name="audit"),
    path("trash/", trash.index, name="trash"),
    path("file/", settings_file.edit, name="file"),
    path("file/majung.yaml", settings_file.download, name="file_download"),
]
