"""A practice with something on every page, made once for the walk over all of them, through the actions alone."""

from __future__ import annotations

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from clinic import actions as people
from clinic.models import AppointmentState, CareReason, Client, PortalRelation, User
from clinic.post import stop_token
from intake import access_actions as doors
from intake import actions as intakes
from intake import letter_actions
from intake import letter_queries as letters
from intake.access_queries import token_of
from intake.models import DoctorLetter
from intake.queries import judge
from intake.rules.doctor_letter import fingerprint
from intake.rules.questions import INTAKE_IDS
from sessions.actions import home
from sessions.actions import plan as plans
from sessions.actions.reminder import set_reminder
from tests import factories
from tests.answers import all_clear
from tests.sessions import factories as notes

#: Three forms that between them ask every page there is; none holds an answer that stops the form.
EVERYTHING: dict[str, Any] = {
    "ab_decide": "yes",
    "ab_guard_name": "Otto Lind",
    "ab_guard_rel": "other",
    "ab_guard_phone": "+447700900777",
    "ab_guard_stay": "yes",
    "pn_map": ["BTM:L", "THB:L", "BTM:R"],
    "pn_worst_at": "BTM:L",
    "pn_side": "both",
    "pn_refer": "calf",
    "pn_path": ["back"],
    "pn_sit_free": "no",
    "pn_worse": ["sit", "walk"],
    "pn_walk_rest": "yes",
    "pn_numb": "some",
    "pn_numb_at": ["FTO:L"],
    "pn_weak": ["general"],
    "pn_weak_when": "known",
    "pn_weak_trend": "no",
    "pn_both": "pain",
    "pn_both_when": "known",
    "pn_stiff": 40,
    "sf_urine_start": "unsure",
    "sf_ces_when": "known",
    "sf_ces_worse": "no",
    "sf_minor_fall": "no",
    "sf_preg": "pregnant",
    "sf_preg_alarm": ["none"],
    "hx_preg_wk": 24,
    "hx_preg_risk": "no",
    "hx_dx": ["spondylolisthesis", "disc", "osteopenia", "other"],
    "hx_dx_other": "Flat feet",
    "hx_spl_grade": "1",
    "hx_spl_stable": "yes",
    "hx_disc_now": "yes",
    "hx_surg": [{"code": "discectomy"}, {"code": "knee"}],
    "hx_spine_clear": "yes",
    "hx_device": [{"code": "pacemaker"}],
    "hx_cancer": "past",
    "hx_cancer_info": {"in_bone": "no", "treatment": ["none"], "nodes_removed": "no", "low_platelets": "no"},
    "hx_heart": ["hbp_high", "stroke"],
    "hx_bp": {"sys": 185, "dia": 100, "when": "older"},
    "hx_bp_sym": ["none"],
    "hx_diab": "t2",
    "hx_diab_feet": "no",
    "hx_neuro": ["epilepsy"],
    "hx_seizure": "2020",
    "hx_organ": ["lung"],
    "hx_lung_kind": "asthma",
    "hx_skin": ["newscar"],
    "md_any": "yes",
    "md_class": ["opioid", "doac"],
    "md_list": [{"name": "Fentanyl", "patch": "yes"}],
    "md_patch": ["SHO:L"],
    "al_any": "yes",
    "al_list": ["nut"],
    "al_react": {"nut": "breath"},
    "al_pen": "yes",
    "gl_act2": "Walking to the shop",
    "gl_act2_score": 3,
    "gl_avoid": ["NCK:L"],
    "gl_avoid_why": "An old whiplash",
}
SORE_CALF: dict[str, Any] = {"sf_calf_sore": "unsure", "sf_dvt_risk": ["none"]}
AFTER_A_BIRTH: dict[str, Any] = {
    "sf_preg": "birth",
    "sf_birth_alarm": ["none"],
    "hx_birth": {"date": "2026-01-15", "mode": "vaginal"},
}
#: What a therapist meets most: deep buttock pain, a slipped vertebra and what it forbids.
SLIPPED: dict[str, Any] = {
    "pn_map": ["BTM:L", "THB:L"],
    "pn_worst_at": "BTM:L",
    "pn_side": "left",
    "pn_refer": "thigh",
    "pn_path": ["back"],
    "pn_sit_free": "no",
    "hx_dx": ["spondylolisthesis"],
    "hx_spl_grade": "1",
    "hx_spl_level": "L5_S1",
    "hx_spl_stable": "yes",
}
#: Something of every tier to decide on: a stop, limits, notes.
TO_DECIDE: dict[str, Any] = {
    "md_any": "yes",
    "md_class": ["doac"],
    "hx_surg": [{"code": "discectomy", "date": "2026-05"}],
    "hx_spine_clear": "no",
    "hx_skin": [{"code": "newscar", "region": ["LBK:L"]}],
    "hx_needle": "prefer_not",
}


