"""Who passes as the person a form was handed to, and who does not."""

from datetime import date

import pytest

from intake.rules.identity import may_be

BORN = date(1991, 2, 3)


def _ines(first, last, born=BORN):
    """Whether somebody who typed this may be Inês Duarte, called Nini, born on 3 February 1991."""
    return may_be(first, last, born, firsts=("Inês", "Nini"), expected_last="Duarte", birth_date=BORN)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Inês", "Duarte"),
        ("ines", "duarte"),
        ("INES ", "Duarte"),
        ("Inse", "Duarte"),
        ("Ines", "Duerte"),
        ("Ines", "Duarte-Silva"),
        ("Ines Maria", "Duarte"),
        ("Nini", "Duarte"),
        ("Duarte", "Ines"),
    ],
)
def test_a_slip_or_another_way_to_write_the_same_name_passes(first, last):
    assert _ines(first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [("Rui", "Duarte"), ("Sam", "Whitlock"), ("Igor", "Duarte"), ("Ana", "Duarte"), ("D", "I")],
)
def test_another_persons_name_does_not_pass_not_even_with_the_right_date(first, last):
    assert not _ines(first, last)


def test_a_new_last_name_passes_with_the_exact_birth_date_only():
    assert _ines("Ines", "Whitlock")
    assert not _ines("Ines", "Whitlock", date(1991, 2, 4))


@pytest.mark.parametrize("born", [date(1991, 2, 4), date(1991, 3, 3), date(1990, 2, 3), date(1991, 3, 2)])
def test_one_wrong_part_of_the_date_or_day_and_month_swapped_passes(born):
    assert _ines("Ines", "Duarte", born)


@pytest.mark.parametrize("born", [date(1991, 4, 9), date(1990, 3, 3), date(1964, 12, 24)])
def test_another_date_does_not_pass_under_the_same_name(born):
    assert not _ines("Ines", "Duarte", born)


def test_a_name_of_signs_alone_is_nobody():
    assert not may_be("-", "?", BORN, firsts=("Ines", ""), expected_last="Duarte", birth_date=BORN)


@pytest.mark.parametrize(("first", "last"), [("小龍", "李"), ("Зоя", "Петрова")])
def test_names_in_any_script_are_compared(first, last):
    assert may_be(first, last, BORN, firsts=(first,), expected_last=last, birth_date=BORN)
    assert not may_be("Ines", "Duarte", BORN, firsts=(first,), expected_last=last, birth_date=BORN)
