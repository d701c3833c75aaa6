"""Wording of a note that reads as a diagnosis: found and told, never refused (clinical reference 4.1, row A).

A massage therapist does not diagnose: what is written is what was found (clinical reference, principle 6). What is
looked for is data, ``sessions/catalogue/wording.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clinic.catalogues import CatalogueError, read_catalogue
from sessions.rules.muscles import CATALOGUE

_TEXTS = frozenset({"subjective", "objective", "assessment", "plan"})


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Words that read as a diagnosis; the keys are explained at the top of the catalogue."""

    code: str
    says: str
    within: bool
    texts: tuple[str, ...]
    source: str = "clinical reference 4.1 [DESIGN]"

    def __post_init__(self) -> None:
        if not self.says.strip() or self.says != self.says.lower() or not set(self.texts) <= _TEXTS or not self.texts:
            raise CatalogueError(f"wording.toml: {self.code}: small letters, and texts that a note has")

    @property
    def pattern(self) -> re.Pattern[str]:
        """What is looked for, with the word around it."""
        words = r"\s+".join(re.escape(word) for word in self.says.split())
        edge = r"\w*" if self.within else r"\b"
        return re.compile(f"{edge}{words}{edge}", re.IGNORECASE)


WORDINGS: Mapping[str, Wording] = read_catalogue(CATALOGUE / "wording.toml", Wording, table="wording")
_LOOKED_FOR = tuple((wording.texts, wording.pattern) for wording in WORDINGS.values())
#: The texts of a note that are looked through.
WATCHED = frozenset(name for wording in WORDINGS.values() for name in wording.texts)


def diagnosis_words(name: str, text: str) -> tuple[str, ...]:
    """The places of ``text`` that read as a diagnosis, as they are written, each once and in their order.

    ``name``: which text of the note it is ("assessment"); one that no entry names gives nothing. Never raises: what is
    found is told beside the text, and the note is saved and signed as it is.
    """
    found = [match for texts, pattern in _LOOKED_FOR if name in texts for match in pattern.finditer(text)]
    found.sort(key=lambda match: match.start())
    seen = {" ".join(match[0].split()).casefold(): " ".join(match[0].split()) for match in reversed(found)}
    return tuple(reversed(seen.values()))
