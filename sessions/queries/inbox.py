"""What the therapist hears from home, and what the client hears back: the inbox, two weeks at home, answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import SPEAKS_FOR_CLIENT, Client, PortalAccess, User
from clinic.models.base import from_told
from clinic.queries import charted_clients
from clinic.vocabulary import Comfort
from intake.models import Consent, Screening
from sessions.models import (
    MAY_GO_ON,
    GentlerLevel,
    HomeAnswer,
    HomeMessage,
    HomeMessageKind,
    PlanItem,
    PlanVersion,
    Sensation,
)
from sessions.queries.home import TWO_WEEKS, Tick
from sessions.queries.plan import (
    REMEMBERED,
    STRETCH_CONSENT,
    ItemToday,
    MyItem,
    MyPlan,
    as_client_sees,
    comfort_word,
    highest_level,
    items_today,
    side_words,
    speaks_of,
)
from sessions.rules.changes import mark
from sessions.rules.home import Reaction
from sessions.rules.stretches import STRETCHES

#: Lines of the inbox on one page, and how many answered ones stand behind them.
MOST, BEHIND = 50, 20
#: Readings of comfort in the trend of one stretch.
LAST_FELT = 5
#: These come first: a stretch, or the plan, rests because of a nerve sign.
_URGENT = (HomeMessageKind.PLAN_RESTS, HomeMessageKind.NERVE)
_TIERS = {
    HomeMessageKind.PLAN_RESTS: "stop",
    HomeMessageKind.NERVE: "stop",
    HomeMessageKind.NOT_RIGHT: "limit",
    HomeMessageKind.TOO_MUCH: "limit",
    HomeMessageKind.SORE: "note",
}


def age_words(then: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit: "2 days"."""
    hours = int((now - then).total_seconds() // 3600)
    if hours < 1:
        return _("less than an hour")
    if hours < 24:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    return ngettext("%(days)s day", "%(days)s days", hours // 24) % {"days": hours // 24}


def stretch_words(item: PlanItem | None, *, whose: str | None = None) -> str:
    """The stretch and its side in one line; the plan as a whole when there is none. ``whose`` as in ``side_words``."""
    if item is None:
        return _("The whole plan")
    stretch = STRETCHES[item.stretch]
    side = side_words(stretch, item.side, whose=whose)
    if not side:
        return stretch.name
    return f"{stretch.name}: {side if whose and whose in side else side.lower()}"


# --- the inbox ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One message from home as the therapist reads it.

    ``tier``: "stop", "limit" or "note". ``now``: what the plan has done about it by itself, in a sentence.
    ``may_go_on``: the answer may end the rest of the stretch.
    """

    message: HomeMessage
    what: str
    tier: str
    about: str
    age: str
    now: str
    may_go_on: bool
    form: Any = None

    @property
    def client(self) -> Client:
        """Who wrote it, or whose tick it was."""
        return self.message.client


@dataclass(frozen=True)
class Task:
    """A plan that needs the therapist: ``why``, the stretches that rest because of it, and ``until`` when."""

    client: Client
    why: str
    stretches: tuple[str, ...]
    until: str
    age: str


def _until_new_version() -> str:
    return _("It rests until you publish a new version.")


@dataclass(frozen=True)
class Inbox:
    """Open messages with the urgent ones first, then the oldest; tasks; what was answered lately."""

    lines: tuple[Line, ...]
    more: bool
    tasks: tuple[Task, ...]
    answered: tuple[Line, ...]


def _messages(clients: QuerySet[Client]) -> Any:
    """Messages of these clients with what a line shows of each."""
    current = PlanVersion.objects.filter(plan=OuterRef("item__version__plan"), published_at__isnull=False)
    taken = GentlerLevel.objects.filter(item=OuterRef("item")).order_by("level")
    return (
        HomeMessage.objects.filter(client__in=clients, client__merged_into=None, client__archived_at=None)
        .annotate(
            urgency=Case(When(kind__in=_URGENT, then=Value(0)), default=Value(1), output_field=IntegerField()),
            current=Subquery(current.order_by("-number").values("pk")[:1]),
            taken_level=Subquery(taken.values("level")[:1]),
        )
        .select_related("client", "item", "answer__by")
    )


def _line(message: Any, now: datetime) -> Line:
    kind, item = HomeMessageKind(message.kind), message.item
    return Line(
        message=message,
        what=str(kind.label)[:1].upper() + str(kind.label)[1:],
        tier=_TIERS[kind],
        about=stretch_words(item),
        age=age_words(message.at, now),
        now=_now(message),
        may_go_on=item is not None and item.version_id == message.current and _rests(message),
    )


def _now(message: Any) -> str:
    """What the plan does by itself because of an open message; "" where that is nothing."""
    kind, item = message.kind, message.item
    if item is not None and item.version_id != message.current:
        return _("A newer version of the plan is published since.")
    if kind == HomeMessageKind.TOO_MUCH and message.taken_level:
        return _("The client does it at the gentler level %(level)s now.") % {"level": message.taken_level}
    if kind == HomeMessageKind.TOO_MUCH and not _rests(message):
        return _("The gentler level is on offer to the client.")
    if kind == HomeMessageKind.SORE:
        return _("Half the dose until a day goes by without it.")
    if kind == HomeMessageKind.PLAN_RESTS:
        return _("Nothing of the plan is done until you publish a new version.")
    if kind == HomeMessageKind.NERVE:
        return _until_new_version()
    return _("It rests until you answer.") if item is not None else ""


def _rests(message: Any) -> bool:
    """Whether the stretch rests until the therapist has spoken: too much twice does it at the lowest level alone."""
    if message.kind == HomeMessageKind.TOO_MUCH:
        return (message.taken_level or message.item.level) <= STRETCHES[message.item.stretch].levels[0]
    return message.kind in MAY_GO_ON


def inbox(user: User, *, now: datetime | None = None) -> Inbox:
    """Messages and tasks of the clients whose record ``user`` may read; the same statements however many."""
    moment = now or timezone.now()
    charted = charted_clients(user)
    found = _messages(charted)
    waiting = list(found.filter(answer=None).order_by("urgency", "id")[: MOST + 1])
    answered = found.filter(answer__isnull=False).order_by("-answer__at", "-id")[:BEHIND]
    return Inbox(
        lines=tuple(_line(message, moment) for message in waiting[:MOST]),
        more=len(waiting) > MOST,
        tasks=(*_resting(found, moment), *_taken_back(charted, moment), *_no_longer_allowed(charted, moment)),
        answered=tuple(_line(message, moment) for message in answered),
    )


def _resting(messages: Any, now: datetime) -> list[Task]:
    """Stretches that were answered and still rest: they are not done again before a new version says so."""
    answered = messages.filter(answer__isnull=False, answer__goes_on=False, item__version=F("current"))
    gone_on = HomeAnswer.objects.filter(message__item=OuterRef("item"), goes_on=True, at__gte=OuterRef("answer__at"))
    found: dict[int, list[Any]] = {}
    for message in answered.filter(~Exists(gone_on)).order_by("at"):
        if message.kind == HomeMessageKind.NERVE or _rests(message):
            found.setdefault(message.client_id, []).append(message)
    return [
        Task(
            rows[0].client,
            _("Answered, and resting still:"),
            tuple(dict.fromkeys(stretch_words(row.item) for row in rows)),
            _until_new_version(),
            age_words(rows[0].at, now),
        )
        for rows in found.values()
    ]


def _in_use(clients: QuerySet[Client]) -> Any:
    """The version in use of each plan of these clients, with its stretches."""
    newer = PlanVersion.objects.filter(plan=OuterRef("plan"), published_at__isnull=False, number__gt=OuterRef("number"))
    return (
        PlanVersion.objects.filter(~Exists(newer), published_at__isnull=False, plan__client__in=clients)
        .filter(plan__client__merged_into=None, plan__client__archived_at=None)
        .select_related("plan__client")
        .prefetch_related("items")
    )


def _rest_without_consent(clients: QuerySet[Client]) -> Any:
    """Plans that rest because their client took back the consent to stretches, the longest ago first."""
    agreed = Consent.objects.filter(client=OuterRef("plan__client"), statement=STRETCH_CONSENT)
    newest = agreed.order_by("-signed_at", "-id").values("withdrawal__at")[:1]
    rest = _in_use(clients).annotate(taken_back=Subquery(newest))
    return rest.filter(taken_back__isnull=False).order_by("taken_back")


def _taken_back(clients: QuerySet[Client], now: datetime) -> list[Task]:
    return [
        Task(
            version.plan.client,
            _("Consent to stretches was taken back, so the whole plan rests:"),
            tuple(stretch_words(item) for item in version.items.all()),
            _("It rests until the client agrees again. Speak with them at the next visit."),
            age_words(version.taken_back, now),
        )
        for version in _rest_without_consent(clients)
    ]


def _no_longer_allowed(clients: QuerySet[Client], now: datetime) -> list[Task]:
    """Published plans whose client has a newer decision that no longer allows a stretch of theirs, oldest first."""
    newest = Screening.objects.filter(intake__client=OuterRef("plan__client")).order_by("-decided_at", "-id")
    versions = (
        _in_use(clients)
        .annotate(
            decision=Subquery(newest.values("pk")[:1]),
            decided_at=Subquery(newest.values("decided_at")[:1]),
            levels=Subquery(newest.values("stretch_levels")[:1]),
            limits=Subquery(newest.values("limits")[:1]),
        )
        .exclude(decision=F("screening"))
        .order_by("decided_at")
    )
    tasks = []
    for version in versions:
        over = tuple(
            stretch_words(item)
            for item in version.items.all()
            if item.level > highest_level(version.levels, version.limits, item.stretch, item.side, on_bed=item.on_bed)
        )
        if over:
            why = _("The newest decision no longer allows:")
            age = age_words(version.decided_at, now)
            tasks.append(Task(version.plan.client, why, over, _until_new_version(), age))
    return tasks


def waiting_number(user: User) -> int:
    """How many messages from home wait for an answer, and plans rest because the consent was taken back."""
    clients = charted_clients(user)
    messages = HomeMessage.objects.filter(
        client__in=clients, client__merged_into=None, client__archived_at=None, answer=None
    )
    return messages.count() + _rest_without_consent(clients).count()


def home_message(user: User, message_uuid: Any, *, now: datetime | None = None) -> Line:
    """One message, as a line of the inbox, of a client whose record ``user`` may read; 404 otherwise."""
    return _line(get_object_or_404(_messages(charted_clients(user)), uuid=message_uuid), now or timezone.now())


def open_lines(client: Client, *, now: datetime | None = None) -> list[Line]:
    """The open messages of one client; ``client`` comes from the charted door."""
    found = _messages(Client.objects.filter(pk=client.pk)).filter(answer=None).order_by("urgency", "id")
    return [_line(message, now or timezone.now()) for message in found[:MOST]]


def newest_from_home(client: Client) -> HomeMessage | None:
    """The last thing that came in from home, answered or not. ``client`` comes from the charted door."""
    return HomeMessage.objects.filter(client=client).select_related("item").order_by("-id").first()


def home_mark(newest: HomeMessage | None) -> str:
    """A mark of all that has come in from home: the same as long as nothing new does."""
    return mark([newest.pk if newest else 0])


# --- two weeks at home --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Felt:
    """One reading at home: the day, the practice's word for the comfort, its picture; or a nerve sign."""

    on: date
    word: str
    icon: str
    nerve: bool = False


@dataclass(frozen=True)
class AtHomeRow:
    """One stretch of the published plan: its last readings, oldest first, and what the log proposes, or "".

    ``level`` is the published one; ``item`` what its client sees of it now, with the side in the practice's words;
    ``beyond``: the reason for which the therapist went beyond the limits with it, or "".
    """

    item: MyItem
    level: int
    beyond: str
    felt: tuple[Felt, ...]
    asks: str


@dataclass(frozen=True)
class AtHome:
    """The last two weeks at home, today included: days with something done, the hardest comfort in words."""

    days: int
    times: int
    hardest: str
    nerve_signs: int
    days_done: frozenset[date]
    rows: tuple[AtHomeRow, ...]


def at_home(client: Client, *, on: date, weigh_answers: bool = True) -> AtHome:
    """What the client did at home in the two weeks up to ``on``, of every version; two statements.

    ``client`` comes from the charted door; ``weigh_answers`` as in ``items_today``.
    """
    rows = items_today(client, on=on, weigh_answers=weigh_answers)
    if not rows:
        return AtHome(0, 0, "", 0, frozenset(), ())
    lately = [tick for tick in rows[0].all_ticks if tick.on > on - timedelta(days=TWO_WEEKS)]
    words = rows[0].item.comfort_words or {}
    hardest = max((tick.comfort for tick in lately if tick.comfort), default=None)
    days_done = frozenset(tick.on for tick in lately if tick.done)
    return AtHome(
        days=len(days_done),
        times=sum(tick.done for tick in lately),
        hardest=comfort_word(hardest, words) if hardest else "",
        nerve_signs=sum(tick.sensation == Sensation.NERVE for tick in lately),
        days_done=days_done,
        rows=tuple(_at_home_row(row, words) for row in rows),
    )


def _at_home_row(row: ItemToday, words: Any) -> AtHomeRow:
    felt = [tick for tick in row.ticks if tick.comfort or tick.sensation == Sensation.NERVE][-LAST_FELT:]
    return AtHomeRow(
        item=as_client_sees(row, whose=None),
        level=row.item.level,
        beyond=row.item.get_override_reason_display() if row.item.override_reason else "",
        felt=tuple(_felt(tick, words) for tick in felt),
        asks="" if row.now.asks == Reaction.NONE else str(row.now.asks.label),
    )


def _felt(tick: Tick, words: Any) -> Felt:
    if tick.comfort is None:
        return Felt(tick.on, _("a nerve sign"), "parts/icons/octagon.html", nerve=True)
    step = Comfort(tick.comfort)
    return Felt(tick.on, comfort_word(step, words), f"parts/icons/comfort-{step.value}.html")


# --- what the client hears back -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A message of a client with the answer to it, as they read it themselves.

    ``item``: the stretch it is about, none for the plan as a whole. ``overtaken``: why it no longer says what to do.
    """

    item: UUID | None
    about: str
    what: str
    text: str
    at: datetime
    answer: HomeAnswer | None
    by: str
    overtaken: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether the answer says that the stretch may go on, and that still holds."""
        return self.answer is not None and self.answer.goes_on and not self.overtaken


def weighed_against(said: list[Said], plan: MyPlan) -> list[Said]:
    """``said`` with what ``plan`` says by now: an old "you may do it again" must not outlive a newer pause."""
    return [replace(one, overtaken=_overtaken(one, plan)) for one in said]


def _overtaken(said: Said, plan: MyPlan) -> str:
    if said.answer is None or said.item is None:
        return ""
    item = plan.find(said.item)
    if item is None:
        return _("There is a newer plan since then. Do what it shows now.") if said.answer.goes_on else ""
    return _("This stretch is paused now. Leave it out until we have spoken.") if item.paused_because else ""


def answers_to_read(access: PortalAccess) -> list[Said]:
    """Answers of the last two weeks that its account has not read, newest first. ``access``: from ``my_clients``.

    A helper, who does not read the record, is told the answers to what they wrote themselves.
    """
    found = []
    for told in access.to_read:  # type: ignore[attr-defined]
        if not _may_hear(access, told["message"].pop("by")):
            continue
        message, answer = from_told(HomeMessage, told["message"]), from_told(HomeAnswer, told["answer"])
        message.item = from_told(PlanItem, told["item"]) if told["item"]["id"] else None
        message.answer, answer.by = answer, from_told(User, told["by"])
        found.append(_said(message, speaks_of(access)))
    return found


def answer_to(client: Client, answer_uuid: Any) -> HomeAnswer:
    """One answer to this client; 404 for another's. ``client`` comes from ``my_client``."""
    return get_object_or_404(HomeAnswer, uuid=answer_uuid, message__client=client)


def said_at_home(access: PortalAccess) -> list[Said]:
    """What was written from home, and what was answered, newest first; to a helper, what they wrote themselves.

    ``access`` comes from ``my_clients``.
    """
    found = HomeMessage.objects.filter(client=access.client)
    if access.relation not in SPEAKS_FOR_CLIENT:
        found = found.filter(by=access.user_id)
    return [
        _said(row, speaks_of(access)) for row in found.select_related("item", "answer__by").order_by("-id")[:REMEMBERED]
    ]


def _may_hear(access: PortalAccess, written_by: int) -> bool:
    return access.relation in SPEAKS_FOR_CLIENT or access.user_id == written_by


def _said(message: HomeMessage, whose: str) -> Said:
    answer = getattr(message, "answer", None)
    return Said(
        item=message.item.uuid if message.item else None,
        about=stretch_words(message.item, whose=whose),
        what=str(HomeMessageKind(message.kind).label),
        text=message.text,
        at=message.at,
        answer=answer,
        by=answer.by.printed_name if answer else "",
    )
