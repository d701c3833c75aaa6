"""The plan on paper: what the printed page shows beside the stretches themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from clinic.models import Client
from intake.queries import answers_now, current_decision_of
from intake.rules.limits import Limits
from sessions.models import PlanItem
from sessions.queries.plan import WEEK, MyItem, MyPlan
from sessions.rules.paper import LeftOut, left_out, setting


@dataclass(frozen=True)
class Paper:
    """What stands on the page around the plan: boxes to tick, what to leave out, where to find it again.

    ``whom``: full name and reference, so that no sheet is taken from the printer for another's. ``days``: one box each,
    the day of printing first. ``setting``: as the style sheet knows it.
    """

    whom: str
    days: tuple[date, ...]
    left_out: tuple[LeftOut, ...]
    address: str
    setting: str


def paper(client: Client, plan: MyPlan, *, on: date) -> Paper:
    """The page around ``plan`` as it is printed on the day ``on``; ``client`` comes from a reading door."""
    decision = current_decision_of(client)
    left: tuple[LeftOut, ...] = ()
    if decision is not None and plan.items:
        planned = PlanItem.objects.filter(uuid__in=[item.uuid for item in plan.items])
        left = left_out(
            decision.stretch_levels,
            Limits.from_data(decision.limits),
            planned=planned.values_list("stretch", flat=True),
            bed="bed" in answers_now(decision.intake).get("gl_equip", ()),
        )
    return Paper(
        whom=f"{client.name} · {client.ref}",
        days=tuple(on + timedelta(days=ahead) for ahead in range(WEEK)),
        left_out=left,
        address=settings.CLINIC_ADDRESS.rstrip("/") + reverse("sessions:portal"),
        setting=setting(len(plan.message) + sum(map(_letters, plan.items)), stretches=len(plan.items)),
    )


def _letters(item: MyItem) -> int:
    """How much there is to read about one stretch."""
    if item.paused_because:
        return len(item.paused_because)
    return sum(map(len, (item.picture.alt, *item.steps, item.smaller, item.further, item.feel, item.watch, item.note)))
