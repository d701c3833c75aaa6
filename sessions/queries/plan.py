"""Reading stretch plans: the therapist's view of a client's plan, and what the portal may show of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Client, PortalAccess, PortalRelation, Practice, User
from clinic.queries import charted_clients, with_next_visit, with_practice
from clinic.vocabulary import Comfort
from intake.models import AnswerChange, Consent, Intake, IntakeState, Screening, StopEvent
from intake.queries import screening_result
from intake.rules.questions import AnswerError
from sessions.models import HomeAnswerRead, HomeMessage, ItemSide, PlanItem, PlanVersion
from sessions.queries.home import ItemNow, Tick, dose_at, item_now, published_of, ticks, with_home
from sessions.rules.due import Due, due
from sessions.rules.hold import Step, minutes, round_of, seconds_of
from sessions.rules.home import Reaction, half_dose
from sessions.rules.pictures import Picture, picture
from sessions.rules.stretches import (
    STOP_RULES,
    STRETCHES,
    Stretch,
    allowed_levels,
    dose_words,
    highest_level,
    level_in,
    round_words,
    without_codes,
)

#: Without it no stretches, at a visit or at home (clinical reference 1.7).
STRETCH_CONSENT = "cs_stretch"
#: Days that the portal's week shows, today included.
WEEK = 7
#: Days for which an answer stays on the client's first page when nobody says that it is read.
SHOWN_DAYS = 14
#: Messages that a client finds again, and answers on the first page, at most.
REMEMBERED = 10
#: Equipment that lets a stretch be done without getting down to the floor.
_BED = "B"
_ROUND = ("hold_seconds", "repetitions", "sets")
_DOSE = (*_ROUND, "times_per_day", "days_per_week")


def side_words(stretch: Stretch, side: str, *, whose: str | None) -> str:
    """On which side a stretch of the plan is done, in words; "" where nothing is left or right.

    ``whose``: "" where the client reads it, their first name where a parent or a helper does ("your" side is the
    reader's own), None where the practice does.
    """
    if stretch.no_side:
        return ""
    if side == ItemSide.BOTH:
        return _("Both sides together") if stretch.both_sides else _("Both sides, one after the other")
    if whose is None:
        return _("Left side") if side == ItemSide.LEFT else _("Right side")
    if whose:
        said = _("%(name)s’s left side") if side == ItemSide.LEFT else _("%(name)s’s right side")
        return said % {"name": whose}
    return _("Your left side") if side == ItemSide.LEFT else _("Your right side")


def dose_of(item: PlanItem) -> str:
    """How much of it, in one line."""
    return dose_words(STRETCHES[item.stretch], **{name: getattr(item, name) for name in _DOSE})


def versions(user: User, client: Client) -> QuerySet[PlanVersion]:
    """Every version of the client's plan, newest first, for whoever may read the chart."""
    return PlanVersion.objects.filter(plan__client=client, plan__client__in=charted_clients(user))


def published_version(user: User, client: Client) -> PlanVersion | None:
    """The version the client works with now, with its items, for whoever may read the chart."""
    found = versions(user, client).filter(published_at__isnull=False)
    return found.select_related("screening", "published_by", "edition").prefetch_related("items__overrides").first()


def draft_version(user: User, client: Client) -> PlanVersion | None:
    """The version being written, with its items, for whoever may read the chart."""
    found = versions(user, client).filter(published_at=None)
    return (
        found.select_related("plan__client", "screening__intake", "edition")
        .prefetch_related("items__overrides")
        .first()
    )


def draft_item(client: Client, item_uuid: uuid.UUID) -> PlanItem | None:
    """One item of the version being written for ``client``, who comes from the charted door; None otherwise."""
    items = PlanItem.objects.filter(version__published_at=None, version__plan__client=client)
    return items.select_related("version__plan__client", "version__screening").filter(uuid=item_uuid).first()


# --- the portal ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MyItem:
    """One stretch as its client sees it: an allow-list of what may leave the practice.

    Level, dose and picture are those of now: a gentler level that the client took (``eased``) and half the dose while
    it leaves them sore (``half``) are in them. ``if_sore``: the dose if they are still sore from last time, "" when
    that is not to be asked. ``gentler``: the same stretch at the level that is offered instead. ``dose`` in full,
    ``in_short`` one round of it; ``steps`` say how it is done, ``round`` what is held and counted. ``more_today``:
    rounds that are still to come today. ``capped``: a limit or a rule holds it where it is, so that nobody is told to
    go further. ``too_much_today``: the last thing that was said of it today.
    """

    uuid: uuid.UUID
    name: str
    side: str
    side_is: str
    level: int
    dose: str
    in_short: str
    on_bed: bool
    picture: Picture
    steps: tuple[str, ...]
    round: tuple[Step, ...]
    smaller: str
    further: str
    feel: str
    watch: str
    note: str
    done_today: int
    felt_today: str
    more_today: int
    due: Due
    paused_because: str
    capped: bool = False
    too_much_today: bool = False
    eased: bool = False
    half: bool = False
    if_sore: str = ""
    round_if_sore: tuple[Step, ...] = ()
    gentler: MyItem | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is one of today's."""
        return self.due == Due.DUE


@dataclass(frozen=True)
class MyPlan:
    """The published plan of one client for the portal; ``items`` is empty when nothing has been published.

    ``taken_back``: it rests because the client took back what they had agreed to.
    """

    called: str
    items: tuple[MyItem, ...]
    message: str
    therapist: str
    published_on: date | None
    number: int
    days_done: frozenset[date]
    comfort_words: Mapping[str, str]
    taken_back: bool = False

    def is_news(self, on: date, *, days: int) -> bool:
        """Whether there was a version before this one, which was published within so many days up to ``on``."""
        return self.number > 1 and self.published_on is not None and (on - self.published_on).days < days

    @property
    def today(self) -> list[MyItem]:
        """The stretches as today's page shows them: due first, then done, then what rests or is paused."""
        return sorted(self.items, key=lambda item: item.due.place)

    @property
    def due(self) -> list[MyItem]:
        """What is still to do today."""
        return [item for item in self.items if item.is_due]

    @property
    def minutes(self) -> int:
        """About how long one round of everything due takes."""
        return minutes(sum(seconds_of(item.round) for item in self.due))

    @property
    def done_today(self) -> int:
        """How many times something was done today."""
        return sum(item.done_today for item in self.items)

    @property
    def rests(self) -> bool:
        """Whether nothing of it may be done now."""
        return bool(self.items) and all(item.paused_because for item in self.items)

    def place_of(self, item: MyItem) -> int:
        """Which of the stretches it is, from 1, counted as today's page shows them."""
        return self.today.index(item) + 1

    def find(self, item_uuid: uuid.UUID) -> MyItem | None:
        """One stretch of the plan; None when it is not in it."""
        return next((item for item in self.items if item.uuid == item_uuid), None)

    def item(self, item_uuid: uuid.UUID) -> MyItem:
        """One stretch of the plan; 404 when it is not in it."""
        found = self.find(item_uuid)
        if found is None:
            raise Http404
        return found


def is_read_at_home(client: Client) -> bool:
    """Whether anybody may open the plan of ``client`` in the portal now."""
    return PortalAccess.objects.filter(client=client, ended_at=None).exists()


def my_clients(user: User, *, now: datetime | None = None) -> list[PortalAccess]:
    """Whose plans this account opens, by first name; one statement.

    Each carries along the client's next visit (``clinic.queries.next_visit``), the practice (``practice_of``) and the
    answers of the last two weeks that this account has not read (``sessions.queries.inbox.answers_to_read``).
    """
    if not user.is_active:
        return []
    found = PortalAccess.objects.filter(user=user, ended_at=None, client__merged_into=None, client__archived_at=None)
    since = (now or timezone.now()) - timedelta(days=SHOWN_DAYS)
    read = HomeAnswerRead.objects.filter(by=user, answer=OuterRef("answer"))
    fresh = HomeMessage.objects.filter(client=OuterRef("client"), answer__at__gt=since).exclude(Exists(read))
    told = JSONObject(
        message=JSONObject(kind="kind", text="text", at="at", by="by"),
        item=JSONObject(id="item", uuid="item__uuid", stretch="item__stretch", side="item__side"),
        answer=JSONObject(uuid="answer__uuid", text="answer__text", at="answer__at", goes_on="answer__goes_on"),
        by=JSONObject(printed_name="answer__by__printed_name"),
    )
    newest = ArraySubquery(fresh.order_by("-answer__at", "-id").values(told=told)[:REMEMBERED])
    accesses = found.select_related("client").order_by("client__first_name", "id").annotate(to_read=newest)
    return list(with_practice(with_next_visit(accesses, now=now)))


def owner_of(accesses: Sequence[PortalAccess], item_uuid: uuid.UUID) -> PortalAccess | None:
    """Whose published stretch this is among those the account opens; None when it is nobody's of them."""
    clients = [access.client_id for access in accesses]
    items = PlanItem.objects.filter(version__published_at__isnull=False, version__plan__client__in=clients)
    owner = items.filter(uuid=item_uuid).values_list("version__plan__client", flat=True).first()
    return next((access for access in accesses if access.client_id == owner), None)


def speaks_of(access: PortalAccess) -> str:
    """The first name of the client where the account is somebody else's, a parent's or a helper's; "" for their own."""
    return "" if access.relation == PortalRelation.SELF else access.client.called


def chosen_access(accesses: Sequence[PortalAccess], client_uuid: str | None) -> PortalAccess | None:
    """The access to the client chosen at sign-in, or the only one; None when a choice has to be made first."""
    for access in accesses:
        if str(access.client.uuid) == client_uuid:
            return access
    return accesses[0] if len(accesses) == 1 else None


def my_plan(client: Client, *, on: date, whose: str = "") -> MyPlan:
    """What the portal shows of the client's plan on the day ``on``. ``client`` comes from ``chosen_access``.

    ``whose``: the client's first name where somebody else reads it (``side_words``).

    An item is paused, with a sentence, when a newer decision or newer answers do not allow it, when the plan is paused
    as a whole, when the client reported a nerve sign for it or that it does not feel right, or when it was too much
    twice in a row and nothing gentler is there.
    """
    rows = items_today(client, on=on)
    if not rows:
        return MyPlan(client.called, (), "", "", None, 0, frozenset(), {})
    version = rows[0].item.version
    week_ago = on - timedelta(days=WEEK - 1)
    return MyPlan(
        called=client.called,
        items=tuple(as_client_sees(row, whose=whose) for row in rows),
        taken_back=rows[0].item.taken_back is not None,
        comfort_words=rows[0].item.comfort_words or {},
        message=version.message,
        therapist=version.published_by.printed_name if version.published_by else "",
        published_on=timezone.localdate(version.published_at),
        number=version.number,
        days_done=frozenset(tick.on for tick in rows[0].all_ticks if tick.done and tick.on >= week_ago),
    )


@dataclass(frozen=True)
class ItemToday:
    """One stretch of the published plan with what it rests on: its ticks, what they ask for, why it is paused.

    ``capped``: nobody is to be told to go further with it.
    """

    item: Any
    on: date
    now: ItemNow
    ticks: list[Tick]
    all_ticks: list[Tick]
    paused_because: str
    capped: bool = False


def items_today(client: Client, *, on: date, weigh_answers: bool = True) -> list[ItemToday]:
    """The stretches of the published plan in their order; none when nothing has been published.

    ``client`` comes from a reading door. Two statements, and some more while answers wait for a decision:
    ``weigh_answers`` False leaves what these forbid to whoever reads the flags beside it.
    """
    newest = Screening.objects.filter(intake__client=client).order_by("-decided_at", "-id")
    decided_on, decided_at = (Subquery(newest.values(name)[:1]) for name in ("intake", "decided_at"))
    handed_in_since = Intake.objects.exclude(state=IntakeState.DRAFT).filter(client=client, pk__gt=decided_on)
    changed_since = AnswerChange.objects.filter(intake__client=client, at__gt=decided_at)
    agreed = Consent.objects.filter(client=client, statement=STRETCH_CONSENT).order_by("-signed_at", "-id")
    stopped_since = StopEvent.objects.filter(client=client, withdrawal=None, at__gt=decided_at)
    items = list(
        with_home(PlanItem.objects.filter(version=Subquery(published_of(client).values("pk")[:1])))
        .annotate(
            newest_screening=Subquery(newest.values("pk")[:1]),
            newest_levels=Subquery(newest.values("stretch_levels")[:1]),
            newest_limits=Subquery(newest.values("limits")[:1]),
            answered_since=Exists(handed_in_since) | Exists(changed_since),
            stopped_since=Exists(stopped_since),
            taken_back=Subquery(agreed.values("withdrawal__at")[:1]),
            comfort_words=Subquery(Practice.objects.values("comfort_words")[:1]),
        )
        .select_related("version__plan", "version__published_by", "version__screening")
        .order_by("position", "id")
    )
    if not items:
        return []
    made = ticks(client, on=on)
    waiting = weigh_answers and items[0].answered_since and not items[0].stopped_since
    today = _levels_today(client, on=on) if waiting else None
    rows = []
    for item in items:
        mine = [tick for tick in made if tick.item == item.pk]
        now = item_now(item, mine, on=on, highest=_highest_now(item))
        rows.append(ItemToday(item, on, now, mine, made, _paused_because(item, now, today), _capped(item, now)))
    return rows


def _highest_now(item: Any) -> int:
    """Up to which level the newest decision allows ``item``; what a therapist went beyond it for holds until then."""
    if item.newest_screening == item.version.screening_id:
        return int(item.level)
    return highest_level(item.newest_levels, item.newest_limits, item.stretch, item.side, on_bed=item.on_bed)


def _capped(item: Any, now: ItemNow) -> bool:
    """Whether "a little further" would go against a limit or a rule.

    The small version says itself that it goes no further; so does a gentler level, and a dose that is halved. Else
    the newest decision has to allow the level above.
    """
    if now.level == 1 or now.level < item.level or now.asks not in (Reaction.NONE, Reaction.MORE):
        return True
    highest = highest_level(item.newest_levels, item.newest_limits, item.stretch, item.side, on_bed=item.on_bed)
    return now.level < STRETCHES[item.stretch].levels[-1] and highest <= now.level


Levels = Mapping[bool, Mapping[str, Mapping[str, int]]]


def _levels_today(client: Client, *, on: date) -> Levels:
    """By bed or not: what today's answers allow; nothing when they stop every treatment or make no whole set."""
    try:
        result = screening_result(client, on=on)
    except AnswerError:
        result = None
    if result is None:
        return {True: {}, False: {}}
    return {bed: allowed_levels(result.limits, bed=bed) for bed in (True, False)}


def as_client_sees(row: ItemToday, *, whose: str | None = "") -> MyItem:
    """One stretch as its client sees it; ``whose`` as in ``side_words``."""
    item, now = row.item, row.now
    stretch = STRETCHES[item.stretch]
    today = [tick for tick in row.ticks if tick.on == row.on]
    felt = next((tick.comfort for tick in reversed(today) if tick.comfort), None)
    done_today = sum(tick.done for tick in today)
    daily, weekly = now.dose_now["times_per_day"], now.dose_now["days_per_week"]
    mine = MyItem(
        uuid=item.uuid,
        name=stretch.name,
        side=side_words(stretch, item.side, whose=whose),
        side_is="" if item.side == ItemSide.BOTH else stretch.side_is,
        **_at(item, now.level, now.dose_now),
        on_bed=item.on_bed,
        feel=stretch.feel,
        watch=stretch.watch,
        note=item.note,
        done_today=done_today,
        felt_today=comfort_word(felt, item.comfort_words or {}) if felt else "",
        more_today=max(daily - done_today, 0),
        due=due(
            [tick.on for tick in row.ticks if tick.done],
            times_per_day=daily,
            days_per_week=weekly,
            on=row.on,
            paused=bool(row.paused_because),
        ),
        paused_because=row.paused_because,
        capped=row.capped,
        too_much_today=felt == Comfort.C5,
        eased=now.level < item.level,
        half=now.asks == Reaction.HALVE and now.dose_now != now.dose,
    )
    if now.last_done and now.last_done < row.on:
        half = _at(item, now.level, half_dose(now.dose))
        mine = replace(mine, if_sore=half["dose"], round_if_sore=half["round"])
    if now.gentler is None or mine.paused_because:
        return mine
    gentler = _at(item, now.gentler, dose_at(item, now.gentler))
    return replace(mine, gentler=replace(mine, **gentler, eased=True, half=False))


def _at(item: Any, level: int, dose: Mapping[str, int]) -> dict[str, Any]:
    """The fields of ``MyItem`` that follow from the level and the dose at which ``item`` is done.

    The reference has steps for level 2 alone, and for the others what differs from them. At level 1 that is less than
    the steps ask for: whoever reads both does the steps, which may be the very thing that is not allowed. So there the
    client gets what is smaller and the words of its picture, which tell that level whole, and no steps.
    """
    stretch = STRETCHES[item.stretch]
    one_round = {name: dose[name] for name in _ROUND}
    return {
        "level": level,
        "dose": dose_words(stretch, **dose),
        "in_short": round_words(**one_round),
        "round": round_of(stretch, side=item.side, level=level, **one_round),
        "picture": picture(stretch, level, item.side),
        "steps": () if level == 1 else tuple(map(without_codes, stretch.steps_for(item.side))),
        "smaller": without_codes(stretch.how_far(level)) if level == 1 else "",
        "further": without_codes(stretch.how_far(level)) if level == 3 else "",
    }


def _paused_because(item: Any, now: ItemNow, today: Levels | None) -> str:
    """A sentence for the client when the item may not be done now, else "". It names no condition.

    ``item`` carries what ``items_today`` annotates; ``today``: the levels of answers that wait for a decision, when
    there are any.
    """
    if item.version.plan.paused_at:
        return _("Your plan rests for now. Your therapist will talk with you about it.")
    if item.nerve_sign:  # before the consent: agreeing again to stretches does not make this one safe
        return _("You told us this went down the leg, or felt electric or numb. Leave it out until we have spoken.")
    if item.taken_back:
        return _("You took back what you had agreed to about stretches. They rest until you agree again.")
    if now.not_right:
        return _("You told us that this doesn’t feel right. Leave it out until we have spoken.")
    if now.rests:
        return _("It was too much twice in a row, and there is no gentler version. Leave it out until we have spoken.")
    if now.level > _highest_now(item) or item.stopped_since or _banned_since(item, now, today):
        return _("Something has changed in your health answers. Leave this one out until we have spoken.")
    return ""


def _banned_since(item: Any, now: ItemNow, today: Levels | None) -> bool:
    """Whether answers that wait for a decision allow less than the version rests on, and less than is done."""
    if today is None:
        return False
    allowed = level_in(today[item.on_bed], item.stretch, item.side)
    screening = item.version.screening
    agreed = highest_level(screening.stretch_levels, screening.limits, item.stretch, item.side, on_bed=item.on_bed)
    return now.level > allowed and allowed < agreed


def my_item(client: Client, item_uuid: uuid.UUID, *, on: date) -> MyItem:
    """One stretch of the client's published plan; 404 when it is not in it."""
    return my_plan(client, on=on).item(item_uuid)


def asked_of(client: Client, item_uuid: uuid.UUID, *, on: date) -> Reaction:
    """What the log at home asks for one stretch; nothing for one that is no longer in the published plan."""
    asked = (row.now.asks for row in items_today(client, on=on) if row.item.uuid == item_uuid)
    return next(asked, Reaction.NONE)


@dataclass(frozen=True)
class Day:
    """One circle of the week."""

    on: date
    done: bool
    today: bool


def week(days_done: frozenset[date], on: date) -> list[Day]:
    """The last seven days up to ``on``, oldest first; a gap is an empty circle, nothing more."""
    days = (on - timedelta(days=back) for back in range(WEEK - 1, -1, -1))
    return [Day(on=day, done=day in days_done, today=day == on) for day in days]


@dataclass(frozen=True)
class ComfortStep:
    """One button of "how did that feel": code, the practice's word, what it means at home, picture."""

    value: int
    label: str
    help: str
    icon: str


_HELP = {
    Comfort.C1: gettext_lazy("Next time go a little further"),
    Comfort.C2: gettext_lazy("Easy, no strain"),
    Comfort.C3: gettext_lazy("Good stretch, easy breath"),
    Comfort.C4: gettext_lazy("Ease off a little next time"),
    Comfort.C5: gettext_lazy("Next time a smaller range"),
}


def comfort_word(step: int, words: Mapping[str, str]) -> str:
    """The word of a comfort step; ``words`` are the practice's own."""
    return words.get(str(step), str(Comfort(step).label))


def comfort_steps(words: Mapping[str, str], *, capped: bool = False) -> list[ComfortStep]:
    """C1 to C5 in order; ``words`` are the practice's own. ``capped``: too light is no reason to go further."""
    helps = {**_HELP, Comfort.C1: _("Stay with this version all the same")} if capped else _HELP
    return [
        ComfortStep(step.value, comfort_word(step, words), str(helps[step]), f"parts/icons/comfort-{step.value}.html")
        for step in Comfort
    ]


def emergency_signs() -> list[str]:
    """The signs that ask for help at once (clinical reference 5.1, stop rule 3), in words for client and parent."""
    return [
        _("new numb skin between the legs or around the back passage"),
        _("new trouble with pee or poo, or no feeling for it"),
        _("new pain, tingling or weakness in both legs"),
        _("a leg or foot that is newly weak, or getting weaker"),
    ]


def stop_signs() -> dict[str, str]:
    """The stop rule of every card (clinical reference 5.1): "down_leg", "up_leg", "emergency", "sore", "pinch"."""
    return {code: rule.text for code, rule in STOP_RULES.items()}
