"""How long a clearance counts for each entry, and the warning before it runs out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.rules.clearance import Clearance
from intake.rules.clearance_days import WARNED, ends, runs_out
from intake.rules.conditions import add_months
from tests.answers import DAY

ONE = timedelta(days=1)


def yes(*entries, dated=DAY, lasts=400, key="one", **said) -> Clearance:
    return Clearance(
        entries=frozenset(entries),
        kind="written",
        date=dated,
        massage=said.pop("massage", True),
        expires=dated + timedelta(days=lasts),
        key=key,
    )


def test_the_end_is_the_entrys_life_where_that_is_shorter_than_the_letters_own():
    assert ends(yes("A_FOOTDROP", "A_AAA_KNOWN")) == {
        code: add_months(DAY, months) for code, months in (("A_FOOTDROP", 6), ("A_AAA_KNOWN", 6))
    }


def test_the_letters_own_end_counts_where_it_is_shorter():
    assert ends(yes("A_FOOTDROP", lasts=30)) == {"A_FOOTDROP": DAY + timedelta(days=30)}


@pytest.mark.parametrize(
    ("days", "near"), [(WARNED.days + 1, False), (WARNED.days, True), (0, True), (-1, True), (-WARNED.days - 1, False)]
)
def test_a_warning_comes_a_set_time_before_the_end_and_stays_a_while_after_it(days, near):
    letter = yes("A_FOOTDROP", lasts=60)

    found = runs_out([letter], ["A_FOOTDROP"], on=letter.expires - timedelta(days=days))

    assert [(each.code, (each.end - (letter.expires - timedelta(days=days))).days) for each in found] == (
        [("A_FOOTDROP", days)] if near else []
    )


def test_a_newer_yes_that_lasts_longer_ends_the_warning():
    old, new = yes("A_FOOTDROP", lasts=10), yes("A_FOOTDROP", dated=DAY + ONE, lasts=90, key="two")

    assert runs_out([old, new], ["A_FOOTDROP"], on=DAY + timedelta(days=5)) == []


def test_what_a_no_holds_shut_is_not_warned_of():
    letters = [yes("A_FOOTDROP", lasts=10), yes("A_FOOTDROP", dated=DAY + ONE, massage=False, key="no")]

    assert runs_out(letters, ["A_FOOTDROP"], on=DAY + timedelta(days=5)) == []


def test_what_no_longer_stands_is_not_warned_of():
    assert runs_out([yes("A_FOOTDROP", lasts=10)], [], on=DAY + timedelta(days=5)) == []
