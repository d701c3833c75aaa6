"""What a note may hold and when it is whole: limits per structure, parts required for signing, canonical content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import REGION_SETS, REGIONS, Side, Technique, position_label, region_label
from intake.rules.limits import Limits, because_of
from intake.rules.screening import ENTRIES, STANDING
from sessions.rules.stretches import ban_words

#: Texts without which a note is not signed (clinical reference 4.1, column "required").
REQUIRED_TEXTS = ("subjective", "assessment", "plan")
#: Areas that need a spoken yes at every visit (clinical reference 1.7, cs_glute and cs_thigh).
SPOKEN = {"glute": frozenset(REGION_SETS["GLUTE"]), "thigh": frozenset({"THB", "THO", "THI"})}


def _list(limits: Mapping[str, Any], name: str) -> set[str]:
    return set(limits.get(name) or ())


def _lowest(limits: Mapping[str, Any], name: str, caps: str, places: Iterable[str]) -> int:
    """The lowest of the whole-body cap ``name`` and the caps of ``places``; no cap is 5."""
    whole = limits.get(name)
    regional = limits.get(caps) or {}
    return min([5 if whole is None else int(whole), *(int(regional[p]) for p in places if p in regional)])


def with_overrides(limits: Mapping[str, Any], overrides: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Today's limits with the caps that the decision raised for a coded reason, as far as today still lets it.

    An override (``place`` "body" or a region, ``level`` 0 to 5) counts only inside today's cap_with_reason: a flag
    that came later may have lowered it.
    """
    found = dict(limits) | {"region_caps": dict(limits["region_caps"])}
    for override in overrides:
        place, level = override["place"], int(override["level"])
        if place == "body":
            if found["pressure_cap"] < level <= limits["pressure_cap_with_reason"]:
                found["pressure_cap"] = level
            continue
        highest = limits["region_caps_with_reason"].get(place, limits["pressure_cap_with_reason"])
        if place in found["region_caps"] and found["region_caps"][place] < level <= highest:
            found["region_caps"][place] = level
    return found


def limits_of_day(
    decided: Mapping[str, Any], today: Mapping[str, Any], overrides: Iterable[Mapping[str, Any]], *stricter: Limits
) -> Limits:
    """The effective limits of a day: the strictest of the decision, of today's result and of what else is ``stricter``.

    All as stored; a cap that the decision raised for a reason stays raised as far as today lets it.
    """
    return Limits.from_data(decided).merge(Limits.from_data(with_overrides(today, overrides)), *stricter)


#: Answers to "How was the day after the last visit?" that make the next one gentler (clinical reference 2.5, C_REACT).
REACTED = ("sore_long", "worse")


def after_a_reaction(*, pressure: int, minutes: int | None) -> Limits:
    """The limits after a visit that the client reacted badly to (clinical reference 2.8, C_REACT).

    One step below its highest ``pressure`` (0 to 5) everywhere, which no reason raises, and a quarter less than its
    ``minutes``, rounded down; None: it was not ended.
    """
    cap = max(pressure - 1, 0)
    gentler = Limits(
        pressure_cap=cap,
        pressure_cap_with_reason=cap,
        max_minutes=minutes * 3 // 4 if minutes is not None else None,
    )
    return because_of(gentler, "C_REACT")


