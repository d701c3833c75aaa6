"""Writing a stretch plan: a draft by the therapist, published in versions; what the client logs at home."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import content_edition, record
from clinic.models import Client, ContentKind, PortalAccess, User
from clinic.queries import age_on
from clinic.roles import Role
from intake.models import Screening
from intake.queries import answers_now, consents, current_screening, open_stops, screening_result
from intake.rules.limits import Limits
from intake.rules.questions import AnswerError
from sessions.actions.home import tell_therapist
from sessions.actions.reminder import tell_plan_change
from sessions.models import (
    HomeMessage,
    HomeMessageKind,
    ItemOverride,
    ItemReason,
    ItemSide,
    PlanItem,
    PlanVersion,
    Sensation,
    StretchLog,
    StretchPlan,
)
from sessions.queries.changes import draft_mark, item_mark, words_mark
from sessions.queries.home import dose_at, unanswered_nerve_signs, with_home
from sessions.queries.inbox import home_mark, newest_from_home, stretch_words
from sessions.queries.plan import STRETCH_CONSENT, dose_of, my_item
from sessions.queries.shelf import stands_against, start_level_of
from sessions.rules.home import NERVE_SIGNS_FOR_ALL
from sessions.rules.ready_plans import ready_plan
from sessions.rules.shelf import AT_HOME
from sessions.rules.stretches import STRETCHES, Blocked, allowed_levels, highest_level, level_in

#: Most stretches in one home plan (clinical reference 5.1).
MOST_ITEMS = 5
#: How many days back the portal takes a tick, today included.
TICK_DAYS = 7


def _held(version: PlanVersion, by: User) -> PlanVersion:
    """The draft, locked until the end of the transaction; refuses a published version and other roles."""
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    held = (
        PlanVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("plan__client", "screening__intake")
        .get(pk=version.pk)
    )
    if held.published_at is not None:
        raise ValidationError(
            _("This version is published and stays as it is. Start a new version to change the plan.")
        )
    return held


def _screening_for_plan(client: Client, now: datetime) -> Screening:
    """The decision a plan rests on; refuses with the remedy when there is none or nothing may be done today.

    Stretches need the client's consent to them as well.
    """
    on = timezone.localdate(now)
    screening = current_screening(client, on=on)
    if screening is None:
        raise ValidationError(_("There is no current decision on this client. Read the intake and decide first."))
    try:
        result = screening_result(client, on=on)
    except AnswerError as error:  # the questions have changed since: the old answers no longer make a whole set
        raise ValidationError(_("The questions have changed since this intake. Open a new one first.")) from error
    if result is None or result.session_allowed == "no":
        raise ValidationError(_("A flag stands against any stretch today. Open the flags, then come back."))
    if open_stops(client):
        raise ValidationError(_("A stop is still open: no stretch until it is answered. See the intake first."))
    if STRETCH_CONSENT not in {consent.statement for consent in consents(client, on=on)}:
        raise ValidationError(_("The client has not agreed to stretches. Ask for it and have it signed first."))
    return screening


def _highest(screening: Screening, stretch: str, side: str, *, on_bed: bool) -> int:
    """The highest level, 0 to 3, that the decision allows."""
    return highest_level(screening.stretch_levels, screening.limits, stretch, side, on_bed=on_bed)


@transaction.atomic
def draft_plan(*, client: Client, by: User, at: datetime | None = None) -> PlanVersion:
    """The version being written: the one there is, or a new one that starts from the items that still fit.

    A draft that rests on an older decision gives way to one that rests on the current decision. Raises
    ``ValidationError`` with the remedy when there is no decision to rest on.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    screening = _screening_for_plan(client, now)
    plan, _made = StretchPlan.objects.get_or_create(client=client)
    draft = plan.versions.filter(published_at=None).first()
    if draft is not None and draft.screening_id == screening.pk:
        return draft
    source = draft or plan.versions.filter(published_at__isnull=False).order_by("-number").first()
    items = list(with_home(source.items.all())) if source else []
    message = source.message if source else ""
    if draft is not None:
        draft.items.all().delete()
        draft.delete()
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    new = PlanVersion(
        plan=plan,
        number=number,
        screening=screening,
        edition=content_edition(ContentKind.STRETCHES, at=now),
        message=message,
        created_by=by,
        created_at=now,
    )
    new.full_clean()
    new.save()
    for item in items:
        _as_done_now(item)
        if item.level <= _highest(screening, item.stretch, item.side, on_bed=item.on_bed):
            item.pk, item.uuid, item.version, item.override_reason = None, uuid.uuid4(), new, ""
            item._state.adding = True
            item.save()
    record(verb="draft_plan", about=new, client=client, by=by, at=now)
    return new


