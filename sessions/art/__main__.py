"""Draws every picture again: ``python -m sessions.art``."""

from __future__ import annotations

import sys

from sessions.art import poses
from sessions.art.pictures import FOLDER, every_file


def main() -> None:
    """Write all files and remove those that no pose draws any more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    drawn = every_file()
    for name, svg in drawn.items():
        (FOLDER / name).write_text(svg, encoding="utf-8")
    for path in FOLDER.glob("*.svg"):
        if path.name not in drawn:
            path.unlink()
    sys.stdout.write(f"{len(drawn)} files from {len(poses.__all__)} modules of poses\n")


if __name__ == "__main__":
    main()
