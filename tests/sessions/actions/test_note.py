"""Opening, recording, saving, signing, adding to and striking a note."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from clinic.models import AuditEvent, Care
from intake.actions import decide_screening
from intake.queries import handed_in, judge
from sessions.actions import note as actions
from sessions.models import AddendumKind, EventVoid, SessionNote, TimelineEvent
from sessions.queries.note import live_events, missing_parts
from sessions.queries.seal import signature_holds
from tests import factories
from tests.sessions.factories import (
    check_in,
    decided_client,
    draft,
    draft_with_rows,
    event,
    event_values,
    signed_note,
    therapist,
)


def _refused(statement):
    """The error code with which the database refuses ``statement``."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        statement()
    return refusal.value.__cause__.sqlstate


# --- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_note_opens_after_decision_and_check_in():
    tess = therapist()
    client, screening = decided_client(tess)
    today = check_in(client, tess, ck_now=4)

    note = actions.open_note(check_in=today, location=factories.location(), by=tess)

    assert (note.client, note.screening, note.check_in, note.therapist) == (client, screening, today, tess)
    assert (note.pain_before, note.visit_kind, note.is_signed) == (4, "first", False)


@pytest.mark.django_db
def test_the_same_check_in_opens_the_same_note():
    note = draft()

    again = actions.open_note(check_in=note.check_in, location=note.location, by=note.therapist)

    assert again.pk == note.pk


@pytest.mark.django_db
def test_an_open_note_puts_the_client_in_the_therapists_care():
    note = draft()

    assert Care.objects.filter(client=note.client, therapist=note.therapist, until=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({"ck_ces": "yes"}, None),
        ({"ck_calf": "unsure"}, None),
        ({"ck_ill": "yes"}, None),
        ({}, timedelta(days=400)),
    ],
    ids=["emergency", "emergency, not sure", "ill today", "decision ended"],
)
def test_a_closed_gate_stores_no_note(answers, at):
    tess = therapist()
    client, _screening = decided_client(tess)
    now = timezone.now() + (at or timedelta())
    today = check_in(client, tess, at=now, **answers)
    before = AuditEvent.objects.count()

    with pytest.raises(actions.GateClosed) as closed:
        actions.open_note(check_in=today, location=factories.location(), by=tess, at=now)

    assert closed.value.because
    assert SessionNote.objects.count() == 0
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
def test_the_desk_opens_no_note():
    note = draft()
    flo = factories.staff("front_desk")
    today = check_in(note.client, note.therapist)

    with pytest.raises(PermissionDenied):
        actions.open_note(check_in=today, location=note.location, by=flo)


@pytest.mark.django_db
def test_every_fourth_visit_is_a_re_assessment():
    tess = therapist()
    now = timezone.now() - timedelta(days=30)
    client, _screening = decided_client(tess, at=now)

    kinds = [draft(tess, client, at=now + timedelta(days=n)).visit_kind for n in range(4)]

    assert kinds == ["first", "follow_up", "follow_up", "reassessment"]


# --- the timeline -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_event_sent_twice_is_one_row():
    note = draft()
    key = uuid.uuid4()

    first = actions.record_event(note=note, client_uuid=key, by=note.therapist, **event_values())
    second = actions.record_event(note=note, client_uuid=key, by=note.therapist, **event_values())

    assert (first.pk, note.events.count()) == (second.pk, 1)


@pytest.mark.django_db
def test_another_tap_under_the_key_of_an_event_is_refused_not_lost():
    note = draft()
    key = uuid.uuid4()
    actions.record_event(note=note, client_uuid=key, by=note.therapist, **event_values(pressure=2))

    with pytest.raises(ValidationError):
        actions.record_event(note=note, client_uuid=key, by=note.therapist, **event_values(pressure=1))

    assert note.events.get().pressure == 2


@pytest.mark.django_db
def test_events_are_numbered_in_order():
    note = draft()

    assert [event(note).seq for _n in range(3)] == [1, 2, 3]


