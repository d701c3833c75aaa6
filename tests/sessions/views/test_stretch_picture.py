"""The picture on the page: mirrored for the left, told in words that name the side, silent as a thumbnail."""

import re

import pytest
from django.template import Context, Template

from sessions.rules.stretches import STRETCHES


def _page(code: str, level: int, side: str, shown: str) -> str:
    source = "{% load stretch_picture %}{% stretch_picture stretch level side shown %}"
    return Template(source).render(Context({"stretch": STRETCHES[code], "level": level, "side": side, "shown": shown}))


@pytest.mark.parametrize(("side", "mirrored"), [("L", True), ("R", False), ("B", False)])
def test_only_the_left_is_mirrored(side, mirrored):
    assert ("pic--mirrored" in _page("PR-01", 2, side, "picture")) is mirrored


@pytest.mark.parametrize(
    ("side", "words"),
    [("L", "Your left ankle lies on your right knee"), ("R", "Your right ankle lies on your left knee")],
)
def test_the_words_name_the_side(side, words):
    assert f'alt="Lie on your back. {words}' in _page("PR-01", 2, side, "picture")


def test_a_movement_shows_its_start_and_its_end_and_is_told_once():
    page = _page("GL-02", 2, "B", "picture")

    assert re.findall(r"stretches/(gl-02-2-[ab])", page) == ["gl-02-2-a", "gl-02-2-b"]
    assert len(re.findall(r'alt="Lie on', page)) == 1 == page.count('alt=""')


@pytest.mark.parametrize("side", ["L", "R"])
def test_whoever_faces_the_reader_has_the_right_side_on_the_left(side):
    said = "Here your right side is on the left of the picture."

    assert said in _page("PR-06", 2, side, "picture")
    assert said not in _page("PR-06", 2, side, "thumb")
    assert said not in _page("HA-01", 2, side, "picture")


def test_a_thumbnail_is_silent_beside_the_name():
    assert 'alt=""' in _page("HA-01", 1, "L", "thumb")
