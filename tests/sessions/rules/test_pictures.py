"""Every stretch has its picture and its words at every level, and left and right are never taken for each other."""

import re

import pytest

from sessions.art import poses
from sessions.art.pictures import FOLDER, PICTURES
from sessions.art.scene import Scene
from sessions.rules.picture_texts import FACING, SHOWN
from sessions.rules.pictures import picture
from sessions.rules.stretches import STRETCHES

LEVELS = [(code, level) for code, stretch in STRETCHES.items() for level in stretch.levels]
SIDED = [(code, level) for code, level in LEVELS if not STRETCHES[code].both_sides]
SYMMETRIC = [(code, level) for code, level in LEVELS if STRETCHES[code].both_sides]
STATIC = FOLDER.parents[1]


def _swapped(text: str) -> str:
    """``text`` with left and right exchanged."""
    return re.sub(r"\b(left|right)\b", lambda word: {"left": "right", "right": "left"}[word[0]], text)


def test_pictures_are_named_for_exactly_the_levels_that_are_offered():
    assert [(code, level) for code, levels in SHOWN.items() for level in levels] == LEVELS


@pytest.mark.parametrize(("code", "level"), LEVELS)
def test_every_level_has_its_files(code, level):
    shown = picture(STRETCHES[code], level, "R")

    assert 1 <= len(shown.files) <= 2
    assert [file for file in shown.files if not (STATIC / file).is_file()] == []


@pytest.mark.parametrize(("code", "level"), LEVELS)
def test_the_place_kept_free_has_the_shape_of_the_drawing(code, level):
    shown = picture(STRETCHES[code], level, "R")

    boxes = {re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', (STATIC / file).read_text()).groups() for file in shown.files}
    assert len(boxes) == 1
    width, height = map(float, boxes.pop())
    assert width / height == pytest.approx(shown.width / shown.height, rel=0.01)


def _to_the_right(scene: Scene) -> float:
    """How far the right hip of the first body is to the right of the left one, as a share of their distance."""
    left, right = (scene.bodies[0].legs[side].hip for side in "LR")
    return (scene.camera.disc(right).x - scene.camera.disc(left).x) / (right - left).length


def test_the_pictures_that_face_the_reader_are_told_apart_as_they_are_drawn():
    drawn = {name: draw() for name, draw in PICTURES.items()}
    first = {name: scene if isinstance(scene, Scene) else scene[0] for name, scene in drawn.items()}

    assert poses.__all__
    assert {name for name, scene in first.items() if _to_the_right(scene) < -0.5} == FACING


def test_every_drawn_file_is_shown_somewhere():
    shown = {file for code, level in LEVELS for file in picture(STRETCHES[code], level, "R").files}

    assert {f"sessions/stretches/{path.name}" for path in FOLDER.glob("*.svg")} == shown


@pytest.mark.parametrize(("code", "level"), LEVELS)
@pytest.mark.parametrize("side", ["L", "R", "B"])
def test_the_words_are_whole_sentences_without_gaps(code, level, side):
    alt = picture(STRETCHES[code], level, side).alt

    assert len(alt) > 50
    assert re.fullmatch(r"[A-Z][^{}%]+\.", alt)


@pytest.mark.parametrize(("code", "level"), SIDED)
def test_the_left_picture_is_the_mirrored_right_one(code, level):
    left, right = (picture(STRETCHES[code], level, side) for side in "LR")

    assert left.files == right.files
    assert (left.mirrored, right.mirrored) == (True, False)


@pytest.mark.parametrize(("code", "level"), SIDED)
def test_the_words_for_the_left_are_those_for_the_right_with_the_sides_exchanged(code, level):
    left, right = (picture(STRETCHES[code], level, side).alt for side in "LR")

    assert "right" in right.split()
    assert _swapped(right) == left


@pytest.mark.parametrize(("code", "level"), SIDED)
def test_both_sides_start_with_the_right_one_as_drawn(code, level):
    both, right = (picture(STRETCHES[code], level, side) for side in "BR")

    assert not both.mirrored
    assert both.alt == f"{right.alt} Then change sides and do the mirror image."


@pytest.mark.parametrize(("code", "level"), SYMMETRIC)
@pytest.mark.parametrize("side", ["L", "R", "B"])
def test_a_stretch_of_both_sides_at_once_has_one_picture(code, level, side):
    stretch = STRETCHES[code]

    assert picture(stretch, level, side) == picture(stretch, level, "B")


def test_a_level_that_is_not_offered_has_no_picture():
    with pytest.raises(KeyError):
        picture(STRETCHES["PR-09"], 1, "R")
