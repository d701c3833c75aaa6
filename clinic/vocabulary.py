"""Words that every floor shares: body regions, sides, pressure, comfort, severity, techniques, positions.

Codes are permanent: they are stored in answers, notes and limits. Labels may be reworded. No models here.
Source of the codes: clinical reference 0.4 (regions), 2.1 (severity, techniques, positions), 4.5 and 4.6 (scales).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Always the client's own left or right."""

    LEFT = "L", _("left")
    RIGHT = "R", _("right")


class Severity(models.TextChoices):
    """How much a flag stops, worst first (clinical reference 2.1)."""

    EMERGENCY = "emergency", _("Emergency")
    ABSOLUTE = "absolute", _("Doctor first")
    LOCAL = "local", _("Leave an area")
    CAUTION = "caution", _("With care")
    INFO = "info", _("Note")

    @property
    def rank(self) -> int:
        """0 is the worst; the order in which flags are shown."""
        return list(Severity).index(self)

    @property
    def tier(self) -> str:
        """The three shapes on the screen: "stop", "limit" or "note"."""
        if self in (Severity.EMERGENCY, Severity.ABSOLUTE):
            return "stop"
        return "note" if self is Severity.INFO else "limit"


class PressureLevel(models.IntegerChoices):
    """What the hand does, P0 to P5 (clinical reference 4.5)."""

    P0 = 0, _("Resting hand")
    P1 = 1, _("feather")
    P2 = 2, _("light")
    P3 = 3, _("medium")
    P4 = 4, _("firm")
    P5 = 5, _("deep")


class Comfort(models.IntegerChoices):
    """What the client feels, C1 to C5; C2 and C3 are the usual target (clinical reference 4.6)."""

    C1 = 1, _("Too light")
    C2 = 2, _("Pleasant")
    C3 = 3, _("Delicious")
    C4 = 4, _("Nearly too much")
    C5 = 5, _("Too much")


class Technique(models.TextChoices):
    """Technique codes (clinical reference 2.1)."""

    TQ_HOLD = "TQ_HOLD", _("still hands")
    TQ_EFF = "TQ_EFF", _("gliding")
    TQ_PET = "TQ_PET", _("kneading")
    TQ_MFR = "TQ_MFR", _("slow myofascial")
    TQ_DEEP = "TQ_DEEP", _("slow deep stripping")
    TQ_TRP = "TQ_TRP", _("sustained point pressure")
    TQ_FRIC = "TQ_FRIC", _("cross-fibre friction")
    TQ_ELB = "TQ_ELB", _("elbow or tool")
    TQ_PERC = "TQ_PERC", _("percussion")
    TQ_VIB = "TQ_VIB", _("vibration or rocking")
    TQ_SKIN = "TQ_SKIN", _("skin rolling")
    TQ_MOB = "TQ_MOB", _("passive joint movement")
    TQ_STR = "TQ_STR", _("assisted stretch")
    TQ_MET = "TQ_MET", _("contract and relax")
    TQ_PSOAS = "TQ_PSOAS", _("abdominal access to iliopsoas")
    TQ_HEAT = "TQ_HEAT", _("heat")
    TQ_COLD = "TQ_COLD", _("cold")
    TQ_CUP = "TQ_CUP", _("cups")
    TQ_LYM = "TQ_LYM", _("light lymph strokes")


class Position(models.TextChoices):
    """How the client lies or sits (clinical reference 2.1)."""

    PRONE = "PRONE", _("face down")
    SUPINE = "SUPINE", _("on the back")
    SIDE = "SIDE", _("on the side")
    SEMI = "SEMI", _("half-sitting")
    CHAIR = "CHAIR", _("in a chair")


@dataclass(frozen=True)
class Region:
    """One area of the client's body map (clinical reference 0.4).

    ``sided`` regions are stored as ``CODE:L`` or ``CODE:R``, the others as ``CODE``. ``views`` names the
    pictures on which the region is drawn; the saddle area is drawn on none and has a button of its own.
    """

    code: str
    label: str | Promise
    clinical: str | Promise
    sided: bool
    views: tuple[str, ...]


