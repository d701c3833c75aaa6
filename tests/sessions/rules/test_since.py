"""What today's check-in says that the last visit did not."""

import pytest

from sessions.rules.since import changes_since
from tests.answers import check_in_clear


def _new(was=None, pain_then=None, **now):
    return [(change.tier, change.title) for change in changes_since(was or {}, pain_then, check_in_clear(**now))]


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("thigh", "calf", ("limit", "Travels further")),
        ("calf", "thigh", ("ok", "Has moved up")),
        ("calf", "calf", None),
    ],
)
def test_a_step_down_the_leg_is_a_limit_and_a_step_up_is_good(was, now, line):
    assert (line in _new({"ck_refer": was}, ck_refer=now)) is (line is not None)
    assert ("Travels further" in dict(map(reversed, _new({"ck_refer": was}, ck_refer=now)))) is (now == "calf" != was)


@pytest.mark.parametrize(("then", "now", "tier"), [(3, 5, "limit"), (3, 4, "note"), (5, 3, "note"), (None, 9, "note")])
def test_two_points_more_pain_is_a_limit(then, now, tier):
    assert (tier, f"Pain now {now}") in _new(pain_then=then, ck_now=now)


@pytest.mark.parametrize(
    ("answers", "title"),
    [
        ({"ck_change": "yes"}, "Health, medicine or pregnancy has changed"),
        ({"ck_after": "sore_long"}, "The day after the last visit"),
        ({"ck_meds": ["pain_med"]}, "Something that dulls feeling in the last 6 hours"),
        ({"ck_fall": "yes"}, "Safety check"),
        ({"ck_ces": "unsure"}, "Safety check"),
        ({"ck_alarm": ["cord"]}, "Safety check"),
    ],
)
def test_what_could_change_the_session_is_a_limit(answers, title):
    assert ("limit", title) in _new(**answers)


def test_a_calm_day_says_that_no_sign_was_told():
    assert _new(ck_now=3, pain_then=3)[-1] == ("ok", "Safety check")


def test_the_gravest_comes_first():
    tiers = [tier for tier, _title in _new({"ck_refer": "calf"}, 3, ck_refer="thigh", ck_now=4, ck_fall="yes")]

    assert tiers == sorted(tiers, key=("limit", "note", "ok").index)