def _as_done_now(item: Any) -> None:
    """Put the gentler level that the client took into a stretch that goes into the next version: up is a decision."""
    if item.taken_level:
        dose = dose_at(item, item.taken_level)
        item.level = item.taken_level
        for name, value in dose.items():
            setattr(item, name, value)


@transaction.atomic
def set_item(
    *,
    version: PlanVersion,
    stretch: str,
    side: str,
    level: int,
    hold_seconds: int,
    repetitions: int,
    sets: int = 1,
    times_per_day: int = 1,
    days_per_week: int = 7,
    on_bed: bool = False,
    note: str = "",
    reason: str = "",
    was: str = "",
    seen: str | None = None,
    by: User,
    at: datetime | None = None,
) -> PlanItem:
    """Put a stretch on a side into the draft, or change the one that is there.

    ``reason`` is a code of ``ItemReason``; it is needed above the level that the decision allows and kept for that
    item alone. ``on_bed`` counts where a bed will do. ``was``: the side of the item that is changed; it moves to
    ``side``. ``seen``: the mark (``item_mark``) of what the page showed; when the draft holds something else by now,
    nothing is stored. Raises ``ValidationError`` by field.
    """
    held = _held(version, by)
    entry = STRETCHES.get(stretch)
    if entry is None or not entry.home:
        raise ValidationError({"stretch": _("This stretch is not in the home library. Choose one from the list.")})
    if side not in ItemSide.values:
        raise ValidationError({"side": _("Choose left, right or both sides.")})
    if entry.both_sides and side != ItemSide.BOTH:
        raise ValidationError({"side": _("This one moves both sides at once. Choose both sides.")})
    on_bed = on_bed and "B" in entry.equipment
    if level not in (1, 2, 3) or entry.flags_at(level) is None:
        raise ValidationError({"level": _("This stretch is not offered at that level. Choose another level.")})
    beyond = level > _highest(held.screening, stretch, side, on_bed=on_bed)
    if beyond and reason not in ItemReason.values:
        if level <= level_in(held.screening.stretch_levels, stretch, side):
            raise ValidationError({"on_bed": _("Getting down to the floor is not allowed. Do it on the bed.")})
        raise ValidationError(
            {
                "level": _(
                    "The client’s limits do not allow level %(level)s of %(name)s here (%(side)s). Choose a lower"
                    " level, or give a reason."
                )
                % {"level": level, "name": entry.name, "side": ItemSide(side).label}
            }
        )
    values = {
        "side": side,
        "level": level,
        "hold_seconds": hold_seconds,
        "repetitions": repetitions,
        "sets": sets,
        "times_per_day": times_per_day,
        "days_per_week": days_per_week,
        "on_bed": on_bed,
        "note": note,
        "override_reason": reason if beyond else "",
    }
    mine = list(held.items.filter(stretch=stretch))
    item = next((each for each in mine if each.side == (was or side)), None)
    if seen is not None and seen != item_mark(item):
        if same := next((each for each in mine if all(getattr(each, k) == value for k, value in values.items())), None):
            return same  # sent twice
        raise ValidationError(_changed_meanwhile(item))
    others = {each.side for each in mine if each is not item}
    if side in others or (others and ItemSide.BOTH in {side, *others}):
        raise ValidationError(
            {"side": _("It is in the draft for a side that this one takes in. Take that one out first.")}
        )
    if item is None:
        if held.items.count() >= MOST_ITEMS:
            raise ValidationError(
                _("A plan holds at most %(most)s stretches. Take one out first: fewer gets done more.")
                % {"most": MOST_ITEMS}
            )
        last = held.items.aggregate(last=Max("position"))["last"] or 0
        item = PlanItem(version=held, stretch=stretch, position=last + 1)
    for name, value in values.items():
        setattr(item, name, value)
    item.full_clean()
    item.save()
    record(verb="set_plan_item", about=item, client=held.plan.client, reason=item.override_reason, by=by, at=at)
    return item


