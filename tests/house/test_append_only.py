"""Records that are never changed refuse every way of changing them: one row, in bulk, by SQL."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests.house.rows import two_clients
from tests.house.test_project import APPEND_ONLY

TABLES = [(label, name) for label, names in APPEND_ONLY.items() for name in names]


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """At least one row in each table, made through the actions; undone after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        two_clients()
        yield
        transaction.set_rollback(True)


def _refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(("label", "name"), TABLES)
def test_an_append_only_row_is_not_changed_by_any_path(rows, label, name):
    model = apps.get_model(label, name)
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"tests/house/rows.py makes no row of {name}: add one."
    table, column = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
    field = next(each for each in model._meta.concrete_fields if not each.primary_key)
    same = {field.attname: getattr(row, field.attname)}
    ways = {
        "save": lambda: row.save(force_update=True),
        "update": lambda: model._default_manager.filter(pk=row.pk).update(**same),
        "bulk_update": lambda: model._default_manager.bulk_update([row], [field.name]),
        "delete": lambda: model._default_manager.filter(pk=row.pk)._raw_delete("default"),
        "sql update": lambda: connection.cursor().execute(f"update {table} set {field.column} = {field.column}"),
        "sql delete": lambda: connection.cursor().execute(f"delete from {table} where {column} = %s", [row.pk]),
    }

    passed = [way for way, change in ways.items() if not _refused(change)]

    assert passed == []
