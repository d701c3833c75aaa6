"""Wording that reads as a diagnosis (clinical reference 4.1, row A)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.catalogues import CatalogueError
from sessions.rules.wording import WATCHED, WORDINGS, Wording, diagnosis_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("Findings that fit pattern P_PIR: 6 of 10 points.", ()),
        ("Diagnosis: piriformis syndrome.", ("Diagnosis",)),
        ("Likely misdiagnosed before.", ("misdiagnosed",)),
        ("You have a slipped disc.", ("You have",)),
        ("I told her: you\n  have it too.", ("you have",)),
        ("you have, YOU HAVE, you  have", ("you have",)),
        ("You have what she diagnosed.", ("You have", "diagnosed")),
        ("You haven't. Bayou have. You had.", ()),
        ("dia gnosis", ()),
    ],
)
def test_what_is_found_in_the_assessment(text, found):
    assert diagnosis_words("assessment", text) == found


@pytest.mark.parametrize("name", ["subjective", "objective", "plan", "client_words", "no_such_text"])
def test_the_clients_words_and_the_other_parts_are_left_alone(name):
    assert diagnosis_words(name, "You have a diagnosis.") == ()


@given(st.text(), st.text())
def test_it_is_found_wherever_it_stands_and_never_raises(before, after):
    assert diagnosis_words("assessment", f"{before} diagnosis {after}")


def test_the_list_is_that_of_the_reference():
    assert {wording.says for wording in WORDINGS.values()} == {"diagnos", "you have"}
    assert {"assessment"} == WATCHED


@pytest.mark.parametrize("wrong", [{"says": "You"}, {"says": " "}, {"texts": ()}, {"texts": ("head",)}])
def test_an_entry_that_could_never_be_found_is_refused(wrong):
    with pytest.raises(CatalogueError, match="W_X"):
        Wording(**{"code": "W_X", "says": "you", "within": False, "texts": ("plan",)} | wrong)