def _changed_meanwhile(item: PlanItem | None) -> str:
    """What a page that is no longer up to date is told; what was typed into it stays in the form."""
    if item is None:
        return _(
            "This stretch was taken out elsewhere meanwhile. What you typed is kept: send it again to put it back."
        )
    return _(
        "This stretch was changed elsewhere meanwhile, to level %(level)s: %(dose)s. What you typed is kept: send it"
        " again to use it instead."
    ) % {"level": item.level, "dose": dose_of(item)}


@transaction.atomic
def move_item(*, item: PlanItem, up: bool, by: User, at: datetime | None = None) -> None:
    """Put a stretch of the draft one place up or down in the order the client sees; at the end it stays where it is."""
    held = _held(item.version, by)
    order = list(held.items.all())
    place = next((place for place, each in enumerate(order) if each.pk == item.pk), len(order))
    to = place - 1 if up else place + 1
    if place == len(order) or not 0 <= to < len(order):
        return
    order[place], order[to] = order[to], order[place]
    for position, each in enumerate(order, start=1):
        each.position = position
    PlanItem.objects.bulk_update(order, ["position"])
    record(verb="move_plan_item", about=item, client=held.plan.client, by=by, at=at)


@transaction.atomic
def save_words(*, version: PlanVersion, message: str, seen: str, by: User, at: datetime | None = None) -> PlanVersion:
    """Keep the words above the plan with the draft while they are written.

    ``seen``: the mark (``words_mark``) of the words that the page began with; refused when others stand there by now.
    """
    held = _held(version, by)
    if seen != words_mark(held) and held.message != message:
        raise ValidationError(
            {
                "message": _(
                    "Other words were stored meanwhile: “%(words)s”. Yours are kept here: save again to use them."
                )
                % {"words": held.message}
            }
        )
    if held.message != message:
        held.message = message
        held.save(update_fields=["message"])
        record(verb="save_plan_words", about=held, client=held.plan.client, by=by, at=at)
    return held


@dataclass(frozen=True)
class Filled:
    """What a ready-made plan did: the stretches ``added``, each with its side, and what differs, one sentence each."""

    added: tuple[str, ...]
    told: tuple[str, ...]


@transaction.atomic
def apply_ready_plan(*, version: PlanVersion, plan: str, side: str, by: User, at: datetime | None = None) -> Filled:
    """Fill the draft from a ready-made plan with what the decision allows; gives what was added and what differs.

    ``side`` is the sore one. Each stretch begins at the level at which the client starts (clinical reference 5.1). What
    is blocked is swapped for the nearest that fits, or left out, and said with the reason; what stands in the draft
    already stays as it is.
    """
    held = _held(version, by)
    on = timezone.localdate(at or timezone.now())
    client = held.plan.client
    equipment = answers_now(held.screening.intake).get("gl_equip", ())
    there = set(held.items.values_list("stretch", flat=True))
    filtered = ready_plan(
        plan,
        Limits.from_data(held.screening.limits),
        side={"L": "left", "R": "right"}.get(side),
        age=age_on(client.birth_date, on),
        start=start_level_of(client, on=on),
        bed="bed" in equipment,
        home={AT_HOME[each] for each in equipment if each in AT_HOME},
        taken=there,
    )
    told = [
        _("%(name)s swapped for %(instead)s because of this: %(because)s.")
        % {"name": each.stretch.name, "instead": each.instead.name, "because": _why(each.blocked)}
        for each in filtered.swapped
    ]
    told += [_left_out(each.stretch.name, _why(each.blocked)) for each in filtered.dropped]
    added = []
    for kept in filtered.kept:
        if kept.stretch.code in there:
            told.append(_("%(name)s is in the draft already and stays as it is.") % {"name": kept.stretch.name})
            continue
        try:
            item = set_item(
                version=held,
                stretch=kept.stretch.code,
                side={"left": ItemSide.LEFT, "right": ItemSide.RIGHT}.get(kept.side, ItemSide.BOTH),
                level=kept.level,
                hold_seconds=kept.dose.hold_seconds,
                repetitions=kept.dose.repetitions,
                sets=kept.dose.sets,
                times_per_day=kept.dose.times_per_day,
                days_per_week=kept.dose.days_per_week,
                on_bed=kept.on_bed,
                by=by,
                at=at,
            )
        except ValidationError as error:
            told.append(_left_out(kept.stretch.name, " ".join(error.messages).rstrip(".")))
        else:
            added.append(stretch_words(item))
    return Filled(tuple(added), tuple(told))


