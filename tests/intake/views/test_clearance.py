"""The page of one clearance: what it lifts today, until when, and why not where it does not; and the warnings."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import actions
from intake.clearance_queries import clearance_sheet, running_out, until
from intake.queries import judge
from intake.rules.conditions import add_months
from intake.rules.screening import ENTRIES
from tests.intake.factories import decided, handed_in, letter

pytestmark = pytest.mark.django_db

SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
THINNER = {"md_any": "yes", "md_list": [{"name": "Warfarin"}], "md_class": ["warfarin"]}


def _today():
    return timezone.localdate()


def _says(people, clearance, on=None):
    return [each.says for each in clearance_sheet(people.tess, clearance.uuid, on=on or _today()).entries]


def test_what_is_lifted_is_said_with_its_end_and_what_remains(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), max_pressure=2)

    [about] = clearance_sheet(people.tess, held.uuid, on=_today()).entries

    assert about.tier == "ok"
    assert about.says.startswith("Lifted until")
    assert "Everywhere: pressure up to P2." in about.remains


def test_the_shown_end_is_never_later_than_the_day_the_rules_use(people):
    intake = handed_in(people.ana, people.flo, **SLIPPED)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), expires=_today() + timedelta(days=3000))
    last = add_months(_today(), ENTRIES["A_SPL_HIGH"].life["months"])

    [about] = clearance_sheet(people.tess, held.uuid, on=_today()).entries

    assert until(held, on=_today()) == f"until {last.day} {last:%b %Y}"
    assert f"until {last.day} {last:%B %Y}" in about.says
    assert "months at most" in about.shorter
    assert judge(intake, on=last).cleared
    assert not judge(intake, on=last + timedelta(days=1)).cleared


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"massage": False}, "It says no to massage"),
        ({"kind": "phone"}, "it was told by phone"),
        ({"dated": -5}, "it is older than the answers behind the flag"),
    ],
)
def test_why_a_clearance_lifts_nothing_is_said(people, said, sentence):
    handed_in(people.ana, people.flo, **SLIPPED)
    days = {"dated": _today() + timedelta(days=said.get("dated", 0))}

    held = letter(people.ana, people.tess, "A_SPL_HIGH", **{**said, **days})

    assert sentence in _says(people, held)[0]


def test_one_that_has_ended_says_when(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), expires=_today())

    [said] = _says(people, held, on=_today() + timedelta(days=1))

    assert f"it counted until {_today().day} {_today():%B %Y}" in said


def test_an_older_one_says_that_a_newer_one_decides(people):
    at = timezone.now() - timedelta(days=9)
    handed_in(people.ana, people.flo, at=at, **SLIPPED)
    older = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today() - timedelta(days=8))
    letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today())

    assert "a newer one" in _says(people, older)[0]


def test_what_is_not_raised_and_what_no_clearance_lifts_is_said(people):
    handed_in(people.ana, people.flo, hx_faint=["faint"])
    held = letter(people.ana, people.tess, "A_SPL_HIGH", "C_FAINT", dated=_today())

    nothing, always = _says(people, held)

    assert "Not raised today" in nothing
    assert "no clearance lifts this" in always


def test_a_withdrawn_one_says_so(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today())
    actions.withdraw_clearance(clearance=held, reason="wrong_client", by=people.tess)

    assert "it was withdrawn on" in _says(people, held)[0]


def test_the_page_is_read_by_the_care_team_alone(people, client):
    handed_in(people.ana, people.flo, **SLIPPED)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today())
    page = reverse("intake:clearance", args=[held.uuid])

    for who, status in ((people.tess, 200), (people.odile, 200), (people.theo, 404), (people.flo, 403)):
        client.force_login(who)
        assert client.get(page).status_code == status


# --- before it runs out


def test_the_therapist_is_warned_before_a_clearance_runs_out_and_told_when_it_has(people, client):
    handed_in(people.ana, people.flo, **SLIPPED, **THINNER)
    held = letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), expires=_today() + timedelta(days=20))

    def days(on):
        return [row.days for row in running_out(people.tess, on=_today() + timedelta(days=on))]

    assert [days(each) for each in (0, 6, 20, 21, 40)] == [[], [14], [0], [-1], []]
    assert running_out(people.theo, on=_today() + timedelta(days=6)) == []
    assert running_out(people.tess, on=_today() + timedelta(days=6))[0].clearance == held.uuid


def test_my_day_and_the_chart_warn(people, client):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), expires=_today() + timedelta(days=3))
    client.force_login(people.tess)

    my_day, chart = (
        html.unescape(client.get(address).content.decode())
        for address in (reverse("sessions:my_day"), reverse("sessions:chart", args=[people.ana.uuid]))
    )

    assert "Clearances that run out" in my_day
    assert ENTRIES["A_SPL_HIGH"].label in my_day
    assert "The letter of Dr Hale runs out on" in chart


def test_what_nothing_raises_any_more_is_not_warned_of(people):
    handed_in(people.ana, people.flo, at=timezone.now() - timedelta(days=2), **SLIPPED)
    letter(people.ana, people.tess, "A_SPL_HIGH", dated=_today(), expires=_today() + timedelta(days=3))
    decided(handed_in(people.ana, people.flo), people.tess, outcome="yes")

    assert running_out(people.tess, on=_today()) == []
