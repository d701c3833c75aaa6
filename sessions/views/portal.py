"""The client's pages on a phone: today, one stretch, the stop signs, the printed plan. No ids of people."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role, open_to_anyone
from clinic.actions import record_read, set_text_size
from clinic.queries import next_visit, practice, practice_of
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import Role
from sessions.actions.home import read_home_answer, send_home_message, take_gentler
from sessions.actions.plan import log_stretch
from sessions.actions.reminder import set_reminder
from sessions.offline import app_manifest, asked_to_keep, for_now, kept_offline, to_keep
from sessions.plan_forms import DoneForm, GentlerForm, LateTickForm, NotRightForm, ReminderForm, TextSizeForm, WhoseForm
from sessions.queries.changes import NEWS_DAYS, what_changed
from sessions.queries.inbox import answers_to_read, said_at_home, weighed_against
from sessions.queries.my_data import reads_record
from sessions.queries.paper import paper
from sessions.queries.plan import (
    MyItem,
    MyPlan,
    chosen_access,
    comfort_steps,
    emergency_signs,
    my_clients,
    my_plan,
    owner_of,
    speaks_of,
    stop_signs,
    week,
)
from sessions.queries.progress import my_progress
from sessions.queries.reminder import my_reminders

View = Callable[..., HttpResponse]
_CHOSEN, _JUST_TOLD = "portal_client", "portal_just_told"


def _choose(request: HttpRequest, item: Any = None) -> Any:
    """The access whose plan is open, and what the frame of every page asks of it; None while a choice is to be made.

    A form names the one it stood on, and a page about a stretch (``item``: its uuid) is its owner's, because another
    tab may have opened another child's plan since. What the worker fetches to keep belongs to the plan that is open.
    """
    accesses = my_clients(request.user)
    named = request.POST.get("whose")
    access = chosen_access(accesses, named or request.session.get(_CHOSEN))
    if named and (access is None or str(access.client.uuid) != named):
        raise Http404
    if item is not None and not named and len(accesses) > 1 and not asked_to_keep(request):
        access = owner_of(accesses, item) or access
    if access is not None:
        request.practice = practice_of(access)  # type: ignore[attr-defined]  # read once, for the page and the frame
        request.several_plans = len(accesses) > 1  # type: ignore[attr-defined]
        request.reads_record = reads_record(access)  # type: ignore[attr-defined]
        request.speaks_of = speaks_of(access)  # type: ignore[attr-defined]
    return access


def _item_named(request: HttpRequest, kwargs: dict[str, Any]) -> uuid.UUID | None:
    """The stretch that the address is about, or that somebody comes from; None where there is none."""
    try:
        return kwargs.get("item_uuid") or uuid.UUID(request.GET["stretch"])
    except (KeyError, ValueError):
        return None


def _plan(request: HttpRequest, client: Any) -> MyPlan:
    """The open plan as it is today, in words for whoever reads it."""
    return my_plan(client, on=timezone.localdate(), whose=request.speaks_of)  # type: ignore[attr-defined]


def of_one_client(view: View, *, opens: bool = True) -> View:
    """Hand the view the client whose plan this is; with several and none chosen, ask first, once per sign-in.

    A form that names its client, and a page about one of their stretches, open that client's plan again, so that the
    page after it is the same one's; ``opens`` False: what is sent in the background leaves open what is.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = _choose(request, _item_named(request, kwargs) if opens else None)
        if access is None:
            return redirect("sessions:portal_whose")
        chosen = str(access.client.uuid)
        if opens and request.several_plans and request.session.get(_CHOSEN) != chosen:  # type: ignore[attr-defined]
            request.session[_CHOSEN] = chosen
        request.next_visit = next_visit(access)  # type: ignore[attr-defined]
        request.access = access  # type: ignore[attr-defined]
        return view(request, access.client, *args, **kwargs)

    # Phones pay for every byte. Nothing can be guessed from the length (BREACH): the form key is masked anew in every
    # answer, no page repeats what a stranger sends, and Django pads the length at random.
    return gzip_page(guarded)  # type: ignore[no-any-return]


@for_role(Role.CLIENT)
@shown_or_sent
def whose(request: HttpRequest) -> HttpResponse:
    """Whose plan? For a parent or helper who opens several."""
    accesses = my_clients(request.user)
    choices = [(str(access.client.uuid), access.client.called) for access in accesses]
    form = WhoseForm(sent(request), clients=choices)
    if request.method == "POST" and form.is_valid():
        request.session[_CHOSEN] = form.cleaned_data["client"]
        return redirect("sessions:portal")
    context = {"form": form, "choices": choices}
    return render(request, "sessions/portal/whose.html", context, status=status_of(form))


