"""The register of pictures: which file holds which scene, and how all of them are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sessions.art.scene import TALL, USUAL, WIDE, Scene

FOLDER = Path(__file__).resolve().parents[1] / "static" / "sessions" / "stretches"
#: A picture is one scene, or the start and the end of a movement.
Drawing = Scene | tuple[Scene, Scene]
PICTURES: dict[str, Callable[[], Drawing]] = {}


def picture(name: str) -> Callable[[Callable[[], Drawing]], Callable[[], Drawing]]:
    """Register the function below as the drawing of ``name``: the code of the stretch and its level."""

    def register(draw: Callable[[], Drawing]) -> Callable[[], Drawing]:
        if name in PICTURES:
            raise ValueError(f"{name} is drawn twice")
        PICTURES[name] = draw
        return draw

    return register


def files(name: str) -> dict[str, str]:
    """File name -> SVG of the picture ``name``: "a" is the start and "b" the end of a movement, in one frame."""
    drawn = PICTURES[name]()
    scenes = (drawn,) if isinstance(drawn, Scene) else drawn
    frames = [scene.frame() for scene in scenes]
    left, top = min(frame[0] for frame in frames), min(frame[1] for frame in frames)
    right, bottom = max(frame[2] for frame in frames), max(frame[3] for frame in frames)
    aspect = _aspect((right - left) / (bottom - top), moves=len(scenes) > 1)
    letters = ("-a", "-b") if len(scenes) > 1 else ("",)
    return {
        f"{name}{letter}.svg": scene.svg((left, top, right, bottom), aspect=aspect)
        for letter, scene in zip(letters, scenes, strict=True)
    }


def _aspect(content: float, *, moves: bool) -> float:
    """The shape of a picture whose content is ``content`` times as wide as high."""
    if content >= 1.7:
        return WIDE
    return TALL if content < (1.1 if moves else 0.95) else USUAL


def every_file() -> dict[str, str]:
    """File name -> SVG of every registered picture; the poses must have been imported."""
    return {file: svg for name in PICTURES for file, svg in files(name).items()}
