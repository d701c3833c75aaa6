"""Writing a stretch plan and ticking it at home: what is kept, what is refused, by the action and by the database."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from clinic.actions import end_portal
from clinic.models import AuditEvent, PortalAccess
from intake.actions import change_answer, withdraw_consent
from intake.models import Consent
from intake.rules.conditions import add_months
from sessions.actions.plan import apply_ready_plan, draft_plan, log_stretch, publish_plan, remove_item, set_item
from sessions.models import ItemOverride, PlanItem, PlanVersion, StretchLog, StretchPlan
from sessions.queries.plan import my_plan
from sessions.queries.shelf import start_level_of
from tests import factories
from tests.sessions.factories import (
    RIGHT_HIP,
    decide,
    decided_client,
    draft,
    item_values,
    plan_draft,
    plan_item,
    published_plan,
    therapist,
)
from tests.sessions.factories import actions as notes

pytestmark = pytest.mark.django_db


def _hip_client():
    """Tess and a client whose right hip bans bending, crossing and turning in."""
    tess = therapist()
    return tess, decided_client(tess, **RIGHT_HIP)[0]


def _sentences(error):
    return " ".join(error.value.messages)


def _sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_plan_is_published_in_versions_at_one_address():
    first = published_plan(message="Slowly.")
    tess, client = first.created_by, first.plan.client

    second = draft_plan(client=client, by=tess)
    plan_item(second, stretch="BR-01", side="B", hold_seconds=300, repetitions=1)
    publish_plan(version=second, by=tess)

    assert (first.number, second.number, StretchPlan.objects.count()) == (1, 2, 1)
    assert [item.name for item in my_plan(client, on=timezone.localdate()).items] == [
        "Chair figure-four",
        "Belly breathing 4-in 6-out",
    ]
    assert list(first.items.values_list("stretch", flat=True)) == ["PR-03"]


def test_the_draft_there_is_is_gone_on_with():
    version = plan_draft()

    assert draft_plan(client=version.plan.client, by=version.created_by) == version


def test_the_client_sees_nothing_of_a_draft():
    version = plan_draft()
    plan_item(version)

    assert my_plan(version.plan.client, on=timezone.localdate()).items == ()


def test_a_draft_on_an_older_decision_gives_way_and_keeps_what_still_fits():
    tess, client = therapist(), None
    client, _screening = decided_client(tess)
    old = plan_draft(tess, client)
    plan_item(old, stretch="PR-04", side="R")
    plan_item(old, stretch="PR-04", side="L")

    decide(client, tess, **RIGHT_HIP)
    new = draft_plan(client=client, by=tess)

    assert not PlanVersion.objects.filter(pk=old.pk).exists()
    assert list(new.items.values_list("stretch", "side")) == [("PR-04", "L")]


def test_without_a_decision_there_is_no_draft():
    tess = therapist()
    client = factories.client(by=tess)

    with pytest.raises(ValidationError) as error:
        draft_plan(client=client, by=tess)

    assert "no current decision" in _sentences(error)


def test_an_ended_decision_is_no_decision():
    tess = therapist()
    client, screening = decided_client(tess)
    later = timezone.now() + timedelta(days=800)

    with pytest.raises(ValidationError) as error:
        draft_plan(client=client, by=tess, at=later)

    assert "no current decision" in _sentences(error)
    assert screening.valid_until < later.date()


def test_without_consent_to_stretches_there_is_no_draft():
    tess = therapist()
    client, _screening = decided_client(tess, cs_stretch=False)

    with pytest.raises(ValidationError) as error:
        draft_plan(client=client, by=tess)

    assert "has not agreed to stretches" in _sentences(error)


def test_a_withdrawn_consent_stops_the_publication():
    version = plan_draft()
    plan_item(version)
    withdraw_consent(consent=Consent.objects.get(statement="cs_stretch"), by=version.created_by)

    with pytest.raises(ValidationError) as error:
        publish_plan(version=version, by=version.created_by)

    assert "has not agreed to stretches" in _sentences(error)


@pytest.mark.parametrize("role", ["front_desk", "owner"])
def test_only_a_therapist_writes_a_plan(role):
    version = plan_draft()
    other = factories.staff(role)

    with pytest.raises(PermissionDenied):
        draft_plan(client=version.plan.client, by=other)
    with pytest.raises(PermissionDenied):
        set_item(version=version, by=other, **item_values())
    with pytest.raises(PermissionDenied):
        publish_plan(version=version, by=other)


def test_an_empty_plan_is_not_published():
    version = plan_draft()

    with pytest.raises(ValidationError) as error:
        publish_plan(version=version, by=version.created_by)

    assert "empty" in _sentences(error)


def test_a_plan_is_not_published_on_an_older_decision():
    version = plan_draft()
    plan_item(version)
    decide(version.plan.client, version.created_by)

    with pytest.raises(ValidationError) as error:
        publish_plan(version=version, by=version.created_by)

    assert "newer decision" in _sentences(error)


def test_a_newer_answer_that_bans_an_item_stops_the_publication():
    version = plan_draft()
    plan_item(version, stretch="GL-05", side="B", hold_seconds=0, repetitions=10)
    intake = version.screening.intake
    change_answer(intake=intake, question="sf_load", new="hurts", reason="changed", by=version.created_by)

    with pytest.raises(ValidationError) as error:
        publish_plan(version=version, by=version.created_by)

    assert "no longer allow this: Band side step" in _sentences(error)


def test_every_step_leaves_its_trace():
    version = plan_draft()
    item = plan_item(version)
    remove_item(item=item, by=version.created_by)
    plan_item(version)
    publish_plan(version=version, by=version.created_by)

    verbs = AuditEvent.objects.filter(client=version.plan.client, verb__contains="plan").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == [
        "draft_plan",
        "set_plan_item",
        "remove_plan_item",
        "set_plan_item",
        "publish_plan",
    ]


# --- what fits ----------------------------------------------------------------------------------------------------


def test_the_same_stretch_and_side_again_changes_the_item():
    version = plan_draft()
    plan_item(version)

    plan_item(version, repetitions=5, note="Before breakfast.")

    item = version.items.get()
    assert (item.repetitions, item.note, item.position) == (5, "Before breakfast.", 1)


#: What the library does not have → the field that says so.
NOT_IN_THE_LIBRARY = [
    ({"stretch": "XX-01"}, "stretch"),
    ({"stretch": "NE-03"}, "stretch"),
    ({"side": "M"}, "side"),
    ({"stretch": "LB-05", "side": "L"}, "side"),
    ({"level": 4}, "level"),
    ({"stretch": "PR-09", "level": 1}, "level"),
    ({"stretch": "BR-02", "side": "B", "level": 3}, "level"),
    ({"hold_seconds": 601}, "hold_seconds"),
    ({"repetitions": 0}, "repetitions"),
]


def _refused_at(version, **changes):
    """The fields at which an item is refused; none when it was taken."""
    try:
        with transaction.atomic():
            plan_item(version, **changes)
    except ValidationError as error:
        return list(error.message_dict)
    return []


def test_what_the_library_does_not_have_is_refused_at_its_field():
    version = plan_draft()

    found = [_refused_at(version, **changes) for changes, _field in NOT_IN_THE_LIBRARY]

    assert found == [[field] for _changes, field in NOT_IN_THE_LIBRARY]
    assert version.items.count() == 0


@pytest.mark.parametrize(("first", "second"), [("L", "B"), ("B", "R")])
def test_a_stretch_is_not_planned_twice_for_one_side(first, second):
    version = plan_draft()
    plan_item(version, side=first)

    with pytest.raises(ValidationError) as error:
        plan_item(version, side=second)

    assert list(error.value.message_dict) == ["side"]


def test_each_side_may_have_its_own_dose():
    version = plan_draft()
    plan_item(version, side="L")
    plan_item(version, side="R", repetitions=2)

    assert list(version.items.values_list("side", "repetitions")) == [("L", 3), ("R", 2)]


def test_a_plan_holds_five_stretches_at_most():
    version = plan_draft()
    for code in ("PR-01", "PR-02", "PR-03", "PR-07", "PR-08"):
        plan_item(version, stretch=code)

    with pytest.raises(ValidationError) as error:
        plan_item(version, stretch="PR-10")

    assert "at most 5" in _sentences(error)


#: With a right hip that must not bend over 90°, cross the middle or turn in: stretch, side, level, whether it fits.
HELD_TO_ITS_SIDE = [
    ("PR-04", "L", 3, True),
    ("PR-04", "R", 1, False),
    ("PR-04", "B", 1, False),
    ("PR-03", "R", 1, True),
    ("PR-03", "R", 2, False),
    ("PR-03", "L", 2, True),
    ("LB-03", "B", 1, False),
    ("GL-02", "B", 2, True),
]


def test_an_item_is_held_to_the_levels_of_its_side():
    version = plan_draft(*_hip_client())

    found = []
    for stretch, side, level, _fits in HELD_TO_ITS_SIDE:
        found.append(_refused_at(version, stretch=stretch, side=side, level=level))
        version.items.all().delete()

    assert found == [[] if fits else ["level"] for *_item, fits in HELD_TO_ITS_SIDE]


def test_beyond_the_limits_an_item_needs_a_coded_reason():
    version = plan_draft(*_hip_client())

    with pytest.raises(ValidationError):
        plan_item(version, side="R", reason="because I say so")
    item = plan_item(version, side="R", reason="cleared_in_writing")

    assert item.override_reason == "cleared_in_writing"


def test_a_reason_is_not_kept_where_none_is_needed():
    version = plan_draft()

    assert plan_item(version, reason="smaller_range").override_reason == ""


def test_publishing_stores_who_went_beyond_the_limits_and_why():
    tess, client = _hip_client()
    version = published_plan(tess, client, {"side": "R", "reason": "smaller_range"}, {"side": "L"})

    override = ItemOverride.objects.get()
    assert (override.item.side, override.level, override.reason, override.by) == ("R", 2, "smaller_range", tess)
    assert version.items.count() == 2


@pytest.mark.parametrize(("on_bed", "fits"), [(True, True), (False, False)])
def test_where_the_floor_is_banned_a_stretch_is_done_on_the_bed(on_bed, fits):
    tess = therapist()
    client, _screening = decided_client(tess, gl_pos=["floor"])
    version = plan_draft(tess, client)

    if fits:
        plan_item(version, stretch="PR-01", on_bed=on_bed)
    else:
        with pytest.raises(ValidationError) as error:
            plan_item(version, stretch="PR-01", on_bed=on_bed)
        assert list(error.value.message_dict) == ["on_bed"]
    assert version.items.exists() is fits


def test_without_a_bed_at_home_the_floor_stays_banned():
    tess = therapist()
    client, _screening = decided_client(tess, gl_pos=["floor"], gl_equip=["chair"])

    with pytest.raises(ValidationError) as error:
        plan_item(plan_draft(tess, client), stretch="PR-01", on_bed=True)

    assert list(error.value.message_dict) == ["level"]


# --- ready-made plans ---------------------------------------------------------------------------------------------


def test_a_ready_made_plan_fills_the_draft_for_the_sore_side():
    version = plan_draft()

    filled = apply_ready_plan(version=version, plan="piriformis_standard", side="R", by=version.created_by)

    assert filled.told == ()
    assert filled.added[:3] == (
        "Lying figure-four: right side",
        "Knee to opposite shoulder: right side",
        "Bridge: both sides together",
    )
    assert list(version.items.values_list("stretch", "side", "level")) == [
        ("PR-01", "R", 2),
        ("PR-02", "R", 2),
        ("GL-02", "B", 2),
        ("GL-03", "R", 2),
        ("BR-03", "B", 2),
    ]


def test_a_rest_of_ten_minutes_fits_into_a_plan():
    version = plan_draft()

    assert apply_ready_plan(version=version, plan="leg_signs", side="L", by=version.created_by).told == ()
    assert version.items.get(stretch="BR-02").hold_seconds == 600


def test_what_is_banned_is_swapped_or_left_out_of_a_ready_made_plan_with_the_reason():
    version = plan_draft(*_hip_client())

    filled = apply_ready_plan(version=version, plan="piriformis_standard", side="R", by=version.created_by)

    why = "Hip replacement, back approach"
    assert filled.told == (
        f"Lying figure-four swapped for Wall figure-four because of this: hip flexion > 90°: {why}.",
        f"Knee to opposite shoulder left out: hip adduction across the midline: {why}.",
    )
    assert list(version.items.values_list("stretch", flat=True)) == ["PR-10", "GL-02", "GL-03", "BR-03"]


def test_a_ready_made_plan_leaves_what_is_in_the_draft_as_it_is():
    version = plan_draft()
    plan_item(version, stretch="PR-01", note="Slowly, in the evening.", hold_seconds=12)

    filled = apply_ready_plan(version=version, plan="piriformis_standard", side="R", by=version.created_by)

    held = version.items.get(stretch="PR-01")
    assert filled.told == ("Lying figure-four is in the draft already and stays as it is.",)
    assert "Lying figure-four: right side" not in filled.added
    assert (held.side, held.hold_seconds, held.note) == ("L", 12, "Slowly, in the evening.")


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({}, 2),
        ({"md_class": ["gaba"]}, 1),
        ({"pn_night": "constant"}, 1),
        ({"hx_dx": ["hypermobile"]}, 1),
        ({"pn_worst": 7, "pn_trend": "worse", "pn_now": 5, "pn_avg": 5}, 1),
        ({"hx_dx": ["stenosis"]}, 2),
    ],
)
def test_the_level_to_start_at_follows_answers_and_flags(answers, level):
    tess = therapist()
    client, _screening = decided_client(tess, **answers)

    assert start_level_of(client, on=timezone.localdate()) == level


def test_from_75_years_on_every_stretch_starts_at_level_one():
    tess = therapist()
    today = timezone.localdate()
    for days, level in ((0, 1), (1, 2)):
        client = factories.client("Ada", by=tess, birth_date=add_months(today + timedelta(days), -75 * 12))
        decide(client, tess)
        assert start_level_of(client, on=today) == level


def test_answers_that_are_no_longer_whole_start_at_level_one_and_make_no_plan():
    """From the 50th birthday on the form asks more of this client than it did."""
    tess = therapist()
    soon = add_months(timezone.localdate() + timedelta(30), -50 * 12)
    client, _screening = decided_client(tess, ab_dob=soon.isoformat())
    later = timezone.now() + timedelta(days=60)

    assert start_level_of(client, on=later.date()) == 1
    with pytest.raises(ValidationError) as error:
        draft_plan(client=client, by=tess, at=later)
    assert "questions have changed" in _sentences(error)


@pytest.mark.parametrize(("angle", "level"), [(25, 2), (15, 1)])
def test_a_range_outside_its_flag_starts_at_level_one(angle, level):
    note = draft()
    notes.record_finding(note=note, code="ROM_HIP_IR90", side="L", phase="before", angle=angle, by=note.therapist)

    assert start_level_of(note.client, on=timezone.localdate()) == level


def test_sides_ten_degrees_apart_start_at_level_one():
    note = draft()
    for side, angle in (("L", 30), ("R", 40)):
        notes.record_finding(note=note, code="ROM_HIP_IR90", side=side, phase="before", angle=angle, by=note.therapist)

    assert start_level_of(note.client, on=timezone.localdate()) == 1


def test_who_starts_at_level_one_gets_a_ready_made_plan_at_level_one():
    tess = therapist()
    client, _screening = decided_client(tess, md_class=["gaba"])
    version = plan_draft(tess, client)

    apply_ready_plan(version=version, plan="piriformis_standard", side="L", by=tess)

    assert set(version.items.values_list("level", flat=True)) == {1}


# --- what the database holds --------------------------------------------------------------------------------------

_COLUMNS = (
    "uuid, version_id, position, stretch, side, level, hold_seconds, repetitions, sets, times_per_day, days_per_week,"
    " on_bed, note, override_reason"
)


def _insert(version, stretch, side, level, reason=""):
    _sql(
        f"INSERT INTO massage_sessions_planitem ({_COLUMNS}) VALUES (%s, %s, 9, %s, %s, %s, 30, 3, 1, 1, 7, false, '', %s)",  # noqa: E501
        uuid.uuid4(),
        version.pk,
        stretch,
        side,
        level,
        reason,
    )


def _passes(statement, *values):
    """Whether the database lets a statement through."""
    try:
        _sql(statement, *values)
    except DatabaseError:
        return False
    return True


BEYOND = [
    ("PR-04", "R", 1),
    ("PR-04", "B", 1),
    ("PR-03", "R", 2),
    ("LB-03", "B", 1),
    ("NE-03", "L", 2),
    ("XX-01", "L", 1),
]


def test_the_database_refuses_an_item_beyond_the_levels_of_its_side():
    version = plan_draft(*_hip_client())

    for stretch, side, level in BEYOND:
        with pytest.raises(DatabaseError, match="beyond the stretch levels"):
            _insert(version, stretch, side, level)

    assert version.items.count() == 0


def test_the_database_refuses_to_lift_an_item_beyond_the_levels():
    version = plan_draft(*_hip_client())
    item = plan_item(version, side="R", level=1)
    changes = ("level = 2", "side = 'B', level = 2", "stretch = 'PR-04'")

    for change in changes:
        with pytest.raises(DatabaseError, match="beyond the stretch levels"):
            _sql(f"UPDATE massage_sessions_planitem SET {change} WHERE id = %s", item.pk)


def test_the_database_refuses_to_take_the_reason_from_an_item_that_needs_it():
    item = plan_item(plan_draft(*_hip_client()), side="R", reason="smaller_range")

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _sql("UPDATE massage_sessions_planitem SET override_reason = '' WHERE id = %s", item.pk)


def test_the_database_takes_an_item_within_the_levels():
    version = plan_draft(*_hip_client())

    _insert(version, "PR-04", "L", 3)

    assert version.items.get().level == 3


def test_the_database_knows_three_sides_and_three_levels():
    version = plan_draft()

    for side, level in (("M", 1), ("L", 0), ("L", 4)):
        with pytest.raises(DatabaseError):
            _insert(version, "PR-03", side, level)


def test_a_reason_in_the_draft_alone_does_not_publish_an_item():
    """The override row with its author is what counts; it is written when a therapist publishes."""
    version = plan_draft(*_hip_client())
    _insert(version, "PR-04", "R", 1, reason="smaller_range")

    with pytest.raises(DatabaseError, match="beyond the stretch levels"):
        _sql(
            "UPDATE massage_sessions_planversion SET published_at = now(), published_by_id = created_by_id"
            " WHERE id = %s",
            version.pk,
        )


def test_an_override_row_holds_up_to_its_level():
    tess, client = _hip_client()
    version = plan_draft(tess, client)
    item = plan_item(version, side="R", level=3, reason="smaller_range")
    ItemOverride.objects.create(item=item, level=2, reason="smaller_range", by=tess, at=timezone.now())

    with pytest.raises(DatabaseError, match="beyond the stretch levels"), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(published_at=timezone.now(), published_by=tess)


FROZEN = [
    "UPDATE massage_sessions_planversion SET message = 'x'",
    "UPDATE massage_sessions_planversion SET published_at = NULL, published_by_id = NULL",
    "DELETE FROM massage_sessions_planversion",
    "UPDATE massage_sessions_planitem SET level = 1",
    "UPDATE massage_sessions_planitem SET note = 'x'",
    "DELETE FROM massage_sessions_planitem",
    "UPDATE massage_sessions_itemoverride SET level = 3",
    "DELETE FROM massage_sessions_itemoverride",
    "UPDATE massage_sessions_stretchlog SET comfort = 1",
    "DELETE FROM massage_sessions_stretchlog",
    "UPDATE massage_sessions_stretchplan SET client_id = client_id + 1",
]


def test_a_published_version_its_overrides_and_ticks_are_frozen():
    tess, client = _hip_client()
    version = published_plan(tess, client, {"side": "R", "reason": "smaller_range"})
    _tick(client, version)

    assert [statement for statement in FROZEN if _passes(statement)] == []


def test_nothing_is_added_to_a_published_version():
    version = published_plan()

    with pytest.raises(DatabaseError, match="published"):
        _insert(version, "PR-04", "L", 1)
    with pytest.raises(ValidationError):
        plan_item(version, stretch="PR-04")


def test_no_item_moves_to_another_version():
    version = published_plan()
    tess = version.created_by
    second = draft_plan(client=version.plan.client, by=tess)

    for moved, to in ((version.items.get(), second), (second.items.get(), version)):
        with pytest.raises(DatabaseError), transaction.atomic():
            PlanItem.objects.filter(pk=moved.pk).update(version=to)


def test_a_version_rests_on_a_decision_of_its_own_client():
    tess = therapist()
    _ana, other = decided_client(tess)
    ben, _screening = decided_client(tess, first="Ben")
    version = plan_draft(tess, ben)

    with pytest.raises(DatabaseError, match="different clients"), transaction.atomic():
        PlanVersion.objects.create(
            plan=version.plan,
            number=9,
            screening=other,
            edition=version.edition,
            created_by=tess,
            created_at=timezone.now(),
        )


def test_a_version_is_never_born_published():
    version = published_plan()

    with pytest.raises(DatabaseError, match="starts as a draft"), transaction.atomic():
        PlanVersion.objects.create(
            plan=version.plan,
            number=9,
            screening=version.screening,
            edition=version.edition,
            created_by=version.created_by,
            created_at=timezone.now(),
            published_by=version.created_by,
            published_at=timezone.now(),
        )


# --- ticking at home ----------------------------------------------------------------------------------------------


def _account(client):
    access = PortalAccess.objects.filter(client=client).first()
    return access.user if access else factories.portal_user(client, "home@example.org")


def _tick(client, version, **changes):
    values = {
        "item_uuid": version.items.first().uuid,
        "client_uuid": uuid.uuid4(),
        "on": timezone.localdate(),
        "comfort": 3,
        **changes,
    }
    return log_stretch(client=client, by=_account(client), **values)


def test_a_stretch_done_is_stored_with_its_comfort():
    version = published_plan()

    log = _tick(version.plan.client, version, comfort=2)

    assert (log.done, log.comfort, log.sensation, log.on) == (True, 2, "", timezone.localdate())


def test_the_same_tick_sent_twice_is_stored_once():
    version = published_plan()
    key = uuid.uuid4()

    first = _tick(version.plan.client, version, client_uuid=key)
    second = _tick(version.plan.client, version, client_uuid=key)

    assert (first, StretchLog.objects.count()) == (second, 1)


def test_another_answer_under_the_key_of_a_tick_is_refused_not_lost():
    version = published_plan()
    key = uuid.uuid4()
    _tick(version.plan.client, version, client_uuid=key)

    with pytest.raises(ValidationError):
        _tick(version.plan.client, version, client_uuid=key, comfort=5)

    assert StretchLog.objects.get().comfort == 3


def test_the_key_of_another_clients_tick_is_refused():
    version = published_plan()
    other = published_plan(version.created_by, decided_client(version.created_by, first="Ben")[0])
    known = _tick(version.plan.client, version)
    user = factories.portal_user(other.plan.client, "ben@example.org")

    with pytest.raises(ValidationError):
        log_stretch(
            client=other.plan.client,
            item_uuid=other.items.get().uuid,
            client_uuid=known.client_uuid,
            on=timezone.localdate(),
            by=user,
        )

    assert StretchLog.objects.count() == 1


@pytest.mark.parametrize(("back", "kept"), [(-1, False), (0, True), (6, True), (7, False)])
def test_ticks_are_taken_for_the_last_seven_days(back, kept):
    version = published_plan()
    on = timezone.localdate() - timedelta(days=back)

    if kept:
        _tick(version.plan.client, version, on=on)
    else:
        with pytest.raises(ValidationError):
            _tick(version.plan.client, version, on=on)
    assert StretchLog.objects.exists() is kept


@pytest.mark.parametrize(("back", "stored"), [(-400, 0), (-1, 0), (7, 7), (40, 10)])
def test_a_nerve_sign_is_taken_whatever_day_the_phone_thinks_it_is(back, stored):
    tess, today = therapist(), timezone.localdate()
    ten_days_ago = timezone.now() - timedelta(days=10)
    version = published_plan(tess, decided_client(tess, at=ten_days_ago)[0], at=ten_days_ago)
    client = version.plan.client

    late = _tick(client, version, on=today - timedelta(days=back), sensation="nerve", comfort=None, done=False)

    assert late.on == today - timedelta(days=stored)
    assert "went down the leg" in my_plan(client, on=today).items[0].paused_because


def test_a_nerve_sign_is_stored_though_another_answer_came_first_under_its_key():
    version = published_plan()
    client, key = version.plan.client, uuid.uuid4()
    _tick(client, version, client_uuid=key)

    for _time in range(2):
        _tick(client, version, client_uuid=key, sensation="nerve", comfort=None, done=False)

    assert list(StretchLog.objects.order_by("id").values_list("comfort", "sensation")) == [(3, ""), (None, "nerve")]


def test_a_nerve_sign_pauses_the_item_at_once_and_nothing_else():
    version = published_plan(None, None, {}, {"stretch": "PR-04"})
    client = version.plan.client

    _tick(client, version, sensation="nerve", comfort=None, done=False)

    paused, other = my_plan(client, on=timezone.localdate()).items
    assert "went down the leg" in paused.paused_because
    assert other.paused_because == ""
    with pytest.raises(ValidationError):
        _tick(client, version)


def test_what_was_done_on_the_day_before_counts_though_the_stretch_rests_by_now():
    version = published_plan()
    client, yesterday = version.plan.client, timezone.localdate() - timedelta(days=1)
    _tick(client, version, sensation="nerve", comfort=None, done=False)

    late = _tick(client, version, on=yesterday)

    assert (late.done, late.on) == (True, yesterday)
    assert my_plan(client, on=timezone.localdate()).items[0].paused_because


def test_a_second_nerve_sign_puts_the_whole_plan_to_rest():
    version = published_plan(None, None, {}, {"stretch": "PR-04"})
    client = version.plan.client

    for item in version.items.all():
        _tick(client, version, item_uuid=item.uuid, sensation="nerve", comfort=None, done=False)

    version.plan.refresh_from_db()
    assert version.plan.paused_at is not None
    assert {item.paused_because for item in my_plan(client, on=timezone.localdate()).items} == {
        "Your plan rests for now. Your therapist will talk with you about it."
    }


def test_a_new_version_ends_the_pause():
    version = published_plan()
    client, tess = version.plan.client, version.created_by
    for _time in range(2):
        _tick(client, version, sensation="nerve", comfort=None, done=False)

    publish_plan(version=draft_plan(client=client, by=tess), by=tess)

    version.plan.refresh_from_db()
    assert version.plan.paused_at is None
    assert [item.paused_because for item in my_plan(client, on=timezone.localdate()).items] == [""]


def test_only_an_account_with_open_access_ticks():
    version = published_plan()
    client = version.plan.client
    access = PortalAccess.objects.get(user=_account(client))
    end_portal(access=access, by=version.created_by)

    for user in (access.user, version.created_by):
        with pytest.raises(PermissionDenied):
            log_stretch(
                client=client,
                item_uuid=version.items.get().uuid,
                client_uuid=uuid.uuid4(),
                on=timezone.localdate(),
                by=user,
            )


def test_an_item_of_another_client_or_of_a_draft_is_not_there():
    version = published_plan()
    client, tess = version.plan.client, version.created_by
    other = published_plan(tess, decided_client(tess, first="Ben")[0])
    waiting = draft_plan(client=client, by=tess)

    for item in (other.items.get(), waiting.items.get()):
        with pytest.raises(Http404):
            _tick(client, version, item_uuid=item.uuid)


def _replaced(days_ago):
    """A plan of ten days ago and its client, replaced by a new version so many days ago."""
    now = timezone.now()
    tess = therapist()
    client = factories.client("Ana", by=tess)
    decide(client, tess, at=now - timedelta(days=10))
    version = published_plan(tess, client, at=now - timedelta(days=10))
    newer = draft_plan(client=client, by=tess, at=now - timedelta(days=days_ago))
    return version, publish_plan(version=newer, by=tess, at=now - timedelta(days=days_ago))


@pytest.mark.parametrize(("back", "kept"), [(3, True), (2, True), (1, False)])
def test_a_late_tick_counts_for_an_older_version_up_to_the_day_it_was_replaced(back, kept):
    version, _newer = _replaced(days_ago=2)
    on = timezone.localdate() - timedelta(days=back)

    if kept:
        _tick(version.plan.client, version, on=on)
    else:
        with pytest.raises(ValidationError, match="had changed by then"):
            _tick(version.plan.client, version, on=on)
    assert StretchLog.objects.filter(item__version=version).exists() is kept


def test_a_late_nerve_sign_for_an_older_version_pauses_the_stretch_in_the_new_one():
    version, newer = _replaced(days_ago=2)

    _tick(version.plan.client, version, sensation="nerve", comfort=None, done=False)

    paused = my_plan(version.plan.client, on=timezone.localdate()).item(newer.items.get().uuid)
    assert "went down the leg" in paused.paused_because


def test_a_late_nerve_sign_counts_as_one_of_two_that_rest_the_new_version():
    version, newer = _replaced(days_ago=2)

    for one in (version, newer):
        _tick(version.plan.client, one, sensation="nerve", comfort=None, done=False)

    newer.plan.refresh_from_db()
    assert newer.plan.paused_at is not None


def test_the_database_takes_no_tick_for_an_item_of_another_client_or_of_a_draft():
    version = published_plan()
    client, tess = version.plan.client, version.created_by
    other = published_plan(tess, decided_client(tess, first="Ben")[0])
    waiting = draft_plan(client=client, by=tess)

    for item in (other.items.get(), waiting.items.get()):
        with pytest.raises(DatabaseError, match="not a published item"), transaction.atomic():
            StretchLog.objects.create(
                item=item,
                client=client,
                client_uuid=uuid.uuid4(),
                on=timezone.localdate(),
                done=True,
                by=_account(client),
                at=timezone.now(),
            )
