"""No published version holds a blocked item without its override row: tried by action, form, records desk and SQL."""

import uuid
from itertools import product

import pytest
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from intake.rules.limits import Limits
from sessions.actions.plan import publish_plan, set_item
from sessions.models import ItemOverride, PlanItem, PlanVersion
from sessions.rules.stretches import STRETCHES, Suitable, suitability
from tests.sessions.factories import (
    RIGHT_HIP,
    decided_client,
    item_values,
    plan_draft,
    plan_item,
    published_plan,
    therapist,
)

pytestmark = pytest.mark.django_db

NAMES = {"L": "left", "R": "right", "B": None}
#: The floor is hard, the right hip has its rules, the back does not arch: bans for a side, for both, beside the bed.
ANSWERS = {
    **RIGHT_HIP,
    "gl_pos": ["floor"],
    "gl_equip": ["bed", "chair"],
    "hx_dx": ["spondylolisthesis"],
    "hx_spl_grade": "1",
    "hx_spl_level": "L5_S1",
    "hx_spl_stable": "yes",
}
COLUMNS = (
    "uuid, version_id, position, stretch, side, level, hold_seconds, repetitions, sets, times_per_day, days_per_week,"
    " on_bed, note, override_reason"
)


def _draft(**answers):
    by = therapist()
    return plan_draft(by, decided_client(by, **(answers or ANSWERS))[0])


def _sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _insert(version, stretch="LB-04", side="L", level=1, on_bed=True, reason=""):
    _sql(
        f"INSERT INTO massage_sessions_planitem ({COLUMNS}) VALUES (%s, %s, 9, %s, %s, %s, 30, 3, 1, 1, 7, %s, '', %s)",
        *(uuid.uuid4(), version.pk, stretch, side, level, on_bed, reason),
    )


def _publish_by_sql(version):
    _sql(
        "UPDATE massage_sessions_planversion SET published_at = now(), published_by_id = %s WHERE id = %s",
        version.created_by_id,
        version.pk,
    )


def _overridden_and_published():
    version = _draft()
    plan_item(version, stretch="LB-04", side="B", level=1, on_bed=True, reason="cleared_in_writing")
    return publish_plan(version=version, by=version.created_by)


def _rule_says(limits, stretch, side, level, on_bed):
    here = None if stretch.both_sides else NAMES[side]
    verdict = suitability(limits, side=here, level=level, bed=on_bed)[stretch.code]
    return isinstance(verdict, Suitable)


def test_what_the_action_takes_is_what_the_rule_says_for_every_item_level_side_and_bed():
    version = _draft()
    limits = Limits.from_data(version.screening.limits)

    for stretch, side, level, on_bed in product(STRETCHES.values(), NAMES, (1, 2, 3), (True, False)):
        if (stretch.both_sides and side != "B") or (on_bed and "B" not in stretch.equipment):
            continue
        values = item_values(stretch=stretch.code, side=side, level=level, on_bed=on_bed)
        here = transaction.savepoint()
        try:
            set_item(version=version, by=version.created_by, **values)
        except ValidationError:
            taken = False
        else:
            taken = True
        transaction.savepoint_rollback(here)

        assert taken is _rule_says(limits, stretch, side, level, on_bed), (stretch.code, side, level, on_bed)


def test_what_the_database_takes_is_what_the_rule_says_for_every_item_level_side_and_bed():
    version = _draft()
    limits = Limits.from_data(version.screening.limits)

    for stretch, side, level, on_bed in product(STRETCHES.values(), NAMES, (1, 2, 3), (True, False)):
        if (
            level not in stretch.levels
            or (stretch.both_sides and side != "B")
            or (on_bed and "B" not in stretch.equipment)
        ):
            continue
        here = transaction.savepoint()
        try:
            _insert(version, stretch.code, side, level, on_bed)
        except DatabaseError:
            taken = False
        else:
            taken = True
        transaction.savepoint_rollback(here)

        assert taken is _rule_says(limits, stretch, side, level, on_bed), (stretch.code, side, level, on_bed)


def test_the_form_takes_no_blocked_item_without_a_reason_and_stores_the_row_with_one(client):
    version = _draft()
    client.force_login(version.created_by)
    address = reverse("sessions:plan_item", args=[version.plan.client.uuid])
    sent = item_values(stretch="LB-04", side="B", level=1, sets=1, times_per_day=1, days_per_week=7, seen="none")

    refused = client.post(address, sent)
    client.post(address, {**sent, "reason": "cleared_in_writing"})
    publish_plan(version=version, by=version.created_by)

    assert refused.status_code == 422
    row = ItemOverride.objects.get()
    assert (row.item.stretch, row.level, row.reason, row.by) == ("LB-04", 1, "cleared_in_writing", version.created_by)