@pytest.mark.django_db
def test_pressure_above_the_cap_is_refused_by_action_and_by_sql():
    tess = therapist()
    client, _screening = decided_client(tess, md_class=["doac"])
    note = draft(tess, client)
    cap = note.limits["structures"]["MUS_PIR:L"]["cap"]
    assert cap < 5

    with pytest.raises(ValidationError):
        event(note, pressure=cap + 1)
    code = _refused(lambda: _raw_event(note, pressure=cap + 1))

    assert (code, note.events.count()) == ("CL002", 0)


@pytest.mark.django_db
def test_a_locked_area_is_refused_by_action_and_by_sql():
    tess = therapist()
    client, _screening = decided_client(tess, gl_avoid=["BTM:L"])
    note = draft(tess, client)

    with pytest.raises(ValidationError):
        event(note, pressure=0)
    code = _refused(lambda: _raw_event(note, pressure=0))

    assert code == "CL002"
    assert event(note, side="R").pk


@pytest.mark.django_db
def test_an_unknown_structure_is_refused_by_sql():
    note = draft()

    assert _refused(lambda: _raw_event(note, structure="MUS_NONE")) == "CL002"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "value", "change"),
    [
        ("no_techniques", ["TQ_ELB"], {"technique": "TQ_ELB"}),
        ("no_positions", ["PRONE"], {"position": "PRONE"}),
        ("no_positions", ["SIDE:L"], {"position": "SIDE:L"}),
        ("no_positions", ["SIDE"], {"position": "SIDE:R"}),
    ],
)
def test_a_banned_technique_or_position_is_refused_by_sql(limit, value, change):
    limits = draft_limits() | {limit: value}
    note = _note_with(limits)

    assert _refused(lambda: _raw_event(note, **change)) == "CL002"


@pytest.mark.django_db
def test_a_region_closed_by_too_much_twice_is_refused_by_action_and_by_sql():
    note = draft()
    event(note, comfort=5)
    event(note, structure="MUS_DEEP6", comfort=5)

    with pytest.raises(ValidationError, match="closed for today"):
        event(note, pressure=0)
    codes = [
        _refused(lambda place=place: _raw_event(note, pressure=0, **place))
        for place in ({}, {"structure": "MUS_GMAX"}, {"structure": "MUS_QF"})
    ]

    assert codes == ["CL002"] * 3
    assert event(note, side="R").pk
    assert event(note, structure="MUS_ES").pk
    assert event(note, kind="stop", comfort=None, asked_by="").pk


def _visit_after(day_after, **history):
    """The note of a visit a week after one with pressure 3 for 50 minutes, of which the client says ``day_after``."""
    tess = therapist()
    earlier = timezone.now() - timedelta(days=7)
    client, _screening = decided_client(tess, at=earlier, **history)
    signed_note(tess, client, at=earlier)
    today = check_in(client, tess, ck_after=day_after)
    result = judge(handed_in(client), on=timezone.localdate(), check_in=today.answers)
    accepted = [flag.code for flag in result.flags]
    decide_screening(intake=handed_in(client), outcome="modified", accepted=accepted, confirmed_aloud=True, by=tess)
    return actions.open_note(check_in=today, location=factories.location(), by=tess)


@pytest.mark.django_db
@pytest.mark.parametrize("day_after", ["sore_long", "worse"])
def test_after_a_bad_reaction_the_pressure_is_a_step_below_the_last_visit_and_no_reason_raises_it(day_after):
    note = _visit_after(day_after)

    assert (note.limits["pressure_cap"], note.limits["max_minutes"]) == (2, 37)
    assert event(note, pressure=2).pk
    with pytest.raises(ValidationError):
        event(note, pressure=3)
    with pytest.raises(ValidationError):
        actions.raise_cap(
            note=note, structure="MUS_PIR", side="L", pressure=3, reason="smaller_range", by=note.therapist
        )
    assert _refused(lambda: _raw_event(note, pressure=3)) == "CL002"


@pytest.mark.django_db
@pytest.mark.parametrize("day_after", ["better", "sore_short"])
def test_a_usual_day_after_lowers_no_limit(day_after):
    assert _visit_after(day_after).limits["pressure_cap"] == 5


