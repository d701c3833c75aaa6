"""When somebody is free."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.rules.diary import nearest_free, overlapping

DAY = datetime(2026, 11, 25, tzinfo=UTC)


def _span(begins, ends):
    return DAY + timedelta(hours=begins), DAY + timedelta(hours=ends)


def test_spans_that_touch_do_not_overlap():
    assert overlapping(_span(10, 11), [_span(9, 10), _span(11, 12)]) == []
    assert overlapping(_span(10, 11), [_span(10.5, 12)]) == [_span(10.5, 12)]


@pytest.mark.parametrize(
    ("taken", "within", "hour"),
    [
        ([], (0, 24), 10),
        ([(9.5, 10.5)], (0, 24), 10.5),
        ([(10.5, 11.5)], (0, 24), 9.5),
        ([(9.5, 10.5), (10.5, 11)], (0, 24), 11),
        ([(9.5, 10.5), (11, 12)], (0, 24), 8.5),
        ([(10, 11)], (9.5, 24), 11),
        ([(10, 11)], (0, 24), 11),
        ([(0, 24)], (0, 24), None),
    ],
    ids=["free", "later", "earlier", "two in a row", "gap too short", "not before", "as near: later", "full"],
)
def test_the_nearest_time_that_is_free(taken, within, hour):
    found = nearest_free(_span(10, 11), [_span(*one) for one in taken], within=_span(*within))

    assert found == (None if hour is None else DAY + timedelta(hours=hour))
