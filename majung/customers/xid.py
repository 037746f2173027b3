"""The number of the writing transaction, given by PostgreSQL itself; on SQLite there is no need."""

from typing import Any

from django.db.models import BigIntegerField, Func


class Xid(Func):
    """``majung_xid()`` on PostgreSQL, 0 on SQLite, whose writers stand in line anyway."""

    function = "majung_xid"
    template = "%(function)s()"
    arity = 0
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="0", **context)
