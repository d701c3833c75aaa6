"""What the portal shows of a plan: the classified fields, and what rests because answers or decisions have changed."""

import uuid
from dataclasses import fields

import pytest
from django.utils import timezone

from intake.actions import change_answer, open_form, save_page, submit_check_in, submit_intake, withdraw_stop
from intake.rules.questions import INTAKE_IDS
from sessions.actions.plan import draft_plan, publish_plan
from sessions.queries.plan import MyItem, my_plan
from tests.answers import all_clear, check_in_clear
from tests.sessions.factories import RIGHT_HIP, decide, decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db
CHANGED = "Something has changed in your health answers. Leave this one out until we have spoken."
#: Everything a client page may know of a stretch. A new field is added here after somebody has asked whether it tells
#: a flag, a note, a remark of staff, or a suggestion that is for the therapist alone.
MAY_LEAVE = {
    "uuid",
    "name",
    "side",
    "side_is",
    "level",
    "dose",
    "on_bed",
    "picture",
    "steps",
    "smaller",
    "further",
    "feel",
    "watch",
    "note",
    "done_today",
    "felt_today",
    "paused_because",
    "eased",
    "half",
    "if_sore",
    "round_if_sore",
    "gentler",
    "due",
    "more_today",
    "capped",
    "too_much_today",
    "round",
    "in_short",
}


def test_only_classified_fields_leave_the_practice():
    assert {field.name for field in fields(MyItem)} == MAY_LEAVE


def _paused(version):
    """The sentence of each stretch today."""
    return [item.paused_because for item in my_plan(version.plan.client, on=timezone.localdate()).items]


def _answers_anew(version, *, hand_in=True, **answers):
    """The client fills in another intake; nobody decides on it."""
    client, tess = version.plan.client, version.created_by
    access = open_form(client=client, by=tess)
    save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=None)
    if hand_in:
        submit_intake(access=access, submit_key=uuid.uuid4(), by=None)


def _two_sides():
    """A turn of the hip on either side; the right one is what an operated right hip must not do."""
    return published_plan(None, None, {"stretch": "PR-04", "side": "L"}, {"stretch": "PR-04", "side": "R"})


def test_a_newer_decision_pauses_what_it_does_not_allow_and_nothing_else():
    version = _two_sides()

    decide(version.plan.client, version.created_by, **RIGHT_HIP)

    assert _paused(version) == ["", CHANGED]


def test_a_newer_intake_pauses_what_its_flags_forbid_before_anybody_decides():
    version = _two_sides()

    _answers_anew(version, **RIGHT_HIP)

    assert _paused(version) == ["", CHANGED]


def test_a_form_that_is_not_handed_in_pauses_nothing():
    version = _two_sides()

    _answers_anew(version, hand_in=False, **RIGHT_HIP)

    assert _paused(version) == ["", ""]


def test_a_newer_intake_with_the_same_answers_pauses_nothing():
    version = _two_sides()

    _answers_anew(version)

    assert _paused(version) == ["", ""]


def test_a_form_stopped_by_an_emergency_pauses_everything():
    version = _two_sides()
    client, tess = version.plan.client, version.created_by

    access = open_form(client=client, by=tess)
    save_page(access=access, ids=["sf_saddle"], values={"sf_saddle": "yes"}, by=None)

    assert _paused(version) == [CHANGED, CHANGED]


def test_an_answer_changed_aloud_pauses_what_it_forbids_until_the_next_decision():
    version = published_plan(None, None, {"stretch": "GL-05", "side": "B"}, {"stretch": "PR-03"})
    intake = version.screening.intake

    change_answer(intake=intake, question="sf_load", new="hurts", reason="changed", by=version.created_by)

    assert _paused(version) == [CHANGED, ""]


def test_a_check_in_with_an_emergency_pauses_everything_until_it_is_withdrawn():
    version = _two_sides()
    client, tess = version.plan.client, version.created_by

    def check_in(**answers):
        submit_check_in(client=client, answers=check_in_clear(**answers), submit_key=uuid.uuid4(), by=tess)

    check_in(ck_ces="yes")
    check_in()
    stopped = _paused(version)
    withdraw_stop(stop=client.stops.get(), reason="misunderstood", by=tess)

    assert (stopped, _paused(version)) == ([CHANGED, CHANGED], ["", ""])


def test_an_item_beyond_the_limits_is_paused_only_by_what_is_new():
    version = published_plan(None, None, {"stretch": "PR-04", "side": "L"})
    decide(version.plan.client, version.created_by, **RIGHT_HIP)
    draft = draft_plan(client=version.plan.client, by=version.created_by)
    draft.items.create(
        position=2,
        stretch="PR-04",
        side="R",
        level=1,
        hold_seconds=20,
        repetitions=2,
        override_reason="smaller_range",
    )
    publish_plan(version=draft, by=version.created_by)

    _answers_anew(version, **RIGHT_HIP)

    assert _paused(version) == ["", ""]


#: A slipped vertebra: arching is banned, so the third level of the half-kneel is.
ARCH_BANNED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "1", "hx_spl_level": "L5_S1", "hx_spl_stable": "yes"}


@pytest.mark.parametrize(("answers", "capped"), [({}, False), (ARCH_BANNED, True)])
def test_nobody_is_told_to_go_further_where_a_limit_bans_the_level_above(answers, capped):
    tess = therapist()
    client = decided_client(tess, **answers)[0]
    published_plan(tess, client, {"stretch": "HF-01", "side": "L", "level": 2, "reason": "smaller_range"})

    [item] = my_plan(client, on=timezone.localdate()).items

    assert (item.level, item.capped) == (2, capped)