def test_the_records_desk_changes_nothing_of_a_plan(client):
    version = _overridden_and_published()
    client.force_login(version.created_by)
    before = [list(model.objects.values()) for model in (PlanVersion, PlanItem, ItemOverride)]
    sent = {"number": 9, "items-0-level": 3, "items-0-side": "R", "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 1}

    answers = [
        client.post(reverse(f"admin:massage_sessions_planversion_{page}", args=args), sent).status_code
        for page, args in (("change", [version.pk]), ("delete", [version.pk]), ("add", []))
    ]

    assert answers == [403, 403, 403]
    assert [list(model.objects.values()) for model in (PlanVersion, PlanItem, ItemOverride)] == before


def test_only_versions_stand_at_the_records_desk():
    mine = {model.__name__ for model in site._registry if model._meta.app_label == "massage_sessions"}

    assert mine & {"PlanItem", "ItemOverride", "StretchPlan"} == set()


# --- by SQL -------------------------------------------------------------------------------------------------------


def test_a_blocked_item_does_not_enter_a_draft_without_a_reason():
    version = _draft()

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _insert(version)


def test_a_reason_alone_publishes_no_blocked_item():
    version = _draft()
    _insert(version, reason="cleared_in_writing")

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _publish_by_sql(version)


@pytest.mark.parametrize(
    "change",
    [
        "stretch = 'LB-04'",
        "stretch = 'PR-04', side = 'R'",
        "stretch = 'PR-04', side = 'B'",
        "side = 'R', level = 2",
        "on_bed = false",
    ],
)
def test_an_item_that_fits_is_not_turned_into_one_that_is_blocked(change):
    item = plan_item(_draft(), stretch="PR-01", side="L", level=1, on_bed=True)

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _sql(f"UPDATE massage_sessions_planitem SET {change} WHERE id = %s", item.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE massage_sessions_planitem SET level = 2",
        "UPDATE massage_sessions_planitem SET stretch = 'LB-04', override_reason = 'smaller_range'",
        "UPDATE massage_sessions_planitem SET side = 'R'",
        "UPDATE massage_sessions_planitem SET override_reason = ''",
        "DELETE FROM massage_sessions_planitem",
        "UPDATE massage_sessions_itemoverride SET level = 3",
        "UPDATE massage_sessions_itemoverride SET reason = 'smaller_range'",
        "DELETE FROM massage_sessions_itemoverride",
        "UPDATE massage_sessions_planversion SET published_at = NULL, published_by_id = NULL",
        "DELETE FROM massage_sessions_planversion",
        "UPDATE intake_screening SET stretch_levels = '{}'",
        "UPDATE intake_screening SET limits = '{}'",
        "DELETE FROM intake_screening",
    ],
)
def test_nothing_of_a_published_version_changes(statement):
    _overridden_and_published()

    with pytest.raises(DatabaseError):
        _sql(statement)


def test_nothing_is_put_into_a_published_version():
    version = published_plan()

    with pytest.raises(DatabaseError, match="the version is published"):
        _insert(version, "PR-01")


def test_a_version_is_not_moved_to_another_decision():
    version = _draft()
    other = plan_draft(version.created_by, decided_client(version.created_by, first="Ben")[0])

    with pytest.raises(DatabaseError, match="never changes"):
        _sql("UPDATE massage_sessions_planversion SET screening_id = %s WHERE id = %s", other.screening_id, version.pk)


def test_no_item_is_moved_into_a_version_where_it_is_blocked():
    version = _draft()
    free = plan_draft(version.created_by, decided_client(version.created_by, first="Ben")[0])
    item = plan_item(free, stretch="LB-04", side="B", level=3)

    with pytest.raises(DatabaseError, match="never moves"):
        _sql("UPDATE massage_sessions_planitem SET version_id = %s WHERE id = %s", version.pk, item.pk)


def _overridden(version):
    """An item of the draft with a reason, whose override row is there before it is published."""
    item = plan_item(version, stretch="PR-02", side="R", level=1, on_bed=True, reason="smaller_range")
    ItemOverride.objects.create(item=item, level=2, reason="smaller_range", by=version.created_by, at=timezone.now())
    return item


@pytest.mark.parametrize("change", ["stretch = 'LB-04'", "side = 'B'", "level = 2", "on_bed = false"])
def test_an_override_stands_for_the_item_that_it_was_given_for(change):
    item = _overridden(_draft())

    with pytest.raises(DatabaseError, match="stands for what the item was"):
        _sql(f"UPDATE massage_sessions_planitem SET {change} WHERE id = %s", item.pk)


def test_an_override_below_the_level_of_its_item_publishes_nothing():
    version = _draft()
    item = plan_item(version, stretch="PR-02", side="R", level=2, on_bed=True, reason="smaller_range")
    ItemOverride.objects.create(item=item, level=1, reason="smaller_range", by=version.created_by, at=timezone.now())

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _publish_by_sql(version)


def test_beside_the_bed_the_floor_counts_when_it_is_published():
    version = _draft()
    _insert(version, "PR-01", "L", 1, on_bed=False, reason="smaller_range")

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _publish_by_sql(version)
    assert not PlanVersion.objects.filter(published_at__isnull=False).exists()