def _why(blocked: Blocked) -> str:
    return stands_against(blocked) or _("it is not offered at the level this client starts at")


def _left_out(name: str, because: str) -> str:
    return _("%(name)s left out: %(because)s.") % {"name": name, "because": because}


@transaction.atomic
def remove_item(*, item: PlanItem, by: User, at: datetime | None = None) -> None:
    """Take a stretch out of the draft; it can be put back from the library."""
    held = _held(item.version, by)
    record(verb="remove_plan_item", about=item, client=held.plan.client, by=by, at=at)
    item.delete()


@transaction.atomic
def publish_plan(
    *,
    version: PlanVersion,
    message: str = "",
    seen: str | None = None,
    home_seen: str | None = None,
    by: User,
    at: datetime | None = None,
) -> PlanVersion:
    """Make the draft the plan the client works with; it is frozen from now on and the address stays the same.

    ``seen``: the mark (``draft_mark``) of the draft that the page showed, ``home_seen`` the one (``home_mark``) of what
    had come in from home by then: a new version ends every rest, so nothing that asks for one may come unread. Raises
    ``ValidationError`` when either is another by now, when the draft is empty, when the decision it rests on is no
    longer the current one, when a flag stands against any stretch today, or when what was answered since the decision
    no longer allows an item.
    """
    # What comes from home waits, or was there before: it is never answered by a version that could not know of it.
    Client.objects.select_for_update(no_key=True).get(pk=version.plan.client_id)
    held = _held(version, by)
    now = at or timezone.now()
    client = held.plan.client
    if _screening_for_plan(client, now).pk != held.screening_id:
        raise ValidationError(_("There is a newer decision on this client. Open the plan again and check what fits."))
    if seen is not None and seen != draft_mark(held):
        raise ValidationError(_("The draft was changed elsewhere meanwhile. Read what changes now, then publish."))
    newest = newest_from_home(client)
    if newest is not None and home_seen is not None and home_seen != home_mark(newest):
        raise ValidationError(
            _("Meanwhile this came in from home: %(stretch)s, %(what)s. Read it in the inbox, then publish.")
            % {"stretch": stretch_words(newest.item), "what": newest.get_kind_display()}
        )
    items = list(held.items.all())
    if not items:
        raise ValidationError(_("The plan is empty. Add at least one stretch, then publish."))
    if now_banned := _banned_since(held, items, now):
        raise ValidationError(
            _("Newer answers no longer allow this: %(names)s. Take it out, or decide on the client again.")
            % {"names": ", ".join(now_banned)}
        )
    for item in items:
        if item.override_reason:
            ItemOverride.objects.create(item=item, level=item.level, reason=item.override_reason, by=by, at=now)
    held.message, held.published_by, held.published_at = message, by, now
    held.full_clean()
    held.save()
    if held.plan.paused_at is not None:
        held.plan.paused_at = None
        held.plan.save(update_fields=["paused_at"])
    record(verb="publish_plan", about=held, client=client, by=by, at=now)
    tell_plan_change(version=held, by=by, at=now)
    return held


def _banned_since(version: PlanVersion, items: list[PlanItem], now: datetime) -> list[str]:
    """The names of items without a reason that today's answers ban, though the decision allowed them."""
    result = screening_result(version.plan.client, on=timezone.localdate(now))
    if result is None:
        return []
    levels = {bed: allowed_levels(result.limits, bed=bed) for bed in (True, False)}
    return [
        STRETCHES[item.stretch].name
        for item in items
        if not item.override_reason and item.level > level_in(levels[item.on_bed], item.stretch, item.side)
    ]


