"""The therapist's pages: my day, the chart, the way into a session, the note from first tap to signature."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role
from clinic.actions import record_read
from clinic.queries import client as contact
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import Role
from sessions import forms
from sessions.actions import note as actions
from sessions.queries import chart as charts
from sessions.queries import findings as bench
from sessions.queries import note as queries
from sessions.queries.assessment import assessment_at, stops_found

View = Callable[..., HttpResponse]
SIGNED = "CL001"


def _stored(request: HttpRequest, page: str, note_uuid: uuid.UUID) -> HttpResponse:
    """What was sent is stored. A page that stays open is told so; others go on to ``page``."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(page, note_uuid)


def answers_when_signed(view: View) -> View:
    """Answer 409 with a sentence when the note was signed before this change arrived; nothing was stored."""

    @wraps(view)
    def guarded(request: HttpRequest, note_uuid: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, note_uuid, *args, **kwargs)
        except actions.NoteSigned:
            pass
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != SIGNED:
                raise
        template = "already_signed_part" if request.headers.get("HX-Request") else "already_signed"
        return render(request, f"sessions/therapist/{template}.html", {"note_uuid": note_uuid}, status=409)

    return guarded


# --- the day and the chart ----------------------------------------------------------------------------------------


@for_role(Role.THERAPIST)
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """My visits today, flags to decide, unsigned notes by age."""
    return render(request, "sessions/therapist/my_day.html", {"day": charts.my_day(request.user)})


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def chart(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """One client at a glance; outside the care team one refusal page, the same for everybody."""
    client = charts.charted_client_or_none(request.user, client_uuid)
    if client is None:
        contact(request.user, client_uuid)  # 404 when there is no such client
        return render(request, "sessions/therapist/not_in_care.html", status=403)
    seen = charts.chart(request.user, client)
    record_read(about=client, client=client, by=request.user)
    return render(request, "sessions/therapist/chart.html", {"chart": seen, "client": client})


@for_role(Role.THERAPIST)
@shown_or_sent
def start(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Check-in, then the gate: what stands against touching today and what to do, or the button that begins."""
    way = charts.way_in(request.user, client_uuid)
    if way.note is not None:
        return redirect("sessions:note", way.note.uuid)
    form = forms.BeginForm(sent(request), to_confirm=way.to_confirm, to_set=way.to_set)
    if way.check_in is not None and way.location is not None and form.is_valid():
        try:
            note = actions.open_note(
                check_in=way.check_in,
                location=way.location,
                appointment=way.appointment,
                by=request.user,
                **form.values,
            )
        except actions.GateClosed:
            way = charts.way_in(request.user, client_uuid)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return redirect("sessions:note", note.uuid)
    status = 409 if request.method == "POST" and not form.errors else status_of(form)
    context = {"way": way, "client": way.client, "form": form}
    return render(request, "sessions/therapist/start.html", context, status=status)


# --- the note -----------------------------------------------------------------------------------------------------


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def note(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """The treatment page of an open note; the frozen note once it is signed or struck."""
    found = queries.note(request.user, note_uuid)
    record_read(about=found, client=found.client, by=request.user)
    if found.is_signed or found.is_struck:
        return _read(request, found)
    return _treat(request, found)


def _refused(*bound: Any) -> dict[str, Any]:
    """What a page shows above everything else: the sentences of the forms that came back with it."""
    back = [form for form in bound if form is not None]
    return {"forms": back, "has_errors": any(form.errors for form in back)}


def _read(
    request: HttpRequest, found: Any, *, form: Any = None, strike_form: Any = None, again_form: Any = None
) -> HttpResponse:
    link = queries.entered_again(found)
    mine = found.therapist_id == request.user.pk
    if mine and link is None and found.is_struck and found.strike.reason == "wrong_client" and again_form is None:
        again_form = forms.AgainForm(notes=queries.right_notes(request.user, found))
    return render(
        request,
        "sessions/therapist/note_read.html",
        {
            "note": found,
            "client": found.client,
            "whole": (seen := queries.whole(found)),
            "banner": seen.banner,
            "form": form or forms.AddendumForm(),
            "strike_form": strike_form or forms.StrikeForm(),
            "is_author": mine,
            "link": link,
            "again_form": again_form,
            **_refused(form, strike_form, again_form),
        },
        status=status_of(form, strike_form, again_form),
    )


def _treat(
    request: HttpRequest,
    found: Any,
    *,
    place_form: Any = None,
    event_form: Any = None,
    raise_form: Any = None,
    consent_form: Any = None,
    end_form: Any = None,
) -> HttpResponse:
    """The treatment page; a form that was refused comes back with its sentences and what was typed."""
    room = queries.treatment(found)
    bound = (place_form, event_form, raise_form, consent_form, end_form)
    context = {
        "note": found,
        "client": found.client,
        "room": room,
        "banner": room.banner,
        "stops_found": stops_found(room.note),
        "place_form": place_form or forms.PlaceForm(places=room.choices),
        "event_form": event_form or _event_form(room, None),
        "step": "treat",
        **_refused(*bound),
    }
    if room.current is not None:
        here = {"place": room.current.place}
        context["raise_form"] = raise_form or forms.RaiseForm(places=room.choices, initial=here)
    return render(request, "sessions/therapist/treat.html", context, status=status_of(*bound))


def _event_form(room: queries.Treatment, data: Any) -> forms.EventForm:
    return forms.EventForm(
        data,
        places=room.choices,
        positions=room.positions,
        techniques=room.techniques,
        carried=room.carried(data.get("place") if data is not None else None),
    )


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def place(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Move to a structure and side: a complete row that says where the hands are now."""
    found = queries.own_draft(request.user, note_uuid)
    room = queries.treatment(found)
    form = forms.PlaceForm(request.POST, places=room.choices)
    if form.is_valid():
        structure, side = form.cleaned_data["place"]
        try:
            actions.record_event(
                note=found,
                client_uuid=form.cleaned_data["client_uuid"],
                happened_at=form.happened_at,
                by=request.user,
                **room.arrival(structure, side),
            )
        except ValidationError as error:
            at_fields(form, error)
        else:
            return _stored(request, "sessions:note", note_uuid)
    return _treat(request, found, place_form=form)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def event(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """One tap: a complete row of the timeline, or a sentence that says why not."""
    found = queries.own_draft(request.user, note_uuid)
    room = queries.treatment(found)
    form = _event_form(room, request.POST)
    if form.is_valid():
        try:
            actions.record_event(
                note=found, happened_at=form.happened_at, by=request.user, **form.cleaned_data["values"]
            )
        except ValidationError as error:
            at_fields(form, error)
        else:
            return _stored(request, "sessions:note", note_uuid)
    return _treat(request, found, event_form=form)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def void(request: HttpRequest, note_uuid: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Undo one row: it stays, struck through, and no longer counts."""
    row = queries.own_event(request.user, note_uuid, key)
    actions.void_event(event=row, reason="undo", by=request.user)
    return _stored(request, "sessions:note", note_uuid)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def raise_cap(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Raise the cap of the area for this visit, with a coded reason."""
    found = queries.own_draft(request.user, note_uuid)
    form = forms.RaiseForm(request.POST, places=queries.treatment(found).choices)
    if form.is_valid():
        structure, _colon, side = form.cleaned_data["place"].partition(":")
        given = {name: form.cleaned_data[name] for name in ("pressure", "reason")}
        try:
            actions.raise_cap(note=found, structure=structure, side=side, **given, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return _stored(request, "sessions:note", note_uuid)
    return _treat(request, found, raise_form=form)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def consent(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """A yes said aloud."""
    found = queries.own_draft(request.user, note_uuid)
    form = forms.ConsentForm(request.POST)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("scope", "side", "mode")}
        try:
            actions.record_verbal_consent(note=found, happened_at=form.happened_at, by=request.user, **said)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return _stored(request, "sessions:note", note_uuid)
    return _treat(request, found, consent_form=form)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def pain(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Pain 0 to 10 before or after."""
    found = queries.own_draft(request.user, note_uuid)
    form = forms.PainForm(request.POST)
    if form.is_valid():
        actions.set_pain(note=found, by=request.user, **form.cleaned_data["values"])
        return _stored(request, "sessions:findings", note_uuid)
    return _findings(request, queries.note(request.user, note_uuid), pain_form=form)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def end(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """The treatment is finished; on to the findings."""
    found = queries.own_draft(request.user, note_uuid)
    form = forms.EndForm(request.POST)
    if not form.is_valid():
        return _treat(request, found, end_form=form)
    try:
        actions.end_note(note=found, happened_at=form.happened_at, by=request.user)
    except ValidationError as error:
        at_fields(form, error)
        return _treat(request, found, end_form=form)
    return _stored(request, "sessions:findings", note_uuid)


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def text(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Save what was typed: the whole form, or in the background one field at a time. A conflict shows both texts."""
    found = queries.own_draft(request.user, note_uuid)
    if request.headers.get("HX-Request"):
        return _one_text(request, found)
    form = forms.TextForm(request.POST)
    if not form.is_valid():
        return _findings(request, queries.note(request.user, note_uuid), text_form=form)
    try:
        actions.save_text(note=found, rev=form.cleaned_data["rev"], texts=form.texts, by=request.user)
    except actions.TextConflict as conflict:
        both = queries.both_texts(conflict.stored, conflict.mine)
        data = request.POST.copy()
        data["rev"] = str(conflict.stored.rev)
        merged = forms.TextForm(data)
        return _findings(request, queries.note(request.user, note_uuid), both=both, text_form=merged, status=409)
    return redirect("sessions:findings", note_uuid)


def _one_text(request: HttpRequest, found: Any) -> HttpResponse:
    form = forms.OneTextForm(request.POST)
    if not form.is_valid():
        return render(request, "sessions/therapist/save_line.html", {"form": form}, status=422)
    try:
        saved = actions.save_text(note=found, texts=form.texts, was=form.was, by=request.user)
    except actions.TextConflict as conflict:
        both = queries.both_texts(conflict.stored, conflict.mine)
        return render(request, "sessions/therapist/both_texts.html", {"both": both}, status=409)
    headers = {"Note-Version": queries.text_version(saved)}
    ((name, value),) = form.texts.items()
    words = queries.wording(name, value)
    if words is None:
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(render_to_string("sessions/therapist/wording.html", {"words": words}), headers=headers)


@for_role(Role.THERAPIST)
@require_GET
def version(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """What changes with every change of an open note, for a page that stands open on another device."""
    return JsonResponse(queries.version(queries.own_draft(request.user, note_uuid)))


@for_role(Role.THERAPIST)
@shown_or_sent
@answers_when_signed
def findings(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """SOAP text, tests and range, pain after. A POST stores the findings of one phase, all or none."""
    if request.method != "POST":
        found = queries.note(request.user, note_uuid)
        if found.is_signed or found.therapist_id != request.user.pk or found.is_struck:
            return redirect("sessions:note", note_uuid)
        record_read(about=found, client=found.client, by=request.user)
        return _findings(request, found)
    found = queries.own_draft(request.user, note_uuid)
    if found.is_signed:
        raise actions.NoteSigned
    table = bench.findings_table(found, request.POST.get("phase", ""))
    form = forms.FindingsForm(request.POST, table=table)
    if form.is_valid():
        try:
            given = form.cleaned_data
            actions.record_findings(note=found, rows=given["rows"], back=given["back"], by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return redirect("sessions:findings", note_uuid)
    return _findings(request, queries.note(request.user, note_uuid), findings_form=form)


def _touch_form(data: Any, phase: str) -> forms.TouchForm:
    return forms.TouchForm(
        data,
        places=bench.touch_choices(),
        tones=bench.tones(),
        tender=bench.tenderness(),
        where=bench.felt_places(),
        initial={"phase": phase},
    )


def _findings(
    request: HttpRequest,
    found: Any,
    *,
    text_form: Any = None,
    findings_form: Any = None,
    pain_form: Any = None,
    touch_form: Any = None,
    back_form: Any = None,
    both: Any = None,
    status: int = 0,
) -> HttpResponse:
    """The page of findings; a form that was refused comes back with its sentences and what was typed."""
    asked = (request.POST if touch_form else request.GET).get("phase", "")
    table = findings_form.table if findings_form else bench.findings_table(found, asked)
    bound = (text_form, findings_form, pain_form, touch_form, back_form)
    text_form = text_form or forms.TextForm(initial=queries.text_values(found))
    last = queries.last_texts(found)
    return render(
        request,
        "sessions/therapist/findings.html",
        {
            "note": found,
            "client": found.client,
            "step": "findings",
            "banner": queries.banner(found),
            "soap": [
                {
                    "letter": letter,
                    "field": text_form[name],
                    "last": last.get(name, ""),
                    "words": queries.wording(name, text_form[name].value() or ""),
                }
                for letter, name, _label in queries.SOAP
            ],
            "text_form": text_form,
            "version": queries.text_version(found),
            "findings_form": findings_form or forms.FindingsForm(table=table),
            "touch_form": touch_form or _touch_form(None, table.phase),
            "touched": bench.touched(found, table.phase),
            "table": table,
            "assessment": assessment_at(found),
            "both": both,
            "numbers": range(11),
            **_refused(*bound),
        },
        status=status or status_of(*bound),
    )


@for_role(Role.THERAPIST)
@require_POST
@answers_when_signed
def touch(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """One palpated structure: tone and tenderness; or one that is taken back."""
    found = queries.own_draft(request.user, note_uuid)
    goes = "back" in request.POST
    form = forms.TouchBackForm(request.POST, places=bench.touch_choices()) if goes else _touch_form(request.POST, "")
    if form.is_valid():
        try:
            if goes:
                actions.take_back_finding(note=found, by=request.user, **form.row)
            else:
                actions.record_findings(note=found, rows=[form.row], by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            page = reverse("sessions:findings", args=[note_uuid])
            return redirect(f"{page}?phase={form.cleaned_data['phase']}")
    if goes:
        return _findings(request, queries.note(request.user, note_uuid), back_form=form)
    return _findings(request, queries.note(request.user, note_uuid), touch_form=form)


@for_role(Role.THERAPIST)
@shown_or_sent
@answers_when_signed
def sign(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Check and sign. The password is asked again unless it was in the last five minutes."""
    found = queries.note(request.user, note_uuid)
    if found.is_signed or found.is_struck:
        return redirect("sessions:note", note_uuid)
    whole = request.method == "POST" and not queries.missing_parts(found)  # no password for what cannot be signed yet
    if whole and not did_recently_reauthenticate(request):
        raise ReauthenticationRequired  # the middleware asks for the password, then sends this request again
    return _sign(request, found)


def _sign(request: HttpRequest, found: Any, *, strike_form: Any = None) -> HttpResponse:
    status, form = 200, None
    if strike_form is not None:
        status = 422
    elif request.method == "POST":
        form = forms.SignForm(request.POST)
        if form.is_valid():
            try:
                actions.sign_note(note=found, rev=form.cleaned_data["rev"], by=request.user)
            except actions.NotComplete:
                messages.error(request, _("Not signed yet: the list below says what is missing."))
            except actions.TextConflict:
                messages.error(request, _("The note has changed since you opened this page. Read it again, then sign."))
                found = queries.note(request.user, found.uuid)
            else:
                messages.success(request, _("Signed. The note is locked; you can add a dated addition."))
                return redirect("sessions:note", found.uuid)
        status = 409
    else:
        record_read(about=found, client=found.client, by=request.user)
    whole = queries.whole(found)
    context = {
        "note": found,
        "client": found.client,
        "whole": whole,
        "banner": whole.banner,
        "strike_form": strike_form or forms.StrikeForm(),
        "step": "sign",
        **_refused(form, strike_form),
    }
    return render(request, "sessions/therapist/sign.html", context, status=status)


@for_role(Role.THERAPIST)
@require_POST
def addendum(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Add a dated addition to a signed note of one's own."""
    found = queries.own_note(request.user, note_uuid)
    form = forms.AddendumForm(request.POST)
    if form.is_valid():
        try:
            actions.add_addendum(note=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Added. The original stays as it was."))
            return redirect("sessions:note", note_uuid)
    if not found.is_signed:
        messages.error(request, _("This note is not signed yet. Write it in the note itself."))
        return redirect("sessions:note", note_uuid)
    return _read(request, found, form=form)


@for_role(Role.THERAPIST)
@require_POST
def strike(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Strike a whole note of one's own; it stays readable as struck."""
    found = queries.own_note(request.user, note_uuid)
    form = forms.StrikeForm(request.POST)
    if form.is_valid():
        actions.strike_note(note=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Struck. The note stays readable and counts nowhere."))
        return redirect("sessions:note", note_uuid)
    if found.is_signed or found.is_struck:
        return _read(request, found, strike_form=form)
    return _sign(request, found, strike_form=form)


@for_role(Role.THERAPIST)
@require_POST
def again(request: HttpRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """Link a note struck for the wrong client with the one of the right client, both of one's own."""
    found = queries.own_note(request.user, note_uuid)
    form = forms.AgainForm(request.POST, notes=queries.right_notes(request.user, found))
    if form.is_valid():
        right = queries.own_note(request.user, uuid.UUID(form.cleaned_data["note"]))
        try:
            actions.enter_again(struck=found, note=right, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Linked. Each note says where the other one is."))
            return redirect("sessions:note", note_uuid)
    return _read(request, found, again_form=form)