@pytest.mark.django_db
def test_a_bruise_of_years_ago_does_not_lower_every_visit():
    assert _visit_after("same", hx_faint=["bruise"]).limits["pressure_cap"] == 5


@pytest.mark.django_db
def test_an_undone_too_much_closes_nothing():
    note = draft()
    event(note, comfort=5)
    mistaken = event(note, comfort=5)
    actions.void_event(event=mistaken, reason="wrong_value", by=note.therapist)

    assert event(note, comfort=3, pressure=1).pk


def draft_limits():
    note = draft()
    return note.limits


def _note_with(limits):
    """A note opened with these limits: they are fixed at opening, so it is a copy of a fresh one."""
    other = draft()
    today = check_in(other.client, other.therapist)
    copy = SessionNote.objects.get(pk=other.pk)
    copy.pk = copy.id = None
    copy.uuid, copy.check_in, copy.limits = uuid.uuid4(), today, limits
    copy.save(force_insert=True)
    return copy


def _raw_event(note, **changes):
    row = event_values(**changes)
    TimelineEvent.objects.bulk_create(
        [TimelineEvent(note=note, client_uuid=uuid.uuid4(), seq=77, at=timezone.now(), **row)]
    )


@pytest.mark.django_db
def test_a_reason_raises_the_cap_no_further_than_cap_with_reason():
    tess = therapist()
    client, _screening = decided_client(tess, md_class=["doac"])
    note = draft(tess, client)
    place = note.limits["structures"]["MUS_PIR:L"]

    with pytest.raises(ValidationError):
        actions.raise_cap(
            note=note,
            structure="MUS_PIR",
            side="L",
            pressure=place["cap_with_reason"] + 1,
            reason="smaller_range",
            by=tess,
        )

    assert note.cap_raises.count() == 0


@pytest.mark.django_db
def test_a_voided_event_stays_and_does_not_count():
    note = draft()
    row = event(note)

    actions.void_event(event=row, reason="undo", by=note.therapist)
    actions.void_event(event=row, reason="undo", by=note.therapist)

    assert (note.events.count(), live_events(note), EventVoid.objects.count()) == (1, [], 1)


@pytest.mark.django_db
def test_nobody_else_writes_in_a_draft():
    note = draft()
    theo = factories.staff("therapist")

    with pytest.raises(PermissionDenied):
        actions.record_event(note=note, client_uuid=uuid.uuid4(), by=theo, **event_values())


# --- texts --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_text_saved_elsewhere_is_not_overwritten():
    note = draft()
    actions.save_text(note=note, rev=0, texts={"subjective": "First."}, by=note.therapist)

    with pytest.raises(actions.TextConflict) as conflict:
        actions.save_text(note=note, rev=0, texts={"subjective": "Second."}, by=note.therapist)

    assert conflict.value.stored.subjective == "First."
    assert conflict.value.mine == {"subjective": "Second."}
    assert SessionNote.objects.get(pk=note.pk).subjective == "First."


@pytest.mark.django_db(transaction=True)
def test_of_twenty_editors_one_is_accepted():
    note = draft()
    start = threading.Barrier(20)
    outcomes = []

    def edit(number):
        start.wait()
        try:
            actions.save_text(
                note=SessionNote.objects.select_related("client").get(pk=note.pk),
                rev=0,
                texts={"subjective": f"Editor {number}"},
                by=note.therapist,
            )
            outcomes.append(number)
        except actions.TextConflict:
            outcomes.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    accepted = [number for number in outcomes if number is not None]
    saved = SessionNote.objects.get(pk=note.pk)
    assert (len(outcomes), len(accepted)) == (20, 1)
    assert (saved.subjective, saved.rev) == (f"Editor {accepted[0]}", 1)


