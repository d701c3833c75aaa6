"""What the command of the README leaves to CI: cases that show once more what a neighbour shows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

#: CI runs every case.
EXHAUSTIVE = os.environ.get("EXHAUSTIVE") == "1"


def thinned(cases: Iterable[Any], every: int) -> list[Any]:
    """The cases as parameters, with the mark ``exhaustive`` on all but one of each ``every``; a tuple is one case."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=[pytest.mark.exhaustive] if number % every else []
        )
        for number, case in enumerate(cases)
    ]