def practice() -> SimpleNamespace:
    """The people of ``tests.factories`` and, around them, one record of every kind."""
    who = factories.people()
    now = timezone.now()
    _ana(who)
    _others(who)
    _today(who)
    who.parent_user = factories.portal_user(who.gus, "sabine@example.org", PortalRelation.PARENT)
    factories.portal_user(who.ida, "sabine@example.org", PortalRelation.PARENT)
    who.guardian = who.gus.guardians.get()
    who.access = who.ana_user.portal_access.get()
    who.my_form = who.ana.intakes.get()
    who.my_consent = who.ana.consents.get(statement="cs_stretch")
    who.visit = factories.appointment(who.ana, who.tess, begins=now + timedelta(days=7))
    _second_factor(who)
    factories.unsent_message(who.gus, "sabine@example.org")
    who.stop_token = stop_token(who.ana.messages.get(template="plan_changed"))
    who.now = now
    return who


def _ana(who: SimpleNamespace) -> None:
    """Ana: three signed sessions, one added to and one struck, a plan with two weeks of ticks, a check-in of today."""
    ana, tess, now = who.ana, who.tess, timezone.now()
    began = now - timedelta(days=40)
    notes.decide(ana, tess, at=began, **SLIPPED)
    who.signed = notes.signed_note(tess, ana, at=began + timedelta(days=5), added=True)
    who.struck = notes.signed_note(tess, ana, at=began + timedelta(days=12), struck=True)
    notes.signed_note(tess, ana, at=began + timedelta(days=19))
    planned = began + timedelta(days=20)
    version = plans.draft_plan(client=ana, by=tess, at=planned)
    plans.apply_ready_plan(version=version, plan="slip_1_2", side="L", by=tess, at=planned)
    message = "Go to where it starts to feel good, not further. Breathe out for longer than you breathe in."
    plans.publish_plan(version=version, message=message, by=tess, at=planned)
    items = list(version.items.all())
    for days_ago in (6, 5, 3, 2, 1):
        _tick(who, items[days_ago % 3], now - timedelta(days=days_ago))
    _tick(who, items[0], now)
    who.item, who.hard = items[0], next(item for item in items[1:] if item.level > 1)
    _from_home(who)
    access = ana.portal_access.get()
    set_reminder(access=access, days=[1, 3, 5], hour=18, zone="Europe/London", plan_changes=True, by=who.ana_user)
    plans.draft_plan(client=ana, by=tess)
    notes.check_in(ana, tess, ck_now=5, ck_refer="calf", ck_meds=["pain_med"])


def _from_home(who: SimpleNamespace) -> None:
    """Too much twice, a message that waits and one that is answered; a plan that no longer fits."""
    for days_ago in (2, 1):
        _tick(who, who.hard, timezone.now() - timedelta(days=days_ago), comfort=5)
    said = {"client": who.ana, "by": who.ana_user}
    asked = home.send_home_message(
        item_uuid=who.item.uuid, client_uuid=uuid.uuid4(), text="The floor is hard under my back.", **said
    )
    home.answer_home_message(message=asked, text="Then on a folded blanket.", goes_on=True, by=who.tess)
    home.send_home_message(client_uuid=uuid.uuid4(), text="Which ones matter most?", **said)
    lena = _in_care("Lena", "Fox", who.tess)
    notes.decide(lena, who.tess)
    notes.published_plan(who.tess, lena, {"stretch": "PR-04", "side": "R"})
    notes.decide(lena, who.tess, **notes.RIGHT_HIP)


def _tick(who: SimpleNamespace, item: Any, at: Any, comfort: int = 3) -> None:
    plans.log_stretch(
        client=who.ana,
        item_uuid=item.uuid,
        client_uuid=uuid.uuid4(),
        on=timezone.localdate(at),
        comfort=comfort,
        by=who.ana_user,
        at=at,
    )