REGIONS: MappingProxyType[str, Region] = MappingProxyType(
    {
        r.code: r
        for r in (
            Region("NCK", _("Neck"), _("cervical region"), sided=True, views=("back",)),
            Region("SHO", _("Shoulder"), _("shoulder girdle"), sided=True, views=("back", "front")),
            Region("ARM", _("Arm or hand"), _("upper limb"), sided=True, views=("back", "front")),
            Region("CHE", _("Chest"), _("thorax, anterior"), sided=False, views=("front",)),
            Region("UBK", _("Upper back"), _("thoracic, upper"), sided=True, views=("back",)),
            Region("MBK", _("Mid back"), _("thoracic, lower"), sided=True, views=("back",)),
            Region("LBK", _("Low back"), _("lumbar region"), sided=True, views=("back",)),
            Region("FLK", _("Side of waist / kidney area"), _("flank"), sided=True, views=("back",)),
            Region("ABD", _("Belly"), _("abdomen"), sided=False, views=("front",)),
            Region("PEL", _("Lower belly / pelvis"), _("suprapubic, pelvic"), sided=False, views=("front",)),
            Region("GRO", _("Groin"), _("inguinal, anterior hip crease"), sided=True, views=("front",)),
            Region(
                "SAD",
                _("Saddle area (between the legs)"),
                _("perineum, perianal, genital S2–S5"),
                sided=False,
                views=(),
            ),
            Region("SAC", _("Flat bone at base of spine"), _("sacrum"), sided=True, views=("back",)),
            Region(
                "SIJ", _("Dimple beside the base of spine"), _("sacroiliac joint / PSIS"), sided=True, views=("back",)
            ),
            Region("COC", _("Tailbone"), _("coccyx"), sided=False, views=("back",)),
            Region("BTU", _("Upper outer buttock"), _("gluteus medius / upper maximus"), sided=True, views=("back",)),
            Region(
                "BTM",
                _("Deep middle of buttock"),
                _("piriformis line, greater sciatic notch"),
                sided=True,
                views=("back",),
            ),
            Region(
                "BTL",
                _("Lower buttock / sit bone"),
                _("ischial tuberosity, proximal hamstring"),
                sided=True,
                views=("back",),
            ),
            Region("HPL", _("Side of hip bone"), _("greater trochanter"), sided=True, views=("back", "front")),
            Region("HPF", _("Front of hip"), _("anterior hip, TFL, iliopsoas"), sided=True, views=("front",)),
            Region("THF", _("Front of thigh"), _("anterior thigh (L2–L4)"), sided=True, views=("front",)),
            Region("THI", _("Inner thigh"), _("medial thigh"), sided=True, views=("front",)),
            Region("THO", _("Outer thigh"), _("lateral thigh, ITB"), sided=True, views=("back", "front")),
            Region("THB", _("Back of thigh"), _("hamstrings"), sided=True, views=("back",)),
            Region("KNF", _("Front of knee"), _("anterior knee (L3–L4)"), sided=True, views=("front",)),
            Region("KNB", _("Back of knee"), _("popliteal fossa"), sided=True, views=("back",)),
            Region("SHN", _("Shin"), _("anterior leg (L4–L5)"), sided=True, views=("front",)),
            Region("LLO", _("Outer lower leg"), _("peroneal / lateral leg (L5)"), sided=True, views=("back", "front")),
            Region("CLF", _("Calf"), _("posterior leg (S1–S2)"), sided=True, views=("back",)),
            Region("ANK", _("Ankle"), _("ankle"), sided=True, views=("back", "front")),
            Region("HEL", _("Heel"), _("heel (S1)"), sided=True, views=("back",)),
            Region("FTT", _("Top of foot"), _("dorsum (L5)"), sided=True, views=("front",)),
            Region("FTO", _("Outer edge of foot"), _("lateral foot (S1)"), sided=True, views=("back", "front")),
            Region("FTS", _("Sole"), _("plantar (S1)"), sided=True, views=("back",)),
            Region("TOB", _("Big toe"), _("hallux (L5)"), sided=True, views=("front",)),
            Region("TOS", _("Other toes"), _("toes 2–5"), sided=True, views=("front",)),
        )
    }
)

_SPINE = ("NCK", "UBK", "MBK", "LBK", "SAC", "SIJ")
_FEET = ("ANK", "HEL", "FTT", "FTO", "FTS", "TOB", "TOS")
_LOWER_LEG = ("KNB", "SHN", "LLO", "CLF", *_FEET)
#: Named sets of region codes used in triggers and limits (clinical reference 0.4).
REGION_SETS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "SPINE": _SPINE,
        "SPINE_BUTT": (*_SPINE, "BTU", "BTM", "BTL"),
        "BONE_AREA": (*_SPINE, "COC", "PEL", "GRO", "HPF", "HPL", "BTL"),
        "GLUTE": ("BTU", "BTM", "BTL", "SAC", "COC", "HPL"),
        "HIP": ("BTU", "BTM", "BTL", "HPL", "HPF", "GRO"),
        "FEET": _FEET,
        "LOWER_LEG": _LOWER_LEG,
        "LEG": ("THF", "THI", "THO", "THB", "KNF", *_LOWER_LEG),
    }
)


def expand_regions(names: Iterable[str]) -> frozenset[str]:
    """Region codes behind ``names``, where a name is a region code or a named set.

    Raises ``KeyError`` naming the first unknown name.
    """
    codes: set[str] = set()
    for name in names:
        if name in REGION_SETS:
            codes.update(REGION_SETS[name])
        elif name in REGIONS:
            codes.add(name)
        else:
            raise KeyError(name)
    return frozenset(codes)


def is_region(value: object) -> bool:
    """True for a well-formed stored region: ``CODE:L``, ``CODE:R`` or a midline ``CODE``."""
    if not isinstance(value, str):
        return False
    code, _sep, side = value.partition(":")
    region = REGIONS.get(code)
    if region is None:
        return False
    return side in Side.values if region.sided else value == code


def region_label(value: str) -> str:
    """The client's word for a stored region with its side in full, e.g. "Deep middle of buttock, left"."""
    code, _sep, side = value.partition(":")
    label = str(REGIONS[code].label)
    return f"{label}, {Side(side).label}" if side else label


def position_label(value: str) -> str:
    """A position in words; "SIDE:L" is lying on the left side, "SIDE" on either."""
    position, _sep, side = value.partition(":")
    if not side:
        return str(Position(position).label)
    return gettext("on the left side") if side == Side.LEFT else gettext("on the right side")