@pytest.mark.django_db(transaction=True)
def test_of_ten_taps_at_once_each_has_its_own_number():
    note = draft()
    start = threading.Barrier(10)

    def tap():
        start.wait()
        try:
            event(SessionNote.objects.select_related("therapist").get(pk=note.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(note.events.values_list("seq", flat=True)) == list(range(1, 11))


# --- signing ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_whole_note_is_signed_by_its_author():
    note = draft_with_rows()

    signed = actions.sign_note(note=note, by=note.therapist)

    assert (signed.signed_by, len(signed.content_hash)) == (note.therapist, 64)
    assert signature_holds(SessionNote.objects.get(pk=note.pk))


@pytest.mark.django_db
def test_a_note_that_misses_parts_is_not_signed():
    note = draft()

    with pytest.raises(actions.NotComplete) as refused:
        actions.sign_note(note=note, by=note.therapist)

    assert refused.value.missing == missing_parts(note)
    assert not SessionNote.objects.get(pk=note.pk).is_signed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "last", [{"comfort": 5}, {"kind": "sign", "sign": "nerve", "comfort": None, "asked_by": ""}], ids=["C5", "nerve"]
)
def test_an_area_that_ends_badly_stops_the_signature_until_it_is_settled(last):
    note = draft_with_rows()
    event(note, **last)

    with pytest.raises(actions.NotComplete) as refused:
        actions.sign_note(note=note, by=note.therapist)
    assert refused.value.missing == ("settled",)

    event(note, kind="stop", pressure=0, comfort=None, asked_by="")
    assert actions.sign_note(note=note, by=note.therapist).is_signed


@pytest.mark.django_db
def test_a_note_read_in_an_older_version_is_not_signed():
    note = draft_with_rows()

    with pytest.raises(actions.TextConflict):
        actions.sign_note(note=note, rev=0, by=note.therapist)


@pytest.mark.django_db
def test_nobody_else_signs():
    note = draft_with_rows()

    with pytest.raises(PermissionDenied):
        actions.sign_note(note=note, by=factories.staff("therapist", "owner"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        lambda n: actions.save_text(note=n, rev=n.rev, texts={"plan": "x"}, by=n.therapist),
        lambda n: actions.set_pain(note=n, after=1, by=n.therapist),
        lambda n: event(n),
        lambda n: actions.void_event(event=n.events.last(), reason="undo", by=n.therapist),
        lambda n: actions.record_verbal_consent(note=n, scope="assess", by=n.therapist),
        lambda n: actions.record_finding(note=n, code="T_SLR", side="R", phase="after", result="neg", by=n.therapist),
        lambda n: actions.raise_cap(
            note=n, structure="MUS_PIR", side="R", pressure=1, reason="smaller_range", by=n.therapist
        ),
        lambda n: actions.end_note(note=n, by=n.therapist),
        lambda n: actions.sign_note(note=n, by=n.therapist),
    ],
    ids=["text", "pain", "event", "void", "consent", "finding", "raise", "end", "sign"],
)
def test_a_signed_note_takes_no_action(act):
    note = signed_note()

    with pytest.raises(actions.NoteSigned):
        act(note)


# --- afterwards ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", AddendumKind.values)
def test_an_addition_has_its_own_dates_and_leaves_the_original(kind):
    note = signed_note()
    yesterday = timezone.now() - timedelta(days=1)

    added = actions.add_addendum(note=note, kind=kind, text="More.", happened_at=yesterday, by=note.therapist)

    assert (added.kind, added.happened_at, added.author) == (kind, yesterday, note.therapist)
    assert added.recorded_at > yesterday
    assert signature_holds(SessionNote.objects.get(pk=note.pk))


@pytest.mark.django_db
def test_an_addition_is_not_about_the_future():
    note = signed_note()

    with pytest.raises(ValidationError, match="future"):
        actions.add_addendum(
            note=note, kind="addendum", text="x", happened_at=timezone.now() + timedelta(hours=1), by=note.therapist
        )


@pytest.mark.django_db
def test_a_draft_takes_no_addition():
    note = draft()

    with pytest.raises(ValidationError, match="not signed"):
        actions.add_addendum(note=note, kind="addendum", text="x", by=note.therapist)


@pytest.mark.django_db
def test_a_struck_note_stays_and_takes_nothing_more():
    note = draft()
    actions.strike_note(note=note, reason="wrong_client", by=note.therapist)

    with pytest.raises(ValidationError, match="struck"):
        event(note)

    assert SessionNote.objects.get(pk=note.pk).strike.reason == "wrong_client"