@for_role(Role.CLIENT)
@require_GET
@of_one_client
@kept_offline
def today(request: HttpRequest, client: Any) -> HttpResponse:
    """What is due today, what is done, what rests and why."""
    on = timezone.localdate()
    plan = _plan(request, client)
    record_read(about=client, client=client, by=request.user)
    answers = for_now(request, answers_to_read(request.access))  # type: ignore[attr-defined]
    context = {
        "plan": plan,
        "week": week(plan.days_done, on),
        "called": client.called,
        "changed": what_changed(client, on=on, days=NEWS_DAYS) if plan.is_news(on, days=NEWS_DAYS) else None,
        "answers": weighed_against(answers, plan),
    }
    return render(request, "sessions/portal/today.html", context)


@for_role(Role.CLIENT)
@require_GET
@of_one_client
@kept_offline
def stretches(request: HttpRequest, client: Any) -> HttpResponse:
    """The whole plan on one page with every step; the page that prints."""
    on = timezone.localdate()
    plan = _plan(request, client)
    record_read(about=client, client=client, by=request.user)
    context = {
        "plan": plan,
        "paper": paper(client, plan, on=on),
        "changed": what_changed(client, on=on),
        "called": client.called,
        "stop_rule": stop_signs(),
    }
    return render(request, "sessions/portal/stretches.html", context)


