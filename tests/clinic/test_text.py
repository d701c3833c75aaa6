"""Which text a record keeps."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.rules.text import UnfitText, kept


@pytest.mark.parametrize(
    "name",
    [
        "O'Neil-Smythe",
        "李小龍",
        "محمد",
        "עברית",
        "नेहा",
        "Mc\u2011Kay",
        "X Æ A-12",
        "Null",
        "NaN",
        "👩🏽\u200d⚕️ Ann",
        "شَرِيعَة",
    ],
)
def test_names_of_the_world_are_kept_as_they_are(name):
    assert kept(name, multiline=False) == unicodedata.normalize("NFC", name)


def test_the_same_name_typed_two_ways_is_one_text():
    assert kept("Jose\u0301") == kept("José") == "José"


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "bell\x07",
        "\x1b[31mred",
        "a\x85b",
        "\u202egnp.exe",
        "\u2066a\u2069b",
        "half \ud83d",
        "was no text \ufffd",
        "\ufffe",
        "\ufdd0",
        "\U0010ffff",
        "e" + "\u0301" * 6 + "x",
    ],
)
def test_what_hides_turns_or_overdraws_other_text_is_unfit(text):
    with pytest.raises(UnfitText):
        kept(text)


@pytest.mark.parametrize("text", ["", "  \n ", "\xa0\xa0", "\u200b", "\ufeff \u200d", "\u0301"])
def test_text_in_which_nothing_can_be_seen_is_empty(text):
    assert kept(text) == ""


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_line_breaks_are_one_kind_and_only_for_long_texts(line_break):
    assert kept(f"one{line_break}two") == "one\ntwo"
    with pytest.raises(UnfitText):
        kept(f"one{line_break}two", multiline=False)


@given(st.text(max_size=60))
def test_what_is_kept_is_kept_again_unchanged(text):
    try:
        once = kept(text)
    except UnfitText:
        return

    assert kept(once) == once
