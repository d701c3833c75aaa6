"""The therapist's pages of the stretch plan: what the client has, and the draft with the library beside it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role
from clinic.actions import record_read
from clinic.queries import charted_client
from clinic.refusals import at_fields, shown_or_sent, status_of
from clinic.roles import Role
from sessions.actions.plan import (
    apply_ready_plan,
    draft_plan,
    move_item,
    publish_plan,
    remove_item,
    save_words,
    set_item,
)
from sessions.plan_forms import AddForm, ItemForm, LookForm, MoveForm, PublishForm, ReadyPlanForm, WordsForm
from sessions.queries import plan as plans
from sessions.queries import shelf as shelves
from sessions.queries.changes import NOT_THERE, draft_changes, draft_mark, version_rows, words_mark
from sessions.queries.inbox import at_home, home_mark, newest_from_home, open_lines
from sessions.queries.paper import paper
from sessions.queries.preview import as_published

#: Key of the browser session: how the library was looked through last, and for which client.
_LOOK = "shelf"
_NO_DRAFT = gettext_lazy("This draft is published by now: nothing was changed. Start a new version to change the plan.")


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def plan(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The version the client works with, what was done at home, earlier versions."""
    client = charted_client(request.user, client_uuid)
    home = at_home(client, on=timezone.localdate())
    published = plans.published_version(request.user, client)
    record_read(about=published or client, client=client, by=request.user)
    context = {
        "client": client,
        "rows": home.rows,
        "published": published,
        "draft": plans.draft_version(request.user, client),
        "home_work": home,
        "from_home": open_lines(client),
        "versions": version_rows(request.user, client),
    }
    return render(request, "sessions/plan/plan.html", context)


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def on_paper(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The published version on one sheet, as the client has it today, to print and hand over."""
    client = charted_client(request.user, client_uuid)
    on = timezone.localdate()
    published = plans.published_version(request.user, client)
    if published is None:
        return redirect("sessions:plan", client_uuid)
    record_read(about=published, client=client, by=request.user)
    mine = plans.my_plan(client, on=on)
    context = {
        "client": client,
        "called": client.called,
        "plan": mine,
        "paper": paper(client, mine, on=on),
        "stop_rule": plans.stop_signs(),
    }
    return render(request, "sessions/paper/print.html", context)


@for_role(Role.THERAPIST)
@shown_or_sent
def draft(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Write the next version: what is in it, what fits, what is blocked and why. A POST starts the draft."""
    client = charted_client(request.user, client_uuid)
    if request.method == "POST":
        try:
            draft_plan(client=client, by=request.user)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
            return redirect("sessions:plan", client_uuid)
        return redirect("sessions:plan_draft", client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return redirect("sessions:plan", client_uuid)
    record_read(about=version, client=client, by=request.user)
    return _draft_page(request, client, version)


def _draft_page(
    request: HttpRequest,
    client: Any,
    version: Any,
    *,
    bound: Any = None,
    ready: Any = None,
    publish: Any = None,
    look: Any = None,
    added: Any = None,
    status: int | None = None,
) -> HttpResponse:
    """The draft with its library; a form that was refused comes back with its sentences and what was typed.

    ``bound`` is the form of one stretch. What it was written over is marked as it is now: sending it again replaces it.
    """
    bench = shelves.bench(version, client, on=timezone.localdate(), look=shelves.look_of(_looked(request, client)))
    _put_in_forms(bench, bound)
    marks = {
        "seen": draft_mark(version),
        "words_seen": words_mark(version),
        "home_seen": home_mark(newest_from_home(client)),
    }
    back = [form for form in (bound, ready, publish, look, added) if form is not None]
    context = {
        "bench": bench,
        "client": client,
        "version": version,
        "changes": draft_changes(request.user, client, version),
        "ready": ready or ReadyPlanForm(plans=shelves.ready_plans(), initial={"side": bench.sore}),
        "publish": _again(publish, **marks)
        if publish
        else PublishForm(initial={"message": version.message, **marks}, other_side=bool(bench.other_side)),
        "look": look or _look_form(initial=_looked(request, client)),
        "forms": back,
        "has_errors": any(form.errors for form in back),
    }
    return render(request, "sessions/plan/draft.html", context, status=status or status_of(*back))


def _put_in_forms(bench: Any, bound: Any) -> None:
    """Give the stretches of the draft, and those that take a reason, their forms."""
    asked = (bound.data.get("stretch"), bound.data.get("was", "")) if bound is not None else None
    for row in bench.drafted:
        names = f"id_{row.item.stretch}_{row.item.side}_%s"
        if asked == (row.item.stretch, row.item.side):
            bound.auto_id, row.form = names, _again(bound, seen=row.mark)
        else:
            row.form = ItemForm(levels=row.levels, sides=row.sides, initial=row.initial, auto_id=names)
    for row in bench.shelf:
        names = f"id_{row.stretch.code}_%s"
        here = asked is not None and asked[0] == row.stretch.code and row.form is None
        if here and not any(each.form is bound for each in bench.drafted):
            bound.auto_id, row.form = names, _again(bound, seen=NOT_THERE, was="")
        elif not row.one_tap and not row.in_draft:
            begins = row.proposal | {"was": "", "seen": NOT_THERE}
            row.form = ItemForm(levels=row.levels, sides=row.sides, initial=begins, auto_id=names)


def _again(form: Any, **marks: str) -> Any:
    """``form`` as it was sent, with the marks of what the page shows now: what was typed can be sent once more."""
    form.data = form.data.copy()
    for name, mark in marks.items():
        form.data[name] = mark
    return form


@for_role(Role.THERAPIST)
@require_POST
def look(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Look through the library; the choice stays in the browser session, so that no address tells of it."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return _no_draft(request, client_uuid)
    form = _look_form(request.POST)
    if not form.is_valid():
        return _draft_page(request, client, version, look=form)
    chosen = form.cleaned_data | {"minutes": form.cleaned_data["minutes"] or 0}
    request.session[_LOOK] = {} if "all" in request.POST else {str(client_uuid): chosen}
    return redirect(reverse("sessions:plan_draft", args=[client_uuid]) + "#library")


def _look_form(*args: Any, **kwargs: Any) -> LookForm:
    return LookForm(*args, purposes=shelves.purposes(), postures=shelves.postures(), **kwargs)


def _looked(request: HttpRequest, client: Any) -> dict[str, Any]:
    """How the library of this client was looked through last."""
    return dict(request.session.get(_LOOK, {}).get(str(client.uuid), {}))


@for_role(Role.THERAPIST)
@require_POST
def add(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Put a stretch into the draft as it is proposed, in one tap."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return _no_draft(request, client_uuid)
    form = AddForm(request.POST)
    proposed = None
    if form.is_valid():
        wanted = form.cleaned_data
        proposed = shelves.proposal(version, client, wanted["stretch"], wanted["side"], on=timezone.localdate())
    if proposed is None:
        raise Http404
    try:
        set_item(version=version, **proposed, seen=NOT_THERE, by=request.user)
    except ValidationError as error:
        at_fields(form, error)
        return _draft_page(request, client, version, added=form)
    return _in_the_draft(request, client_uuid)


def _in_the_draft(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    messages.success(request, _("The stretch is in the draft."))
    return redirect("sessions:plan_draft", client_uuid)


@for_role(Role.THERAPIST)
@require_POST
def item(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Put a stretch into the draft or change it; refused with the sentence at the field, typed values kept."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return _no_draft(request, client_uuid)
    levels, sides = shelves.choices_of(request.POST.get("stretch", ""))
    form = ItemForm(request.POST, levels=levels, sides=sides)
    if form.is_valid():
        try:
            set_item(version=version, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
            version = plans.draft_version(request.user, client) or version
        else:
            return _in_the_draft(request, client_uuid)
    return _draft_page(request, client, version, bound=form)


@for_role(Role.THERAPIST)
@require_POST
def item_remove(request: HttpRequest, client_uuid: uuid.UUID, item_uuid: uuid.UUID) -> HttpResponse:
    """Take a stretch out of the draft; the library offers it again."""
    client = charted_client(request.user, client_uuid)
    found = plans.draft_item(client, item_uuid)
    if found is None:
        return _no_longer_there(request, client)
    try:
        remove_item(item=found, by=request.user)
    except ValidationError as error:
        return _published_meanwhile(request, client_uuid, error)
    messages.success(request, _("Taken out. The library below still has it."))
    return redirect("sessions:plan_draft", client_uuid)


@for_role(Role.THERAPIST)
@require_POST
def item_move(request: HttpRequest, client_uuid: uuid.UUID, item_uuid: uuid.UUID) -> HttpResponse:
    """Put a stretch of the draft one place up or down."""
    client = charted_client(request.user, client_uuid)
    found = plans.draft_item(client, item_uuid)
    if found is None:
        return _no_longer_there(request, client)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        move_item(item=found, up=form.cleaned_data["way"] == "up", by=request.user)
    except ValidationError as error:
        return _published_meanwhile(request, client_uuid, error)
    return redirect(reverse("sessions:plan_draft", args=[client_uuid]) + f"#item-{item_uuid}")


def _no_longer_there(request: HttpRequest, client: Any) -> HttpResponse:
    """The draft, with a word that the stretch is gone; 404 as for a row that never was."""
    version = plans.draft_version(request.user, client)
    if version is None:
        raise Http404
    messages.warning(request, _("This stretch is no longer in the draft: it was taken out elsewhere."))
    return _draft_page(request, client, version, status=404)


def _no_draft(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The plan, with a word that nothing was changed: another tab, or a colleague, has published the draft."""
    messages.warning(request, _NO_DRAFT)
    return redirect("sessions:plan", client_uuid)


def _published_meanwhile(request: HttpRequest, client_uuid: uuid.UUID, error: ValidationError) -> HttpResponse:
    for sentence in error.messages:
        messages.error(request, sentence)
    return redirect("sessions:plan", client_uuid)


@for_role(Role.THERAPIST)
@require_POST
def ready(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Fill the draft from a ready-made plan; what the limits ban is swapped or left out, and named."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return _no_draft(request, client_uuid)
    form = ReadyPlanForm(request.POST, plans=shelves.ready_plans())
    if not form.is_valid():
        return _draft_page(request, client, version, ready=form)
    try:
        filled = apply_ready_plan(version=version, **form.cleaned_data, by=request.user)
    except ValidationError as error:
        return _published_meanwhile(request, client_uuid, error)
    if filled.added:
        messages.success(request, _("Put into the draft: %(names)s.") % {"names": "; ".join(filled.added)})
    for sentence in filled.told:
        messages.warning(request, sentence)
    return redirect("sessions:plan_draft", client_uuid)


@for_role(Role.THERAPIST)
@require_POST
def words(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Keep the words above the plan with the draft. A background save answers with the save line alone."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    background = request.headers.get("HX-Request") == "true"
    form = WordsForm(request.POST)
    if version is None and background:
        form.add_error("message", _NO_DRAFT)
        return render(request, "sessions/plan/words_saved.html", {"form": form}, status=status_of(form))
    if version is None:
        return _no_draft(request, client_uuid)
    if form.is_valid():
        said = form.cleaned_data
        try:
            save_words(version=version, message=said["message"], seen=said["words_seen"], by=request.user)
        except ValidationError as error:
            at_fields(form, error)
    version = plans.draft_version(request.user, client) or version
    if background:
        context = {"form": form, "seen": draft_mark(version), "words_seen": words_mark(version), "at": timezone.now()}
        return render(request, "sessions/plan/words_saved.html", context, status=status_of(form))
    if form.errors:
        return _draft_page(request, client, version, publish=form)
    messages.success(request, _("The words are kept with the draft."))
    return redirect("sessions:plan_draft", client_uuid)


@for_role(Role.THERAPIST)
@require_GET
def preview(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The draft as the client will see it: the portal's own pages, marked, with nothing to press."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return redirect("sessions:plan", client_uuid)
    on = timezone.localdate()
    record_read(about=version, client=client, by=request.user)
    shown = as_published(version, on=on, by=request.user)
    sore, other_side = shelves.for_other_side(version)
    context = {
        "client": client,
        "called": client.called,
        "plan": shown,
        "paper": paper(client, shown, on=on),
        "changes": draft_changes(request.user, client, version),
        "stop_rule": plans.stop_signs(),
        "sore": sore,
        "other_side": other_side,
    }
    return render(request, "sessions/plan/preview.html", context)


@for_role(Role.THERAPIST)
@require_POST
def publish(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Give the draft to the client."""
    client = charted_client(request.user, client_uuid)
    version = plans.draft_version(request.user, client)
    if version is None:
        return _no_draft(request, client_uuid)
    form = PublishForm(request.POST, other_side=bool(shelves.for_other_side(version)[1]))
    if form.is_valid():
        said = form.cleaned_data
        try:
            marks = {name: said[name] for name in ("seen", "home_seen")}
            publish_plan(version=version, message=said["message"], **marks, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            if plans.is_read_at_home(client):
                messages.success(request, _("Published. The client sees it in the portal now."))
            else:
                messages.warning(
                    request,
                    _("Published. Nobody can open it at home yet: print the plan, or let the desk open the portal."),
                )
            return redirect("sessions:plan", client_uuid)
    return _draft_page(request, client, version, publish=form)