def _others(who: SimpleNamespace) -> None:
    """An open note, a stop, an intake to decide on with a clearance, two children, an empty chart, forms to fill in."""
    tess = who.tess
    who.cleo = _in_care("Cleo", "Marchetti-Featherstonehaugh", tess)
    notes.decide(who.cleo, tess, **SLIPPED)
    who.draft = notes.draft_with_rows(tess, who.cleo)
    who.finn = _in_care("Finn", "Doyle", tess)
    notes.decide(who.finn, tess)
    who.untouched = notes.draft(tess, who.finn)
    who.dora = _in_care("Dora", "Quist", tess)
    stop_form(intakes.open_form(client=who.dora, by=who.flo))
    who.stop = who.dora.stops.get()
    intakes.record_stop_action(stop=who.stop, action="seen", by=who.flo)
    who.eva = _in_care("Eva", "Nguyen", tess)
    _handed_in(who, who.eva, **TO_DECIDE)
    who.to_decide = who.eva.intakes.get()
    who.clearance = intakes.record_clearance(
        client=who.eva,
        entries=["A_SPSURG"],
        kind="written",
        clinician="Dr A. Lund",
        profession="Spine surgeon",
        contact="01632 960155",
        dated=timezone.localdate() - timedelta(days=40),
        massage=True,
        regions=["LBK:L", "LBK:R", "BTM:L"],
        max_pressure=2,
        expires=timezone.localdate() + timedelta(days=50),
        conditions="No rotation of the trunk.",
        by=tess,
    )
    who.letter, who.sent_letter = letter_to_doctor(who.eva, tess), letter_to_doctor(who.eva, tess, sent=True)
    guardian = {"name": "Sabine Keller", "relation": "Mother", "phone": "+447700900998", "stays_in_room": True}
    children = {"birth_date": timezone.localdate() - timedelta(days=14 * 365), "guardian": guardian}
    who.gus, who.ida = (_child(first, **children) for first in ("Gus", "Ida"))
    who.hana = _in_care("Hana", "Sato", tess)
    who.mara, who.nora = factories.client("Mara", "Lindqvist"), factories.client("Nora", "Berg")
    who.rosa = factories.client("Rosa", "Lund")
    who.olaf, who.pia = factories.client("Olaf", "Stern"), factories.client("Pia", "Wolf")
    who.yuki = factories.client("Yuki", "Mori", email="yuki@example.org")
    doors.send_link(client=who.yuki, by=who.flo, at=timezone.now() - timedelta(days=3))
    who.token = token_of(doors.send_link(client=who.yuki, by=who.flo).uuid)


def letter_to_doctor(client: Client, by: User, *, sent: bool = False, remark: str = "") -> DoctorLetter:
    """A signed letter about all that stands; ``sent``: handed to the client."""
    stands = letters.grounds(client, on=timezone.localdate())
    said = letters.facts(client, stands, [ground.code for ground in stands.each], remark=remark, by=by)
    letter = letter_actions.sign_letter(
        client=client,
        entries=[ground.code for ground in stands.each],
        to_name="Dr A. Lund, Harbour Street Practice",
        remark=remark,
        to_contact="1 Harbour Street, 01632 960155",
        read=fingerprint(said),
        key=uuid.uuid4(),
        by=by,
    )
    if sent:
        letter_actions.record_letter_step(letter=letter, kind="sent", way="client", by=by)
    return letter


def _in_care(first: str, last: str, therapist: User) -> Client:
    known = factories.client(first, last, email=f"{first.lower()}@example.org", phone="+447700900456")
    people.start_care(client=known, therapist=therapist, reason=CareReason.APPOINTMENT, by=None)
    return known


def _child(first: str, *, birth_date: Any, guardian: dict[str, Any]) -> Client:
    details = {"first_name": first, "last_name": "Keller", "birth_date": birth_date, "sex": "male"}
    return people.create_client(details=details, guardian=guardian, by=None)


def _handed_in(who: SimpleNamespace, client: Client, **answers: Any) -> None:
    access = intakes.open_form(client=client, by=who.flo)
    intakes.save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=None)
    intake = intakes.submit_intake(access=access, submit_key=uuid.uuid4(), by=None)
    assert judge(intake, on=timezone.localdate()).flags


def _today(who: SimpleNamespace) -> None:
    """A diary with people here, to come, stopped and finished, in a column of quarter hours around noon."""
    states = AppointmentState
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for number, (client, state) in enumerate(
        (
            (who.ana, states.ARRIVED),
            (who.cleo, states.ARRIVED),
            (who.dora, states.ARRIVED),
            (who.eva, states.BOOKED),
            (who.hana, states.BOOKED),
            (who.gus, states.FINISHED),
            (who.ben, states.CANCELLED),
        )
    ):
        begins = noon + timedelta(minutes=15 * number)
        visit = factories.appointment(client, who.tess, begins=begins, minutes=15, state=state)
        who.visit = visit if client == who.eva else getattr(who, "visit", visit)


def _second_factor(who: SimpleNamespace) -> None:
    """Sol has an authenticator app and recovery codes."""
    who.totp_secret = generate_totp_secret()
    TOTP.activate(who.solo, who.totp_secret)
    RecoveryCodes.activate(who.solo)


def stop_form(access: Any) -> None:
    """Answers up to the safety page, where one of them stops the form."""
    upto = INTAKE_IDS[: INTAKE_IDS.index("sf_sex") + 1]
    values = {question: answer for question, answer in all_clear(sf_saddle="yes").items() if question in upto}
    assert intakes.save_page(access=access, ids=upto, values=values, by=None).state == "stopped"


def draft_form(who: SimpleNamespace, client: Client, **answers: Any) -> None:
    """The form of ``client`` filled in to its end and not handed in."""
    access = intakes.open_form(client=client, by=who.flo)
    saved = intakes.save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=None)
    stopped_by = [flag.code for flag in saved.flags.all()]
    assert saved.state == "draft", f"These answers stop the form: {stopped_by}."
