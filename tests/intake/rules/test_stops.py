"""When a stop is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.rules.clearance import Clearance
from intake.rules.stops import is_open

DAY = date(2026, 5, 4)
YES = Clearance(entries=frozenset({"E_CES", "E_PE"}), kind="written", date=DAY, massage=True)
NO = replace(YES, massage=False, kind="phone")
NEXT_DAY = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("letters", "still_open"),
    [
        ([], True),
        ([YES], False),
        ([replace(YES, date=NEXT_DAY, expires=NEXT_DAY)], False),
        ([replace(YES, date=DAY - timedelta(days=1))], True),
        ([replace(YES, kind="phone")], True),
        ([replace(YES, entries=frozenset({"E_PE"}))], True),
        ([NO], True),
        ([YES, NO], True),
        ([YES, replace(NO, date=NEXT_DAY)], True),
        ([NO, replace(YES, date=NEXT_DAY)], False),
    ],
    ids=["none", "yes", "yes later", "yes before", "by phone", "about another", "no", "both", "no later", "yes later"],
)
def test_only_a_written_yes_of_that_day_or_later_ends_it(letters, still_open):
    assert is_open(["E_CES"], raised_on=DAY, letters=letters) is still_open


def test_every_sign_of_it_has_to_be_answered():
    first, second = (replace(YES, entries=frozenset({code})) for code in ("E_CES", "E_PE"))

    assert is_open(["E_CES", "E_PE"], raised_on=DAY, letters=[first])
    assert not is_open(["E_CES", "E_PE"], raised_on=DAY, letters=[first, second])
