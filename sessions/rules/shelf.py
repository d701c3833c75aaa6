"""The library as a therapist looks through it: what a stretch is for, how one lies or stands, what it takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import Side
from sessions.rules.hold import round_of, seconds_of
from sessions.rules.stretches import DOSES, STRETCHES, Stretch


class Purpose(TextChoices):
    """What a stretch is for: the groups of the library (the letters of its codes, clinical reference 5.3)."""

    PIRIFORMIS = "PR", _("Piriformis and deep hip")
    BUTTOCK = "GL", _("Buttock")
    HAMSTRINGS = "HA", _("Hamstrings")
    HIP_FRONT = "HF", _("Front of the hip")
    LOW_BACK = "LB", _("Lower back")
    NERVE = "NE", _("Nerve glide")
    PRESSURE = "SM", _("Self-pressure")
    CALF = "CA", _("Calf")
    INNER_THIGH = "AD", _("Inner thigh")
    REST = "BR", _("Breath and rest")


class Posture(TextChoices):
    """How the client starts (clinical reference 5.3)."""

    BACK = "back", _("On the back")
    FRONT = "front", _("Face down")
    SIDE = "side", _("On the side")
    SITTING = "sitting", _("Sitting")
    STANDING = "standing", _("Standing")
    KNEELING = "kneeling", _("Kneeling, hands and knees")
    ANY = "any", _("Any position")


#: The beginning of each start position of the catalogue and what it is; the first that fits counts.
_POSTURES: tuple[tuple[str, tuple[Posture, ...]], ...] = (
    ("on back or sitting", (Posture.BACK, Posture.SITTING)),
    ("on back", (Posture.BACK,)),
    ("face down", (Posture.FRONT,)),
    ("on good side", (Posture.SIDE,)),
    ("side-lying", (Posture.SIDE,)),
    ("sitting", (Posture.SITTING,)),
    ("chair", (Posture.SITTING,)),
    ("standing", (Posture.STANDING,)),
    ("half kneel", (Posture.KNEELING,)),
    ("hands and knee", (Posture.KNEELING,)),
    ("kneel", (Posture.KNEELING,)),
    ("any", (Posture.ANY,)),
    ("wherever", (Posture.ANY,)),
)
#: Equipment that stands for itself at home: the intake does not ask for a pillow or a door.
_ALWAYS_THERE = frozenset({"P", "D"})
#: Pieces of which one will do (the strokes of clinical reference 5.3), and one that only the last level takes.
_EITHER = (frozenset({"B", "M"}), frozenset({"B", "C"}))
_ONLY_FURTHER = {"GL-03": frozenset({"E"})}
#: What the intake calls them (``gl_equip``, ``gl_pos``).
AT_HOME: Mapping[str, str] = {
    "chair": "C",
    "bed": "B",
    "mat": "M",
    "strap": "S",
    "band": "E",
    "ball": "L",
    "wall": "W",
}
_HARD_POSTURES: Mapping[str, Posture] = {"on_back": Posture.BACK, "face_down": Posture.FRONT}
_HARD_SIDES: Mapping[str, Side] = {"left_side": Side.LEFT, "right_side": Side.RIGHT}
_FLOOR = "F_FLOOR"


def purpose_of(stretch: Stretch) -> Purpose:
    """What ``stretch`` is for."""
    return Purpose(stretch.code.partition("-")[0])


def postures_of(stretch: Stretch) -> tuple[Posture, ...]:
    """How ``stretch`` starts; several where either will do. Raises ``LookupError`` for a position nobody sorted in."""
    for begins, postures in _POSTURES:
        if stretch.position.startswith(begins):
            return postures
    raise LookupError(f"{stretch.code}: {stretch.position!r} is in no group of positions")


def lacking(stretch: Stretch, home: Collection[str]) -> tuple[str, ...]:
    """Codes of the equipment that ``stretch`` takes and a home with ``home`` (codes) has not.

    Of bed or mat, and of bed or chair, one will do.
    """
    wanted = [
        code for code in stretch.equipment if code not in _ALWAYS_THERE | _ONLY_FURTHER.get(stretch.code, frozenset())
    ]
    for pair in _EITHER:
        if pair <= set(wanted) and not pair.isdisjoint(home):
            wanted = [code for code in wanted if code not in pair]
    return tuple(code for code in wanted if code not in home)


def hard_for(stretch: Stretch, hard: Collection[str], *, side: str, level: int, on_bed: bool) -> bool:
    """Whether ``stretch`` starts in a position that the client called hard (``gl_pos``).

    ``side``: the planned one; one lies on the other. A bed spares the way down to the floor.
    """
    if "floor" in hard and not on_bed and _FLOOR in (stretch.flags_at(level) or ()):
        return True
    lies_on = {Side.LEFT.value: {Side.RIGHT}, Side.RIGHT.value: {Side.LEFT}}.get(side, set(Side))
    hard_postures = {posture for word, posture in _HARD_POSTURES.items() if word in hard}
    if any(lies_side in lies_on for word, lies_side in _HARD_SIDES.items() if word in hard):
        hard_postures.add(Posture.SIDE)
    return all(posture in hard_postures for posture in postures_of(stretch))


def seconds_a_day(
    stretch: Stretch, *, side: str, level: int, hold_seconds: int, repetitions: int, sets: int, times_per_day: int
) -> int:
    """How long ``stretch`` takes on a day it is due: its rounds with rests and the change of sides.

    What is spread over the day in breaks from sitting takes no time of its own.
    """
    if DOSES[stretch.dose].every_minutes:
        return 0
    once = round_of(stretch, hold_seconds=hold_seconds, repetitions=repetitions, sets=sets, side=side, level=level)
    return seconds_of(once) * times_per_day


# --- another one for the same purpose -----------------------------------------------------------------------------

#: Kinds of work: a stretch never stands in for strength, nor strength for a stretch.
_KINDS: Mapping[str, str] = {"D_ST": "held", "D_STG": "held"}


def targets(stretch: Stretch) -> frozenset[str]:
    """What ``stretch`` works on, part by part, as its purpose names it."""
    return frozenset(part.removesuffix(" strength").strip() for part in stretch.purpose.split(","))


def instead_of(stretch: Stretch) -> tuple[Stretch, ...]:
    """What may stand in for ``stretch``: the same purpose, target and kind of work, the nearest first.

    The one that the library itself names for its missing level (``level_1_instead``) comes before all others.
    """
    kind = _KINDS.get(stretch.dose, stretch.dose)
    near = [
        (len(targets(each) & targets(stretch)), each)
        for each in STRETCHES.values()
        if each.home
        and each is not stretch
        and purpose_of(each) == purpose_of(stretch)
        and _KINDS.get(each.dose, each.dose) == kind
        and targets(each) & targets(stretch)
    ]
    nearest = [each for _shared, each in sorted(near, key=lambda pair: -pair[0])]
    named = STRETCHES.get(stretch.level_1_instead)
    return (named, *(each for each in nearest if each is not named)) if named else tuple(nearest)


# --- looking through ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the therapist wants to see of the library: words of the catalogue, nothing about a client.

    "" or 0 is "all". ``home``: only what the home has; ``can``: only positions that are not hard; ``fits``: nothing
    that is blocked.
    """

    purpose: str = ""
    posture: str = ""
    minutes: int = 0
    home: bool = False
    can: bool = False
    fits: bool = False

    def shows(self, stretch: Stretch, *, takes: int, lacks: bool, hard: bool, blocked: bool) -> bool:
        """Whether ``stretch`` is among what is wanted; ``takes``: its minutes a day."""
        return not (
            (self.purpose and self.purpose != purpose_of(stretch))
            or (self.posture and self.posture not in (*postures_of(stretch), *_any(stretch)))
            or (self.minutes and takes > self.minutes)
            or (self.home and lacks)
            or (self.can and hard)
            or (self.fits and blocked)
        )


def _any(stretch: Stretch) -> tuple[str, ...]:
    """What is done in any position is found under each."""
    return tuple(Posture.values) if Posture.ANY in postures_of(stretch) else ()
