"""What the hands meet and use: structures, techniques, breath cues, signs (clinical reference 4.2 to 4.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clinic.catalogues import CatalogueError, freeze, read_catalogue, read_toml
from clinic.vocabulary import REGIONS

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A muscle, ligament or nerve of the session note. ``regions``: where it lies; ``first``: where it is listed."""

    code: str
    name: str
    regions: tuple[str, ...]
    first: str
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.first not in self.regions or not set(self.regions) <= REGIONS.keys():
            raise CatalogueError(f"muscles.toml: {self.code}: a region is not on the body map")


@dataclass(frozen=True, kw_only=True)
class TechniqueNote:
    """A technique; ``order`` is its place in the usual piriformis visit, None when it is used as found."""

    code: str
    label: str
    source: str
    order: int | None = None
    use: str = ""


_SCALES = read_toml(CATALOGUE / "scales.toml")
STRUCTURES: Mapping[str, Structure] = read_catalogue(CATALOGUE / "muscles.toml", Structure, table="structure")
TECHNIQUES: Mapping[str, TechniqueNote] = read_catalogue(
    CATALOGUE / "techniques.toml", TechniqueNote, table="technique"
)
#: Rule of dosage → its figures (clinical reference 4.3).
DOSAGE: Mapping[str, Mapping[str, Any]] = freeze(
    {rule["code"]: rule for rule in read_toml(CATALOGUE / "techniques.toml")["rule"]}
)
#: Comfort step → its figures, and rule of comfort → its figures (clinical reference 4.6).
COMFORT_STEPS: Mapping[int, Mapping[str, Any]] = freeze({step["code"]: step for step in _SCALES["comfort"]})
COMFORT_RULES: Mapping[str, Mapping[str, Any]] = freeze({rule["code"]: rule for rule in _SCALES["comfort_rule"]})
#: Breath cue → the words said (clinical reference 4.8).
CUES: Mapping[str, str] = MappingProxyType({cue["code"]: cue["text"] for cue in _SCALES["cue"]})
#: Sign of the body → the comfort step it counts as, whatever the client says (clinical reference 4.6, rule 3).
SIGNS_COUNT_AS: Mapping[str, int] = MappingProxyType(
    {sign["code"]: sign["counts_as"] for sign in _SCALES["sign"] if "counts_as" in sign}
)
#: Kind of event → what it cannot do without (clinical reference 4.7).
EVENT_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {event["code"]: tuple(event.get("needs", ())) for event in _SCALES["event"]}
)
#: Palpation tone 0 to 3 → words (clinical reference 4.2).
TONES: Mapping[int, str] = MappingProxyType({tone["code"]: tone["label"] for tone in _SCALES["tone"]})
#: Comfort steps of the usual target, and what lowers it to C2 alone (clinical reference 4.6, rule 1).
TARGET = frozenset(step["code"] for step in _SCALES["comfort"] if step["zone"] == "target")
_LOWERED = COMFORT_RULES["target"]


def target_band(*, flags: frozenset[str] | set[str], first_visit: bool, age: int) -> frozenset[int]:
    """The comfort steps to work in: C2 and C3, or C2 alone (clinical reference 4.6, rule 1).

    ``flags``: entries raised today; ``age`` in completed years.
    """
    lowered = first_visit or age >= _LOWERED["lowered_from_age"] or not flags.isdisjoint(_LOWERED["lowered_by"])
    return frozenset({min(TARGET)}) if lowered else TARGET
