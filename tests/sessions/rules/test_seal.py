"""One text for one content, and what differs between two sets of rows."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from sessions.rules.seal import canonical, differences, link_hash, row_hash, sealed_text

ROW = UUID("3f2a0000-0000-4000-8000-000000000001")


def test_the_text_does_not_depend_on_the_order_of_keys():
    assert canonical({"a": 1, "b": [2, {"c": None, "d": "ü"}]}) == canonical({"b": [2, {"d": "ü", "c": None}], "a": 1})


def test_no_number_that_is_no_number_is_signed():
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"pain": float("nan")})


def test_hashes_are_the_same_for_ever():
    row = {"uuid": ROW, "words": "ü", "pain": 0, "measure": Decimal("12.0"), "on": date(2026, 3, 1)}

    assert row_hash(row) == "c1735b3f5eb1f5d95b367a958db44844"
    assert link_hash(7, "0" * 64, "x") == "c11a2893af7aa72b649c0e3338bafa4ca7eefb46fe5e37fb53615418979fd3de"
    assert sealed_text(kind="sign", about=ROW, rows={"b": "2", "a": "1"}) == (
        '{"about":"3f2a0000-0000-4000-8000-000000000001","form":1,"kind":"sign","rows":{"a":"1","b":"2"}}'
    )


@pytest.mark.parametrize("nothing", [None, "", [], {}, False])
def test_a_column_that_says_nothing_leaves_the_hash_as_it_was(nothing):
    assert row_hash({"text": "x", "later": nothing}) == row_hash({"text": "x"})


@pytest.mark.parametrize("said", [0, "0", " ", [""], True, Decimal("0")])
def test_a_nought_says_something(said):
    assert row_hash({"text": "x", "later": said}) != row_hash({"text": "x"})


def test_one_moment_reads_the_same_in_every_zone():
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert row_hash({"at": noon}) == row_hash({"at": noon.astimezone(timezone(timedelta(hours=5)))})
    assert row_hash({"at": noon}) != row_hash({"at": noon + timedelta(microseconds=1)})


def test_rows_that_differ_are_told_apart():
    found = differences({"a": "1", "b": "1", "c": "1"}, {"b": "2", "c": "1", "d": "1"})

    assert list(found) == [("a", "missing"), ("b", "altered"), ("d", "foreign")]
