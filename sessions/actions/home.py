"""Writing what client and therapist say about the stretches at home: gentler levels, messages, answers."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import record
from clinic.models import Client, PortalAccess, User
from clinic.queries import charted_clients
from clinic.roles import Role
from clinic.vocabulary import Comfort
from sessions.models import (
    MAY_GO_ON,
    GentlerLevel,
    HomeAnswer,
    HomeAnswerRead,
    HomeMessage,
    HomeMessageKind,
    PlanItem,
    Sensation,
    StretchLog,
)
from sessions.queries.inbox import answer_to
from sessions.queries.plan import asked_of, my_item
from sessions.rules.home import Reaction


def _held(client: Client, by: User) -> None:
    """Lock ``client`` until the end of the transaction; refuses an account that does not open their plan."""
    if not by.is_active or not PortalAccess.objects.filter(user=by, client=client, ended_at=None).exists():
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


@transaction.atomic
def take_gentler(
    *, client: Client, item_uuid: uuid.UUID, level: int, by: User, at: datetime | None = None
) -> GentlerLevel:
    """From now on the client does a stretch at the gentler ``level`` that is offered; again gives the row there is.

    404 for a stretch that is not in the published plan, ``ValidationError`` for a level that is not offered.
    """
    now = at or timezone.now()
    _held(client, by)
    mine = my_item(client, item_uuid, on=timezone.localdate(now))
    item = PlanItem.objects.get(uuid=item_uuid)
    known = GentlerLevel.objects.filter(item=item, level=level).first()
    if known is not None and mine.level <= level:
        return known
    if mine.gentler is None or mine.gentler.level != level:
        raise ValidationError(_("This version is not on offer now. Open the stretch again to see what is."))
    taken = GentlerLevel(item=item, level=level, by=by, at=now)
    taken.full_clean()
    taken.save()
    record(verb="take_gentler", about=taken, client=client, by=by, at=now)
    return taken


@transaction.atomic
def send_home_message(
    *,
    client: Client,
    client_uuid: uuid.UUID,
    text: str = "",
    item_uuid: uuid.UUID | None = None,
    by: User,
    at: datetime | None = None,
) -> HomeMessage:
    """Tell the therapist that a stretch, or the plan, does not feel right; the stretch rests until they have answered.

    The same ``client_uuid`` again gives the row that is there; with other content it is refused. Raises
    ``ValidationError`` by field; 404 for a stretch that is not in the published plan.
    """
    now = at or timezone.now()
    _held(client, by)
    known = HomeMessage.objects.filter(client_uuid=client_uuid).select_related("item").first()
    if known is not None:
        about = known.item.uuid if known.item else None
        if (known.client_id, about, known.text) != (client.pk, item_uuid, text):
            raise ValidationError(_("This was sent before with other words. Open the page again to write more."))
        return known
    if item_uuid is None and not text.strip():
        raise ValidationError({"text": _("Choose the stretch, or say in a few words what it is about.")})
    item = None
    if item_uuid is not None:
        my_item(client, item_uuid, on=timezone.localdate(now))
        item = PlanItem.objects.get(uuid=item_uuid)
    message = HomeMessage(
        client=client, item=item, kind=HomeMessageKind.NOT_RIGHT, text=text, client_uuid=client_uuid, by=by, at=now
    )
    message.full_clean()
    message.save()
    record(verb="send_home_message", about=message, client=client, by=by, at=now)
    return message


@transaction.atomic
def answer_home_message(
    *, message: HomeMessage, text: str, goes_on: bool = False, by: User, at: datetime | None = None
) -> HomeAnswer:
    """The therapist's one answer; ``goes_on`` ends the rest of the stretch that the message is about.

    The same answer again gives the row that is there. Raises ``ValidationError`` without words, for a second answer,
    and for ``goes_on`` after a nerve sign: there only a new version of the plan goes on.
    """
    now, said = at or timezone.now(), text.strip()
    in_care = charted_clients(by).filter(pk=message.client_id)
    if not by.holds(Role.THERAPIST) or not in_care.exists():
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=message.client_id)
    known = HomeAnswer.objects.filter(message=message).select_related("by").first()
    if known is not None:
        if (known.text, known.goes_on, known.by_id) != (said, goes_on, by.pk):
            raise ValidationError(_("%(name)s has answered this already.") % {"name": known.by.printed_name})
        return known
    if goes_on and (message.item_id is None or message.kind not in MAY_GO_ON):
        raise ValidationError(
            {"goes_on": _("After a nerve sign the stretch goes on with a new version of the plan only.")}
        )
    answer = HomeAnswer(message=message, text=said, goes_on=goes_on, by=by, at=now)
    answer.full_clean()
    answer.save()
    record(verb="answer_home_message", about=answer, client=message.client, by=by, at=now)
    return answer


@transaction.atomic
def read_home_answer(*, client: Client, answer_uuid: uuid.UUID, by: User, at: datetime | None = None) -> HomeAnswerRead:
    """This account has read the answer: it leaves their first page. Again gives the row there is; 404 for another's."""
    now = at or timezone.now()
    _held(client, by)
    answer = answer_to(client, answer_uuid)
    read, made = HomeAnswerRead.objects.get_or_create(answer=answer, by=by, defaults={"at": now})
    if made:
        record(verb="read_home_answer", about=answer, client=client, by=by, at=now)
    return read


@transaction.atomic
def tell_therapist(*, log: StretchLog, by: User, at: datetime) -> list[HomeMessage]:
    """The messages that the rules raise for a tick just stored; every nerve sign, the others once until answered."""
    kinds = []
    if log.sensation == Sensation.NERVE:
        kinds.append(HomeMessageKind.NERVE)
    if log.sore:
        kinds.append(HomeMessageKind.SORE)
    on = timezone.localdate(at)
    if log.comfort == Comfort.C5 and asked_of(log.client, log.item.uuid, on=on) == Reaction.EASE:
        kinds.append(HomeMessageKind.TOO_MUCH)
    waiting = set(log.item.home_messages.filter(answer=None).values_list("kind", flat=True)) if kinds else set()
    return [
        HomeMessage.objects.create(client=log.client, item=log.item, log=log, kind=kind, by=by, at=at)
        for kind in kinds
        if kind == HomeMessageKind.NERVE or kind not in waiting
    ]