def structure_limits(
    limits: Mapping[str, Any], structures: Mapping[str, Iterable[str]], first: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """What ``limits`` mean for every structure and side: "MUS_PIR:L" to cap, cap_with_reason, locked, and more.

    ``structures`` maps a structure code to its region codes, ``first`` to the one under which it is listed; both stand
    in the result as stored places, because a region may be closed during the day. A structure takes the strictest
    limit of its regions; a region without a side means both. The raise of a cap never goes below the cap itself.
    """
    banned = _list(limits, "no_regions")
    found = {}
    for code, regions in structures.items():
        for side in Side.values:
            places = {p for region in regions for p in places_of(region, side)}
            cap = _lowest(limits, "pressure_cap", "region_caps", places)
            with_reason = _lowest(limits, "pressure_cap_with_reason", "region_caps_with_reason", places)
            found[f"{code}:{side}"] = {
                "cap": cap,
                "cap_with_reason": max(cap, with_reason),
                "locked": bool(places & banned),
                "no_techniques": sorted(
                    entry.partition("@")[0]
                    for entry in _list(limits, "no_techniques")
                    if entry.partition("@")[2] in places
                ),
                "regions": [place_on(region, side) for region in regions],
                "first": place_on(first[code], side),
            }
    return found


def place_on(region: str, side: str) -> str:
    """A region on a side as stored: "BTM:L"; one in the middle of the body has none."""
    return f"{region}:{side}" if REGIONS[region].sided else region


def places_of(region: str, *sides: str) -> tuple[str, ...]:
    """The ways in which limits may name ``region`` on any of ``sides``."""
    return tuple(dict.fromkeys((region, *(place_on(region, side) for side in sides))))


def place_label(place: str) -> str:
    """A region of the limits in words; without a side a sided region means both."""
    if ":" in place or not REGIONS[place].sided:
        return region_label(place)
    return gettext("%(region)s, both sides") % {"region": REGIONS[place].label}


@dataclass(frozen=True)
class LimitLine:
    """One limit as a short sentence, with the entries it comes from; ``weight``: the least comes first of a list."""

    text: str
    codes: tuple[str, ...] = ()
    weight: int = 0


def limit_sentences(limits: Mapping[str, Any]) -> list[str]:
    """The limits as short sentences, the strictest kind first; empty when nothing is limited."""
    return [line.text for line in limit_lines(limits)]


def limit_lines(limits: Mapping[str, Any]) -> list[LimitLine]:
    """The limits as ``limit_sentences`` says them, each with the codes of the entries behind it (``because``)."""
    because = limits.get("because") or {}
    said: list[LimitLine] = []

    def say(text: str, tokens: Iterable[str], weight: int) -> None:
        codes = dict.fromkeys(code for token in tokens for code in because.get(token, ()))
        said.append(LimitLine(text, tuple(codes), weight))

    if len(limits["no_regions"]) >= len(REGIONS):
        say(gettext("Nothing may be touched"), limits["no_regions"], 0)
        return said
    if limits["no_regions"]:
        places = ", ".join(place_label(place) for place in limits["no_regions"])
        say(gettext("Leave out: %(places)s") % {"places": places}, limits["no_regions"], 0)
    cap, reason = limits["pressure_cap"], limits["pressure_cap_with_reason"]
    if cap < 5:
        text = (
            gettext("Pressure up to %(cap)s everywhere")
            if reason <= cap
            else gettext("Pressure up to %(cap)s everywhere, %(reason)s with a reason")
        )
        say(text % {"cap": cap, "reason": reason}, ["pressure_cap"], 1)
    by_cap: dict[int, list[str]] = {}
    for place, regional in limits["region_caps"].items():
        if regional < cap and place not in limits["no_regions"]:
            by_cap.setdefault(regional, []).append(place)
    for regional in sorted(by_cap):
        places = "; ".join(place_label(place) for place in by_cap[regional])
        say(gettext("Pressure up to %(cap)s: %(places)s") % {"cap": regional, "places": places}, by_cap[regional], 2)
    if limits["no_positions"]:
        words = ", ".join(position_label(code) for code in limits["no_positions"])
        say(gettext("Not in these positions: %(positions)s") % {"positions": words}, limits["no_positions"], 3)
    everywhere = [code for code in limits["no_techniques"] if "@" not in code]
    if everywhere:
        words = ", ".join(str(Technique(code).label) for code in sorted(everywhere))
        say(gettext("Not these techniques: %(techniques)s") % {"techniques": words}, everywhere, 6)
    if limits["max_minutes"]:
        say(gettext("At most %(minutes)s minutes") % {"minutes": limits["max_minutes"]}, ["max_minutes"], 5)
    for conduct in limits["conduct"]:
        say(conduct, [conduct], 9)
    return said


#: What everybody is told of conduct; these sentences carry no reason.
_STANDING_CONDUCT = frozenset(
    sentence for rule in STANDING.values() for block in rule.limits for sentence in block.get("conduct", ())
)
_OF_PLACES = ("region_caps", "region_caps_with_reason")
_OF_WHOLE = {"pressure_cap": 5, "pressure_cap_with_reason": 5, "max_minutes": None, "max_level": 3}
_LISTS = ("no_regions", "no_techniques", "no_positions", "no_stretch_flags", "no_stretches", "conduct")


def own_and_standing(limits: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """``limits`` in two: what comes from entries or from the therapist, and the standing rules of the room.

    A limit with several reasons is the client's own as soon as one of them is an entry, or when no reason is known.
    """
    because = limits.get("because") or {}

    def is_own(token: str) -> bool:
        codes = because.get(token) or ()
        return token not in _STANDING_CONDUCT and (not codes or any(code in ENTRIES for code in codes))

    parts: list[dict[str, Any]] = []
    for own in (True, False):
        part: dict[str, Any] = {"because": because}
        for name in _LISTS:
            part[name] = [token for token in limits.get(name) or () if is_own(token) is own]
        for name in _OF_PLACES:
            part[name] = {place: cap for place, cap in limits[name].items() if is_own(place) is own}
        for name, none in _OF_WHOLE.items():
            token = name.removesuffix("_with_reason")
            part[name] = limits.get(name, none) if is_own(token) is own else none
        parts.append(part)
    # What the client's own limits hold down further is not told a second time, milder.
    parts[1]["region_caps"] = {
        place: cap
        for place, cap in parts[1]["region_caps"].items()
        if cap < limits["pressure_cap"] and place not in limits["no_regions"]
    }
    return parts[0], parts[1]


def stretch_lines(limits: Mapping[str, Any]) -> list[LimitLine]:
    """What ``limits`` leave out of the stretches: what a move does, single stretches, and the levels above one."""
    because = limits.get("because") or {}
    bans: dict[tuple[str, ...], list[str]] = {}
    for token in (*limits["no_stretch_flags"], *limits["no_stretches"]):
        bans.setdefault(tuple(because.get(token, ())), []).append(ban_words(token))
    said = [
        LimitLine(gettext("No stretches with %(moves)s") % {"moves": "; ".join(moves)}, codes, 4)
        for codes, moves in bans.items()
    ]
    if (level := limits.get("max_level", 3)) < 3:
        text = gettext("Stretches up to level %(level)s") % {"level": level} if level else gettext("No stretches")
        said.append(LimitLine(text, tuple(because.get("max_level", ())), 8))
    return said


def further_lines(limits: Mapping[str, Any]) -> list[LimitLine]:
    """What ``limits`` mean for techniques at single places and for stretches, beside what ``limit_lines`` says."""
    because = limits.get("because") or {}
    at_places: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for token in sorted(limits["no_techniques"]):
        technique, at, place = token.partition("@")
        if at:
            at_places.setdefault((place, tuple(because.get(token, ()))), []).append(str(Technique(technique).label))
    said = stretch_lines(limits)
    for (place, codes), techniques in at_places.items():
        words = {"place": place_label(place), "techniques": ", ".join(techniques)}
        said.append(LimitLine(gettext("Not at %(place)s: %(techniques)s") % words, codes, 7))
    return said


def spoken_consents(worked: Iterable[tuple[str, str]], structures: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    """(scope, side) of every spoken yes that the structures ``worked`` on need, massage itself included."""
    needed: set[tuple[str, str]] = set()
    for code, side in worked:
        needed.add(("massage", ""))
        regions = set(structures.get(code, ()))
        needed.update((scope, side) for scope, areas in SPOKEN.items() if regions & areas)
    return needed


#: Each part of the list before signing: what it is, and what to do when it is missing.
PARTS = {
    "worked": (_("Areas worked on"), _("Record at least one area, or write under O why nothing was treated.")),
    "settled": (
        _("Comfort settled"),
        _("An area ends on “Too much” or “Wrong kind”. Record an eased reading there, or “Stopped here”."),
    ),
    "spoken": (_("Spoken consent"), _("Record the yes said aloud for the massage and for each area that needs one.")),
    "subjective": (_("S: what the client said"), _("Write what the client said.")),
    "assessment": (_("A: what you think"), _("Write how it is going.")),
    "plan": (_("P: what next"), _("Write what comes next.")),
    "pain_before": (_("Pain before"), _("Ask for the pain before the treatment, 0 to 10.")),
    "pain_after": (
        _("Pain after"),
        _("Ask for the pain now, 0 to 10, or record “would rather not say”."),
    ),
    "adverse": (_("Anything that went wrong"), _("Say that nothing went wrong, or what did.")),
    "response": (_("Better, same or worse"), _("Choose how the client responded.")),
    "way": (_("How to go on"), _("Decide how to go on, and give the reason.")),
    "ended": (_("End of treatment"), _("Press “Treatment finished”.")),
    "findings_before": (_("Findings before"), _("A first visit and a re-assessment usually have tests or range.")),
    "findings_after": (_("A measure after"), _("One range or test taken again shows what changed.")),
}


#: Where each part is filled in, as an id of its page; the texts stand in fields of their own name.
PLACES = {
    "worked": "where-heading",
    "settled": "worked",
    "spoken": "said",
    "pain_before": "before-label",
    "pain_after": "after-label",
    "adverse": "id_adverse_event_0",
    "response": "id_response_0",
    "way": "id_way_0",
    "ended": "dock",
    "findings_before": "tests-heading",
    "findings_after": "tests-heading",
}


@dataclass(frozen=True)
class Part:
    """One line of the list before signing: ``missing`` parts stop the signature, the others only advise."""

    code: str
    missing: bool
    advice: bool = False

    @property
    def title(self) -> str:
        """What the line is about."""
        return str(PARTS[self.code][0])

    @property
    def is_on_treat(self) -> bool:
        """Whether it is filled in on the treatment page, else on the page of findings."""
        return self.code in ("worked", "settled", "spoken", "ended")

    @property
    def at(self) -> str:
        """The id of the place on its page where it is filled in."""
        return PLACES.get(self.code, f"id_{self.code}")

    @property
    def remedy(self) -> str:
        """What to do when it is missing."""
        return str(PARTS[self.code][1])


def parts(
    *,
    texts: Mapping[str, str],
    worked: Iterable[tuple[str, str]],
    unsettled: Iterable[object],
    said: Iterable[tuple[str, str]],
    structures: Mapping[str, Iterable[str]],
    ended: bool,
    pain_before: int | None,
    pain_after_known: bool,
    adverse_known: bool,
    response_known: bool,
    findings: Iterable[str],
    visit_kind: str,
    way_known: bool | None = None,
) -> tuple[Part, ...]:
    """The required parts of clinical reference 4.1 in the order of the page, each missing or not.

    ``way_known``: how to go on is decided, with a reason; None when it is not time for that.
    ``findings`` holds the phase ("before", "after") of each finding. Findings are required by 4.1 on a first visit
    before, and one measure after; both only advise, because a treatment may leave no measure that is allowed.
    """
    worked, found = set(worked), set(findings)
    spoken = spoken_consents(worked, structures) - set(said)
    return (
        Part("worked", not worked and not texts.get("objective", "").strip()),
        Part("settled", bool(list(unsettled))),
        Part("spoken", bool(spoken)),
        *(Part(name, not texts.get(name, "").strip()) for name in REQUIRED_TEXTS),
        Part("pain_before", pain_before is None),
        Part("pain_after", not pain_after_known),
        Part("adverse", not adverse_known),
        Part("response", not response_known),
        *([] if way_known is None else [Part("way", not way_known)]),
        Part("ended", not ended),
        Part("findings_before", visit_kind != "follow_up" and "before" not in found, advice=True),
        Part("findings_after", "after" not in found, advice=True),
    )