@for_role(Role.CLIENT)
@shown_or_sent
@of_one_client
@kept_offline
def stretch(request: HttpRequest, client: Any, item_uuid: uuid.UUID) -> HttpResponse:
    """One stretch: how, which side, how long, when to stop; then one tap for how it felt."""
    on = timezone.localdate()
    form = DoneForm(sent(request))
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            log_stretch(client=client, item_uuid=item_uuid, on=on, **values, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            if values["sensation"]:
                request.session[_JUST_TOLD] = str(item_uuid)
                return redirect("sessions:portal_stop")
            plan = _plan(request, client)
            mine = plan.find(item_uuid)
            _thank(request, plan, mine if values["comfort"] else None)
            if mine is not None and mine.gentler and values["comfort"]:
                return redirect("sessions:portal_gentler", item_uuid)
            return redirect("sessions:portal")
    plan = _plan(request, client)
    if plan.find(item_uuid) is None:
        if form.non_field_errors():  # a new version came while it was done
            for sentence in form.non_field_errors():
                messages.error(request, sentence)
            return redirect("sessions:portal")
        if owner_of([request.access], item_uuid) is not None:  # type: ignore[attr-defined]  # a page left open, reloaded
            messages.info(request, _("Your plan has changed since. This is what it says now."))
            return redirect("sessions:portal")
    item = plan.item(item_uuid)
    context = {
        "item": item,
        "place": plan.place_of(item),
        "of": len(plan.items),
        "form": form,
        "felt": comfort_steps(plan.comfort_words, capped=item.capped),
        "stop_rule": stop_signs(),
        "therapist": plan.therapist,
        "taken_back": plan.taken_back,
    }
    return render(request, "sessions/portal/stretch.html", context, status=status_of(form))


def _thank(request: HttpRequest, plan: MyPlan, rated: MyItem | None) -> None:
    """Say that it is stored, and after "too much" what it changes. ``rated``: the stretch, if it was rated just now."""
    if rated is None or not rated.too_much_today:
        messages.success(request, _("Done. Thank you."))
    elif rated.paused_because:
        messages.warning(request, _("Saved. This stretch rests now, and %(name)s is told.") % {"name": plan.therapist})
    elif rated.gentler:
        messages.warning(request, _("Saved, and %(name)s is told.") % {"name": plan.therapist})
    else:
        then = _("If it is too much again, you get a gentler version, or it rests until we have spoken.")
        messages.warning(request, _("Saved. Next time stay in a smaller range.") + " " + then)


@for_role(Role.CLIENT)
@shown_or_sent
@of_one_client
def reminders(request: HttpRequest, client: Any) -> HttpResponse:
    """When to be reminded by mail, and whether to be told of changes; or neither."""
    mine = my_reminders(request.user, client, now=timezone.now())
    first = {name: getattr(mine, name) for name in ("days", "hour", "zone", "plan_changes")}
    form = ReminderForm(sent(request), initial=first, zone=mine.zone, guess=not mine.chosen)
    if request.method == "POST" and form.is_valid():
        set_reminder(access=mine.access, **form.values(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("sessions:portal_reminders")
    context = {"form": form, "mine": mine, "called": client.called}
    return render(request, "sessions/portal/reminders.html", context, status=status_of(form))


@for_role(Role.CLIENT)
@shown_or_sent
@of_one_client
def gentler(request: HttpRequest, client: Any, item_uuid: uuid.UUID) -> HttpResponse:
    """After too much twice in a row: the gentler version, to take or to leave."""
    plan = _plan(request, client)
    item = plan.item(item_uuid)
    if item.gentler is None:  # taken already, or no longer on offer
        return redirect("sessions:portal_stretch", item_uuid)
    form = GentlerForm(sent(request), level=item.gentler.level)
    if request.method == "POST" and form.is_valid():
        try:
            take_gentler(client=client, item_uuid=item_uuid, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("You do the gentler version from now on."))
            return redirect("sessions:portal")
    context = {"item": item, "form": form, "therapist": plan.therapist}
    return render(request, "sessions/portal/gentler.html", context, status=status_of(form))


@for_role(Role.CLIENT)
@shown_or_sent
@of_one_client
def not_right(request: HttpRequest, client: Any) -> HttpResponse:
    """This doesn't feel right: whom to call, then the stretch and a few words; below, what was said and answered.

    ``?stretch=`` names the stretch that somebody comes from.
    """
    plan = _plan(request, client)
    choices = [(str(item.uuid), f"{item.name}: {item.side}" if item.side else item.name) for item in plan.items]
    form = NotRightForm(sent(request), stretches=choices, initial={"stretch": request.GET.get("stretch")})
    if request.method == "POST" and form.is_valid():
        try:
            send_home_message(client=client, **form.values(), by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Sent. Leave it out until you have the answer: it stands on your first page."))
            return redirect("sessions:portal")
    record_read(about=client, client=client, by=request.user)
    said = weighed_against(said_at_home(request.access), plan)  # type: ignore[attr-defined]
    context = {"form": form, "said": said, "therapist": plan.therapist}
    return render(request, "sessions/portal/not_right.html", context, status=status_of(form))


@for_role(Role.CLIENT)
@require_POST
@of_one_client
def answer_read(request: HttpRequest, client: Any, answer_uuid: uuid.UUID) -> HttpResponse:
    """The answer is read: it leaves the first page."""
    read_home_answer(client=client, answer_uuid=answer_uuid, by=request.user)
    return redirect("sessions:portal")


@for_role(Role.CLIENT)
@require_GET
@of_one_client
def progress(request: HttpRequest, client: Any) -> HttpResponse:
    """Pain at visits, how far it travels, days stretched; for who reads the record, else the days alone."""
    told = my_progress(client, on=timezone.localdate(), visits=request.reads_record)  # type: ignore[attr-defined]
    record_read(about=client, client=client, by=request.user)
    context = {"progress": told, "called": client.called, "good_sign": stop_signs()["up_leg"]}
    return render(request, "sessions/portal/progress.html", context)


@for_role(Role.CLIENT)
@require_GET
@of_one_client
@kept_offline
def stop(request: HttpRequest, client: Any) -> HttpResponse:
    """When to stop and whom to call; right after a nerve sign first that it is saved, and what is done about it.

    That stands here once: the page that is kept on the phone, and every later look at it, has the emergency first.
    """
    context = {"rule": stop_signs(), "signs": emergency_signs()}
    if not asked_to_keep(request) and (told := request.session.pop(_JUST_TOLD, None)):
        plan = _plan(request, client)
        [context["told"]] = for_now(request, [{"item": plan.find(uuid.UUID(told)), "plan": plan}])
    return render(request, "sessions/portal/stop.html", context)


@for_role(Role.CLIENT)
@shown_or_sent
def text_size(request: HttpRequest) -> HttpResponse:
    """How large the text of these pages is; kept with the account, so that it is the same on every device."""
    _choose(request)  # with the tabs of the plan where there is one; before a choice the text is large already
    form = TextSizeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        set_text_size(size=form.cleaned_data["size"], by=request.user)
        return redirect("sessions:portal")
    context = {"form": form, "sizes": form.fields["size"].choices}  # type: ignore[attr-defined]
    return render(request, "sessions/portal/text_size.html", context, status=status_of(form))


# --- on the phone: installed, and offline -------------------------------------------------------------------------


@open_to_anyone
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """How a phone installs the portal; a browser asks for it without saying who it is."""
    return JsonResponse(app_manifest(practice()), content_type="application/manifest+json")


@open_to_anyone
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the plan on the phone. It stands here because it reaches what lies below its address."""
    return render(request, "sessions/portal/worker.js", content_type="text/javascript")


@for_role(Role.CLIENT)
@require_GET
@of_one_client
def kept(request: HttpRequest, client: Any) -> HttpResponse:
    """For the worker: which pages to keep, under which name."""
    on = timezone.localdate()
    return JsonResponse(to_keep(request, client, _plan(request, client), request.practice, on=on))


@for_role(Role.CLIENT)
@require_GET
@of_one_client
@kept_offline
def offline(request: HttpRequest, client: Any) -> HttpResponse:
    """What stands, offline, in place of a page that is not kept."""
    return render(request, "sessions/portal/offline.html")


@for_role(Role.CLIENT)
@require_POST
@partial(of_one_client, opens=False)
def tick(request: HttpRequest, client: Any, item_uuid: uuid.UUID) -> HttpResponse:
    """For the worker: a stretch that was ticked offline, stored once however often it is sent."""
    form = LateTickForm(sent(request))
    if form.is_valid():
        on = form.day(timezone.localdate())
        try:
            log_stretch(client=client, item_uuid=item_uuid, on=on, **form.values(), by=request.user)
        except ValidationError as error:
            at_fields(form, error)
    if form.errors:
        sentences = [sentence for each in form.errors.values() for sentence in each]
        return JsonResponse({"sentence": " ".join(sentences)}, status=422)
    return JsonResponse({"stored": True})
