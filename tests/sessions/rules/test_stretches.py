"""The library, the ban notation and what fits whose limits, held to the tables of clinical reference 5."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.limits import Limits
from sessions.rules.stretches import (
    DOSES,
    FLAGS,
    STOP_RULES,
    STRETCHES,
    Blocked,
    Suitable,
    allowed_levels,
    dose_for,
    dose_words,
    read_ban,
    start_level,
    suitability,
    without_codes,
)
from tests.sessions.rules.reference_5 import BANS, LIBRARY, WORDS


def _cells(text):
    return [[cell.strip() for cell in line.split("|")] for line in text.split("\n") if line and line[0] != "#"]


LIBRARY_ROWS = _cells(LIBRARY)
BAN_ROWS = _cells(BANS)
FREE = "333333333333333333333333333333333330333323"


def _limits(text, side=""):
    """The bans of one row of 5.2 as limits; ":s" becomes ``side``."""
    words = text.replace(";", " ").replace(",", " ").split()
    level = 3
    if "max" in words:
        level = int(words[words.index("max") + 2])
    bans = {word.replace(":s", side) for word in words if word[:2] in ("F_", "CA")}
    items = {ban for ban in bans if not ban.startswith("F_")}
    return Limits(no_stretch_flags=frozenset(bans - items), no_stretches=frozenset(items), max_level=level)


def _digits(found):
    return "".join(str(v.max_level) if isinstance(v, Suitable) else "0" for v in found.values())


def _only(*bans, **limits):
    return Limits(no_stretch_flags=frozenset(bans), **limits)


# --- the library --------------------------------------------------------------------------------------------------


def test_the_library_has_the_items_of_the_reference_in_its_order():
    assert list(STRETCHES) == [row[0] for row in LIBRARY_ROWS]
    assert len(STRETCHES) == 42


@pytest.mark.parametrize(("code", "level_1", "level_2", "level_3"), LIBRARY_ROWS)
def test_every_level_does_what_the_reference_says(code, level_1, level_2, level_3):
    found = [STRETCHES[code].flags_at(level) for level in (1, 2, 3)]

    expected = [
        None if cell == "not offered" else frozenset(() if cell == "none" else cell.split())
        for cell in (level_1, level_2, level_3)
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("code", "name", "position", "equipment", "dose", "steps", "smaller", "further", "feel"), _cells(WORDS)
)
def test_every_item_has_the_words_of_the_reference(
    code, name, position, equipment, dose, steps, smaller, further, feel
):
    stretch = STRETCHES[code]

    assert (stretch.name, stretch.position, stretch.dose) == (name, position, dose)
    assert (" ".join(stretch.equipment) or "–") == equipment
    assert " / ".join(stretch.steps_for(None)) == steps
    assert (stretch.smaller or "–", stretch.further or "–", stretch.feel or stretch.watch) == (smaller, further, feel)


@pytest.mark.parametrize("stretch", STRETCHES.values(), ids=list(STRETCHES))
@pytest.mark.parametrize(("side", "here", "across"), [("L", "left", "right"), ("R", "right", "left")])
def test_steps_for_one_side_name_it_and_speak_of_no_sore_one(stretch, side, here, across):
    words = " ".join(stretch.steps_for(side))
    sore = " ".join(stretch.steps_for(None))

    assert "sore" not in words
    assert "swap" not in words
    if "sore" in sore:
        assert here in words
    if " good side" in sore:
        assert f"{across} side" in words


def test_on_the_good_side_is_the_side_across():
    assert STRETCHES["PR-05"].steps_for("R")[:2] == (
        "Lie on the left side near the bed edge.",
        "Bend the right hip about 60°.",
    )


@pytest.mark.parametrize("stretch", [s for s in STRETCHES.values() if s.home], ids=lambda s: s.code)
def test_a_stretch_for_one_side_says_what_the_side_names(stretch):
    named = "sore" in " ".join(stretch.steps_for(None)) or bool(stretch.side_is)

    assert named is not stretch.both_sides
    assert stretch.both_sides or not stretch.no_side


@pytest.mark.parametrize("stretch", STRETCHES.values(), ids=list(STRETCHES))
def test_a_higher_level_does_everything_the_lower_one_does(stretch):
    flags = [stretch.flags_at(level) for level in stretch.levels]

    assert all(lower <= higher for lower, higher in pairwise(flags))


@pytest.mark.parametrize("stretch", STRETCHES.values(), ids=list(STRETCHES))
def test_every_stretch_has_steps_a_source_and_a_dose(stretch):
    assert all(stretch.steps)
    assert stretch.source.startswith("clinical reference 5")
    assert stretch.sign_off == "awaiting"
    assert stretch.dose in DOSES


@pytest.mark.parametrize("stretch", [s for s in STRETCHES.values() if s.home], ids=lambda s: s.code)
def test_levels_one_and_three_say_how_they_differ(stretch):
    assert [bool(stretch.how_far(level)) for level in stretch.levels] == [level != 2 for level in stretch.levels]


def test_where_level_one_is_not_offered_another_stretch_is_named():
    named = {s.code: s.level_1_instead for s in STRETCHES.values() if s.home and 1 not in s.levels}

    assert named == {"PR-09": "PR-08", "HF-01": "HF-04"}


def test_five_stop_rules():
    assert list(STOP_RULES) == ["down_leg", "up_leg", "emergency", "sore", "pinch"]


def test_every_flag_of_the_vocabulary_is_known():
    assert len(FLAGS) == 24


# --- what fits ----------------------------------------------------------------------------------------------------


def test_without_limits_everything_but_the_tensioner_fits():
    assert _digits(suitability(Limits())) == FREE


@pytest.mark.parametrize(("bans", "digits"), BAN_ROWS)
def test_each_row_of_bans_leaves_the_levels_of_the_reference(bans, digits):
    assert _digits(suitability(_limits(bans))) == digits


@pytest.mark.parametrize(("bans", "digits"), [row for row in BAN_ROWS if ":s" in row[0]])
@pytest.mark.parametrize(("letter", "side", "other"), [(":L", "left", "right"), (":R", "right", "left")])
def test_a_ban_for_one_side_holds_on_that_side_and_where_no_side_is_planned(bans, digits, letter, side, other):
    limits = _limits(bans, letter)

    assert _digits(suitability(limits, side=side)) == digits
    assert _digits(suitability(limits)) == digits
    assert _digits(suitability(limits, side=other)) == FREE


@pytest.mark.parametrize(("bans", "digits"), BAN_ROWS)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_level_asked_for_fits_exactly_up_to_the_highest(bans, digits, level):
    found = suitability(_limits(bans), level=level)

    for digit, (code, verdict) in zip(digits, found.items(), strict=True):
        fits = level in STRETCHES[code].levels and level <= int(digit)
        assert isinstance(verdict, Suitable if fits else Blocked), code


@pytest.mark.parametrize(
    ("ban", "code", "expected"),
    [
        ("F_ER", "PR-03", 0),
        ("F_HF90@23", "GL-06", 1),
        ("F_HF90@23", "LB-03", 1),
        ("F_VALS@3", "GL-02", 2),
        ("F_HF90+F_ADD", "PR-02", 1),
        ("F_HF90+F_ADD+F_IR", "PR-02", 2),
        ("F_HF90+F_ADD@3", "PR-04", 2),
        ("PR-03", "PR-03", 0),
        ("PR-03@3", "PR-03", 2),
        ("F_FLEX", "PR-01", 3),
    ],
)
def test_each_form_of_the_ban_notation(ban, code, expected):
    found = suitability(_only(ban))[code]

    assert (found.max_level if isinstance(found, Suitable) else 0) == expected


@pytest.mark.parametrize("text", ["F_NONE", "F_ADD:M", "F_ADD@4", "F_ADD+", "", "XX-01", "f_add", "F_ADD:L:R"])
def test_a_ban_that_cannot_be_read_is_never_passed_over(text):
    with pytest.raises(ValueError, match="not a stretch ban"):
        read_ban(text)


@pytest.mark.parametrize(("name", "value"), [("side", "both"), ("side", "L"), ("level", 0), ("level", 4)])
def test_another_side_or_level_is_refused(name, value):
    with pytest.raises(ValueError, match="not a"):
        suitability(Limits(), **{name: value})


def test_a_blocked_stretch_names_its_flags_and_the_entries():
    limits = _only(
        "F_ADD:R", "F_HF90:R", "F_SUP", because={"F_ADD:R": frozenset({"L_THR_POST"}), "F_SUP": frozenset({"C_HF"})}
    )

    assert suitability(limits, side="right")["PR-02"] == Blocked(
        flags=("F_ADD", "F_SUP"), because=("C_HF", "L_THR_POST")
    )


def test_a_level_limit_names_its_entry():
    limits = Limits(max_level=1, because={"max_level": frozenset({"C_HYPERM"})})

    assert suitability(limits)["HF-01"] == Blocked(flags=(), because=("C_HYPERM",))
    assert suitability(limits)["PR-01"] == Suitable(1)


def test_level_nought_is_nothing_at_all():
    assert set(_digits(suitability(Limits(max_level=0)))) == {"0"}


def test_a_flare_leaves_breath_and_rest_alone():
    only = frozenset({"BR-01", "BR-02", "BR-03"})
    found = suitability(Limits(only_stretches=only, because={"only_stretches": frozenset({"C_FLARE"})}))

    assert {code for code, verdict in found.items() if isinstance(verdict, Suitable)} == only
    assert found["PR-01"] == Blocked(because=("C_FLARE",))


def test_on_a_bed_the_floor_does_not_count_where_a_bed_will_do():
    found = suitability(_only("F_FLOOR"), bed=True)

    assert found["PR-01"] == Suitable(3)
    assert isinstance(found["PR-10"], Blocked)
    assert isinstance(suitability(_only("F_FLOOR"))["PR-01"], Blocked)


def test_the_tensioner_is_never_for_home():
    assert STRETCHES["NE-03"].home is False
    assert suitability(Limits())["NE-03"] == Blocked()


# --- levels that a decision freezes -------------------------------------------------------------------------------


def test_allowed_levels_are_given_for_each_side():
    levels = allowed_levels(_only("F_ADD:R"), bed=False)

    assert levels["PR-04"] == {"L": 3, "R": 0}
    assert levels.keys() == STRETCHES.keys()


def test_a_ban_for_one_side_holds_for_a_stretch_that_moves_both():
    assert allowed_levels(_only("F_HF90:R"), bed=False)["LB-03"] == {"L": 0, "R": 0}


def test_allowed_levels_on_a_bed():
    assert allowed_levels(_only("F_FLOOR"), bed=True)["GL-03"] == {"L": 3, "R": 3}
    assert allowed_levels(_only("F_FLOOR"), bed=False)["GL-03"] == {"L": 0, "R": 0}


TOKENS = st.builds(
    lambda flags, levels, side: "+".join(flags) + levels + side,
    st.lists(st.sampled_from(sorted(FLAGS)), min_size=1, max_size=3, unique=True),
    st.sampled_from(["", "@23", "@3"]),
    st.sampled_from(["", ":L", ":R"]),
)
LIMITS = st.builds(
    lambda bans, items, level, only: Limits(
        no_stretch_flags=frozenset(bans), no_stretches=frozenset(items), max_level=level, only_stretches=only
    ),
    st.lists(TOKENS, max_size=4),
    st.lists(st.sampled_from(sorted(STRETCHES)), max_size=2),
    st.integers(0, 3),
    st.none() | st.frozensets(st.sampled_from(sorted(STRETCHES)), min_size=1),
)


@given(LIMITS, LIMITS, st.booleans())
def test_tightening_limits_never_unblocks_a_stretch(limits, more, bed):
    loose, tight = allowed_levels(limits, bed=bed), allowed_levels(limits.merge(more), bed=bed)

    assert all(tight[code][side] <= loose[code][side] for code in STRETCHES for side in "LR")


@given(LIMITS, st.booleans())
def test_both_sides_are_never_freer_than_one(limits, bed):
    both, left = suitability(limits, bed=bed), suitability(limits, side="left", bed=bed)

    assert all(isinstance(left[code], Suitable) for code, verdict in both.items() if isinstance(verdict, Suitable))


# --- level and dose -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "level"),
    [
        ({"age": 40}, 2),
        ({"age": 74}, 2),
        ({"age": 75}, 1),
        ({"age": 40, "rom_flag": True}, 1),
        ({"age": 40, "irritable": True}, 1),
        ({"age": 40, "flags": ["C_HYPERM"]}, 1),
        ({"age": 40, "flags": ["C_MASK"]}, 1),
        ({"age": 40, "flags": ["C_NIGHT"]}, 1),
        ({"age": 40, "flags": ["C_STEN"]}, 2),
        ({"age": 40, "weeks_at_2": 2, "hardest_comfort": 3}, 3),
        ({"age": 40, "weeks_at_2": 1, "hardest_comfort": 3}, 2),
        ({"age": 40, "weeks_at_2": 2, "hardest_comfort": 4}, 2),
        ({"age": 40, "weeks_at_2": 2, "hardest_comfort": None}, 2),
        ({"age": 40, "weeks_at_2": 2, "hardest_comfort": 2, "flare": True}, 2),
        ({"age": 80, "weeks_at_2": 2, "hardest_comfort": 2}, 1),
    ],
)
def test_the_level_to_start_at(known, level):
    assert start_level(**known) == level


@pytest.mark.parametrize(("age", "hold", "times"), [(64, 30, 3), (65, 45, 2)])
def test_from_65_years_on_a_stretch_is_held_longer_and_less_often(age, hold, times):
    dose = dose_for(STRETCHES["PR-01"], age=age)

    assert (dose.hold_seconds, dose.repetitions, dose.sets, dose.days_per_week) == (hold, times, 1, 7)


def test_level_one_of_the_side_lying_drop_is_held_for_ten_seconds():
    stretch = STRETCHES["PR-05"]

    assert [dose_for(stretch, age=40, level=level).hold_seconds for level in (1, 2, 3)] == [10, 15, 15]


@pytest.mark.parametrize(
    ("code", "age", "words"),
    [
        ("PR-01", 40, "30 seconds × 3, once a day"),
        ("PR-01", 65, "45 seconds × 2, once a day"),
        ("GL-02", 40, "10 times, 2–3 seconds up, 3 seconds down, 2 sets, once a day, 3 days a week"),
        ("NE-01", 40, "10 times, slowly, 2 times a day"),
        ("BR-01", 40, "5 minutes, 2 times a day"),
        ("BR-02", 40, "10 minutes, 2 times a day"),
        ("BR-03", 40, "2 minutes, every 30 to 45 minutes of sitting"),
    ],
)
def test_a_dose_in_words(code, age, words):
    stretch = STRETCHES[code]
    dose = dose_for(stretch, age=age)

    assert words == dose_words(
        stretch,
        hold_seconds=dose.hold_seconds,
        repetitions=dose.repetitions,
        sets=dose.sets,
        times_per_day=dose.times_per_day,
        days_per_week=dose.days_per_week,
    )


def test_strength_is_not_for_every_day():
    assert (DOSES["D_STR"].repetitions, DOSES["D_STR"].sets_to, DOSES["D_STR"].days_per_week) == (10, 3, 3)


def test_a_client_reads_no_codes():
    assert without_codes("One knee only, as in one knee to chest (GL-01).") == "One knee only, as in one knee to chest."
    assert without_codes("Lean until it is pleasant (C2–C3).") == "Lean until it is pleasant."
    assert without_codes("Sit on firmer ball (chair).") == "Sit on firmer ball (chair)."