@transaction.atomic
def log_stretch(
    *,
    client: Client,
    item_uuid: uuid.UUID,
    client_uuid: uuid.UUID,
    on: date,
    done: bool = True,
    comfort: int | None = None,
    sensation: str = "",
    sore: bool = False,
    by: User,
    at: datetime | None = None,
) -> StretchLog:
    """Store what the client did at home; the same ``client_uuid`` again gives the row that is there.

    ``comfort`` is C1 to C5 or not given; ``sensation`` "nerve" pauses the item until a new version is published, a
    second one the whole plan; ``sore``: still sore more than a day after the time before. What the rules ask for is
    told to the therapist in the same transaction. Raises ``ValidationError`` for a day in the future or more than a
    week ago and for a stretch that rests today, 404 for an item that was never in a published plan of the client. A
    phone that was offline may send a tick late: of an earlier day it counts though the stretch rests by now, and of an
    older version up to the day on which the next one was published.
    A ``client_uuid`` under which something else was stored is refused as well. A nerve sign is refused for none of
    these: not for its day, nor because the stretch rests, was replaced, or had another answer first.
    """
    if not by.is_active or not PortalAccess.objects.filter(user=by, client=client, ended_at=None).exists():
        raise PermissionDenied
    # One tick at a time for a client: the same tick sent twice at once is stored once.
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    now = at or timezone.now()  # a version published while this waited was published before
    nerve = sensation == Sensation.NERVE
    known = StretchLog.objects.filter(client_uuid=client_uuid).select_related("item").first()
    if known is not None and nerve and known.client_id == client.pk and known.sensation != sensation:
        # A finger slipped first: the sign has a key of its own, so that the answer before it does not stop it.
        client_uuid = uuid.uuid5(client_uuid, sensation)
        known = StretchLog.objects.filter(client_uuid=client_uuid).select_related("item").first()
    if known is not None and known.client_id == client.pk:
        if (known.item.uuid, known.comfort, known.sensation, known.sore) != (item_uuid, comfort, sensation, sore):
            raise ValidationError(_("This was stored before with another answer. Open the stretch again to add to it."))
        return known
    if known is not None:
        raise ValidationError(_("This tick could not be stored. Open the stretch again and tick it once more."))
    today = timezone.localdate(now)
    if not nerve and not today - timedelta(days=TICK_DAYS - 1) <= on <= today:
        raise ValidationError(_("Choose today or one of the last six days."))
    item = _item_to_tick(client, item_uuid, on=on, nerve=nerve, today=today)
    log = StretchLog(
        item=item,
        client=client,
        client_uuid=client_uuid,
        on=_believable(on, item, today) if nerve else on,
        done=done,
        comfort=comfort,
        sensation=sensation,
        sore=sore,
        by=by,
        at=now,
    )
    log.full_clean()
    log.save()
    record(verb="log_stretch", about=log, client=client, by=by, at=now)
    tell_therapist(log=log, by=by, at=now)
    if nerve:
        _rest_when_repeated(log, by=by, at=now)
    return log


def _believable(on: date, item: PlanItem, today: date) -> date:
    """The day of a nerve sign: however wrong the clock of a phone is, from the item's publication to today."""
    return min(max(on, timezone.localdate(item.version.published_at)), today)


def _item_to_tick(client: Client, item_uuid: uuid.UUID, *, on: date, nerve: bool, today: date) -> PlanItem:
    """The published item that was done on the day ``on``; a nerve sign is taken for every one, paused or replaced."""
    published = PlanItem.objects.filter(version__plan__client=client, version__published_at__isnull=False)
    item = get_object_or_404(published.select_related("version__plan"), uuid=item_uuid)
    if nerve:
        return item
    newer = item.version.plan.versions.filter(number__gt=item.version.number, published_at__isnull=False)
    replaced = newer.order_by("number").first()
    if replaced is None:
        # What was done on an earlier day was done before it rests, or is worth knowing: it arrives late and counts.
        because = my_item(client, item_uuid, on=today).paused_because if on == today else ""
    elif on > timezone.localdate(replaced.published_at):
        because = _("Your plan had changed by then. Open it again and tick what is in it now.")
    else:
        because = ""
    if because:
        raise ValidationError(because)
    return item


def _rest_when_repeated(log: StretchLog, *, by: User, at: datetime) -> None:
    """Put the whole plan to rest when its newest version has had two nerve signs, late ones for an older included."""
    plan = log.item.version.plan
    if unanswered_nerve_signs(log.client) >= NERVE_SIGNS_FOR_ALL and plan.paused_at is None:
        plan.paused_at = at
        plan.save(update_fields=["paused_at"])
        HomeMessage.objects.create(client=log.client, log=log, kind=HomeMessageKind.PLAN_RESTS, by=by, at=at)
        record(verb="pause_plan", about=plan, client=log.client, reason="nerve_signs", by=by, at=at)
