"""What tests and ranges say together: the newest results for the rules, the pattern view, and whom to send on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Client
from intake.models import CheckIn
from intake.queries import FindingsSource, Situation, screening_result, situation
from intake.rules.conditions import mentioned
from intake.rules.patterns import CountedLine, PatternScore, pattern_view
from intake.rules.questions import AnswerError
from intake.rules.screening import ENTRIES, Entry
from sessions.models import Finding, Score, SessionNote
from sessions.queries.course import day_of, psfs, tellings
from sessions.queries.progress import check_ins_up_to, one_a_day
from sessions.rules.findings import NOT_DONE, entry_of, for_rules
from sessions.rules.reach import STEPS
from sessions.rules.refer import Refer, Seen, advice, best, may_not_help
from sessions.rules.standing import Course, Standing, WayTaken, standing

_SERIOUS = ("emergency", "absolute")


def _newest() -> ArraySubquery:
    """The newest result of every test on every side, from notes that count; what was not done replaces nothing."""
    found = (
        Finding.objects.filter(note__client=OuterRef("client"), note__strike=None)
        .exclude(result=NOT_DONE)
        .order_by("code", "side", "-note__started_at", "phase", "-id")
        .distinct("code", "side")
    )
    names = ("code", "side", "result", "angle", "measure", "felt_where")
    return ArraySubquery(found.values(told=_columns(*names)))


def _name(code: str) -> str:
    entry = entry_of(code)
    return entry.label if entry else ""


#: What the intake's rules read of the treatment room.
SOURCE = FindingsSource(newest=_newest, read=for_rules, name=_name)


def _codes_of(entry: Entry) -> frozenset[str]:
    return mentioned(entry.when, "finding") | mentioned(entry.when, "findings")


#: Tests whose results may raise what allows no massage at all.
_STOPPING = frozenset().union(*(_codes_of(entry) for entry in ENTRIES.values() if entry.blocking))


def stops_found(note: SessionNote) -> tuple[str, ...]:
    """What a test of this visit has found that allows no massage until it is cleared in writing, in words.

    ``note`` comes from the reading door. What was open when the visit began is in its limits already. One statement,
    and one more when such a test was done.
    """
    if not note.findings.filter(code__in=_STOPPING).exclude(result=NOT_DONE).exists():
        return ()
    try:
        result = screening_result(note.client, on=day_of(note), check_in=note.check_in)
    except AnswerError:  # the questions have changed since the visit began: what was found then was judged then
        return ()
    flags = result.flags if result is not None else ()
    return tuple(
        ENTRIES[flag.code].label for flag in flags if ENTRIES[flag.code].blocking and flag.code not in note.flags
    )


# --- how it stands ------------------------------------------------------------------------------------------------


#: Days with a check-in that are looked back on, as the drawings of the chart do.
LOOK_BACK = 8


def course_of(client: Client, held: Situation, check_ins: Sequence[CheckIn], *, on: date) -> Course:
    """What was told and measured so far: pain before each visit, function, how far down it goes; one statement.

    ``held`` and ``check_ins`` are this client's; ``client`` comes from the charted door.
    """
    signed = SessionNote.objects.filter(client=OuterRef("pk"), signed_at__isnull=False, strike=None)
    typed = Score.objects.filter(client=OuterRef("pk")).order_by("id")
    at_visits, scores = (
        Client.objects.filter(pk=client.pk)
        .values_list(
            ArraySubquery(
                signed.order_by("started_at", "id").values(
                    told=_columns("started_at", "pain_before", "way", "way_reason")
                )
            ),
            ArraySubquery(typed.values(told=_columns("code", "on", "value"))),
        )
        .get()
    )
    visits = [
        (timezone.localdate(datetime.fromisoformat(told["started_at"])), told["pain_before"], told)
        for told in at_visits
    ]
    pains = [(day, float(pain)) for day, pain, _note in visits if pain is not None]
    now = next((each.answers.get("ck_now") for each in check_ins if each.on == on), None)
    if isinstance(now, int) and (not pains or pains[-1][0] < on):
        pains.append((on, float(now)))
    drawn = psfs(held.intakes)
    function = [(each.on, each.mean) for each in (drawn.since, drawn.last) if each is not None]
    spread = [
        (each.on, float(STEPS.index(each.refer)))
        for each in tellings(held.intakes, one_a_day(check_ins, days=LOOK_BACK))
        if each.refer in STEPS
    ]
    taken = [WayTaken(day, note["way"], note["way_reason"]) for day, _pain, note in visits if note["way"]]
    return Course(
        visits=tuple(day for day, _pain, _note in visits),
        decided=taken[-1] if taken else None,
        values={"NPRS": pains, "PSFS": function, "REFER": spread, **_typed(scores)},
        safety_worse=bool(visits)
        and any(raised.severity in _SERIOUS and raised.on > visits[0][0] for raised in held.raised),
    )


def _typed(scores: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[date, float]]]:
    """Scores by measure in the order of their days; the newest row of a day counts, one without a value counts not."""
    newest = {(told["code"], date.fromisoformat(told["on"])): told["value"] for told in scores}
    found: dict[str, list[tuple[date, float]]] = {}
    for (code, on), value in sorted(newest.items()):
        if value is not None:
            found.setdefault(code, []).append((on, float(value)))
    return found


def _columns(*names: str) -> JSONObject:
    return JSONObject(**{name: name for name in names})


def standing_of(client: Client, check_in: CheckIn, *, on: date) -> Standing:
    """How ``client`` stands at the visit that begins with ``check_in``; three statements."""
    held = situation(client, on=on, check_in=check_in.answers)
    return standing(course_of(client, held, check_ins_up_to(client, on=on, days=LOOK_BACK), on=on), on=on)


# --- the pattern view ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fits:
    """One pattern that is shown: its name, the score in words, and its lines for and against that were looked at."""

    score: PatternScore
    words: str

    @property
    def open_lines(self) -> int:
        """How many of its lines nobody has looked at yet."""
        return self.score.of - self.score.done

    @property
    def against(self) -> tuple[CountedLine, ...]:
        """What was found that counts against it."""
        return tuple(line for line in self.score.counts_against if line.points)


@dataclass(frozen=True)
class Assessment:
    """What findings and answers come to: patterns that they fit, and whom to send on. Never a diagnosis.

    ``not_helped``: massage may not be effective for the best pattern. ``standing``: since the first visit.
    """

    fits: tuple[Fits, ...]
    not_helped: bool
    refer: tuple[Refer, ...]
    standing: Standing


_BAND_WORDS = {"weak": gettext_lazy("weak"), "some": gettext_lazy("some"), "many": gettext_lazy("many")}


def assessment_at(note: SessionNote) -> Assessment | None:
    """The assessment while ``note`` (from the reading door) is written, with its own findings; three statements."""
    on = day_of(note)
    held = situation(note.client, on=on, check_in=note.check_in.answers)
    return assess(note.client, held, check_ins_up_to(note.client, on=on, days=LOOK_BACK), on=on)


def assess(client: Client, held: Situation, check_ins: Sequence[CheckIn], *, on: date) -> Assessment | None:
    """The assessment of ``client`` on the day ``on``; None without an intake that can be judged; one statement.

    ``held`` and ``check_ins`` (newest first) are this client's, from the reading doors.
    """
    if held.result is None:
        return None
    course = course_of(client, held, check_ins, on=on)
    stands = standing(course, on=on)
    scores = pattern_view(held.answers, held.findings, on=on)
    told = Seen(
        on=on,
        answers=held.answers,
        findings=held.findings,
        flags=[flag.code for flag in held.result.flags],
        scores=scores,
        referral=[int(step) for _on, step in course.values["REFER"]],
        improved=stands.improved,
    )
    return Assessment(
        fits=tuple(Fits(score, _score_words(score)) for score in best(scores)),
        not_helped=may_not_help(scores),
        refer=advice(told),
        standing=stands,
    )


def _score_words(score: PatternScore) -> str:
    """A score as the reference words it (3.5): points, lines done, band; never a likelihood."""
    return _("%(points)s of %(possible)s points, %(done)s of %(of)s items done (%(band)s)") % {
        "points": score.points,
        "possible": score.possible,
        "done": score.done,
        "of": score.of,
        "band": _BAND_WORDS.get(score.band or "", ""),
    }
