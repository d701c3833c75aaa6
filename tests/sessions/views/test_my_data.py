"""The client's own record in the portal: the next visit, forms, consents and taking them back, the file."""

import hashlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import actions
from clinic.models import AppointmentState, AuditEvent, ContentEdition, PortalRelation
from intake.actions import change_answer, open_form, save_page, withdraw_consent
from intake.models import ConsentWithdrawal
from intake.queries import closes, consents, my_consents, my_forms, with_ticks
from intake.rules.questions import CONSENTS, QUESTIONS
from sessions.actions.home import answer_home_message, read_home_answer, send_home_message
from sessions.actions.plan import log_stretch
from sessions.queries.my_data import my_file
from sessions.queries.plan import my_plan
from tests import factories
from tests.counting import statements
from tests.sessions.factories import check_in, decide, published_plan

pytestmark = pytest.mark.django_db
SIDES = ("left", "right")
ME, FORMS, CONSENTS_PAGE, DATA = (reverse(f"sessions:{name}") for name in ("me", "my_forms", "my_consents", "my_data"))


def phone(user, minutes_ago=0):
    """A phone on which ``user`` typed a code so many minutes ago."""
    browser = Browser()
    browser.force_login(user)
    session = browser.session
    session["code_at"] = timezone.now().timestamp() - minutes_ago * 60
    session.save()
    return browser


def html(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ana(people):
    """Ana with a form handed in and decided on."""
    people.screening = decide(people.ana, people.tess)
    people.phone = phone(people.ana_user)
    return people


def signed(people, statement="cs_speak"):
    return people.ana.consents.get(statement=statement)


def page_of(consent):
    return reverse("sessions:my_consent", args=[consent.uuid])


# --- the next visit


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_the_first_page_tells_the_next_visit(ana):
    factories.appointment(ana.ana, ana.tess, begins=in_days(9))
    visit = factories.appointment(ana.ana, ana.tess, begins=in_days(2))

    page = html(ana.phone.get(reverse("sessions:portal")))

    assert visit.during.lower.isoformat() in page
    assert "with Tess Okafor" in page
    assert "Riverside, 4 Mill Lane" in page
    assert page.count("Your next visit") == 1


def test_the_next_visit_is_told_in_the_time_of_its_place(people):
    place = factories.location("Harbour", "Australia/Perth")
    begins = in_days(3).replace(hour=1, minute=0, second=0, microsecond=0)
    actions.book_appointment(
        client=people.ana, therapist=people.tess, location=place, begins=begins, minutes=60, by=people.flo
    )

    assert ", 09:00</time>" in html(phone(people.ana_user).get(ME))


def test_a_cancelled_visit_is_no_next_visit(people):
    factories.appointment(people.ana, people.tess, begins=in_days(2), state=AppointmentState.CANCELLED)

    assert "No visit is booked." in html(phone(people.ana_user).get(ME))


def test_a_helper_is_told_no_visit(people):
    helper = factories.portal_user(people.ana, "kim@example.org", PortalRelation.HELPER)
    factories.appointment(people.ana, people.tess, begins=in_days(2))

    page = html(phone(helper).get(reverse("sessions:portal")))

    assert "Your next visit" not in page
    assert ME not in page


@pytest.mark.parametrize("waiting", [False, True], ids=["decided", "newer answers wait"])
def test_the_first_page_takes_eight_statements_at_most(ana, waiting):
    for version in (published_plan(ana.tess, ana.ana), published_plan(ana.tess, ana.ana, {"stretch": "PR-01"})):
        item = version.items.first().uuid
    factories.appointment(ana.ana, ana.tess, begins=in_days(2))
    said = send_home_message(client=ana.ana, client_uuid=uuid.uuid4(), item_uuid=item, text="Odd.", by=ana.ana_user)
    answer_home_message(message=said, text="Use a cushion.", by=ana.tess)

    if waiting:
        change_answer(intake=ana.screening.intake, question="sf_fever", new="no", reason="wrong_tick", by=ana.tess)

    assert "Use a cushion." in html(ana.phone.get(reverse("sessions:portal")))
    assert statements(ana.phone, reverse("sessions:portal")) <= 8


# --- a code of the last half hour


@pytest.mark.parametrize("page", [FORMS, CONSENTS_PAGE, DATA])
def test_forms_consents_and_data_ask_for_a_fresh_code(people, page):
    assert phone(people.ana_user, minutes_ago=29).get(page).status_code == 200

    answer = phone(people.ana_user, minutes_ago=31).get(page)

    assert answer["Location"] == f"{reverse('code_again')}?next={page.replace('/', '%2F')}"


def test_the_plan_asks_for_no_fresh_code(people):
    assert phone(people.ana_user, minutes_ago=29 * 24 * 60).get(reverse("sessions:portal")).status_code == 200


def test_nothing_is_done_without_a_fresh_code(ana):
    old = phone(ana.ana_user, minutes_ago=31)

    for page in (DATA, page_of(signed(ana))):
        assert old.post(page)["Location"].startswith(reverse("code_again"))

    assert not ConsentWithdrawal.objects.exists()
    assert not AuditEvent.objects.filter(verb="export_own_data").exists()


# --- who


@pytest.mark.parametrize(
    ("relation", "status"), [(PortalRelation.SELF, 200), (PortalRelation.PARENT, 200), (PortalRelation.HELPER, 404)]
)
def test_who_speaks_for_the_client_reads_the_record_and_a_helper_does_not(ana, relation, status):
    browser = phone(factories.portal_user(ana.ana, "kim@example.org", relation))
    form = reverse("sessions:my_form", args=[ana.screening.intake.uuid])

    for page in (ME, FORMS, form, CONSENTS_PAGE, page_of(signed(ana)), DATA):
        assert browser.get(page).status_code == status, page
    for page in (page_of(signed(ana)), DATA):
        assert (browser.post(page).status_code == 404) is (status == 404), page


def test_a_helper_of_one_and_parent_of_another_reads_the_childs_record_alone(ana):
    kim = factories.portal_user(ana.ana, "kim@example.org", PortalRelation.HELPER)
    factories.portal_user(ana.ben, "kim@example.org", PortalRelation.PARENT)
    browser = phone(kim)

    seen = {}
    for client in (ana.ana, ana.ben):
        browser.post(reverse("sessions:portal_whose"), {"client": client.uuid})
        seen[client.first_name] = browser.get(DATA).status_code

    assert seen == {"Ana": 404, "Ben": 200}


def test_a_helper_takes_no_consent_back(ana):
    helper = factories.portal_user(ana.ana, "kim@example.org", PortalRelation.HELPER)

    with pytest.raises(PermissionDenied):
        withdraw_consent(consent=signed(ana), by=helper)


# --- forms


def test_a_form_is_read_in_words(ana):
    assert "Health questions" in html(ana.phone.get(FORMS))

    page = html(ana.phone.get(reverse("sessions:my_form", args=[ana.screening.intake.uuid])))

    assert ana.screening.intake.edition.number in page
    assert QUESTIONS["pn_worst"].wording in page


def test_a_form_keeps_the_words_it_was_asked_in(ana, monkeypatch):
    asked = QUESTIONS["pn_worst"].wording
    edition = ana.screening.intake.edition
    earlier = ContentEdition.objects.create(
        kind=edition.kind,
        hash="0" * 64,
        content=edition.content.replace(asked, "How bad was it, in the words of then?"),
        first_used_at=edition.first_used_at,
    )
    monkeypatch.setattr("intake.models.Intake.edition", earlier)

    [form] = my_forms(ana.ana)

    said = [row.wording for part in form.parts for row in part.rows if row.question == "pn_worst"]
    assert said == ["How bad was it, in the words of then?"]


def test_an_answer_given_anew_stands_beside_the_old_one(ana):
    change_answer(intake=ana.screening.intake, question="sf_fever", new="no", reason="wrong_tick", by=ana.tess)

    [form] = my_forms(ana.ana)

    assert [(change.wording, change.values) for change in form.changes] == [(QUESTIONS["sf_fever"].wording, ("No",))]


def test_the_check_in_of_a_day_is_there_once_as_given_last(ana):
    check_in(ana.ana, ana.tess, ck_now=3)
    check_in(ana.ana, ana.tess, ck_now=5)

    [held] = [form for form in my_forms(ana.ana) if form.kind == "check_in"]

    assert held.answers["ck_now"] == 5


def test_a_form_that_is_not_handed_in_is_not_among_them(people):
    access = open_form(client=people.ana, by=people.flo)
    save_page(access=access, ids=["pn_worst"], values={"pn_worst": 4}, by=None)

    assert my_forms(people.ana) == []


# --- consents


def test_a_consent_is_read_as_it_was_signed(ana):
    page = html(ana.phone.get(page_of(signed(ana))))

    assert "I will tell you at once if it hurts too much" in page
    assert signed(ana).signer_name in page
    assert "Without it we cannot treat you" in page


def test_the_boxes_that_were_ticked_are_ticked_and_no_others():
    glute, thigh = (CONSENTS[statement].statement for statement in ("cs_glute", "cs_thigh"))

    said = with_ticks(glute, ["Left", "Through clothes or sheet"])

    assert "☑ left ☐ right; ☑ through clothes or sheet ☐ on skin." in said
    assert "☑ back of thigh ☐ outer thigh ☐ upper inner thigh" in with_ticks(thigh, ["Back of thigh", ""])


def test_the_words_of_a_signed_consent_show_its_boxes_as_they_were_ticked(ana):
    consent = ana.ana.consents.filter(statement="cs_glute").first()
    page = html(ana.phone.get(page_of(consent)))

    boxes = {part: "☑" if ana.ana.consents.filter(statement="cs_glute", scope=part) else "☐" for part in SIDES}
    assert f"{boxes['left']} left {boxes['right']} right" in page
    assert "☑" in page
    assert consent.text_hash == hashlib.sha256(consent.text.encode()).hexdigest()


def test_taking_a_consent_back_counts_at_once(ana):
    answer = ana.phone.post(page_of(signed(ana)), follow=True)

    assert "Taken back. It counts from now on." in html(answer)
    assert "cs_speak" not in {one.statement for one in consents(ana.ana, on=timezone.localdate())}
    assert ConsentWithdrawal.objects.get().by == ana.ana_user


def test_a_nerve_sign_is_not_hidden_behind_a_consent_taken_back(ana):
    version = published_plan(ana.tess, ana.ana, {}, {"stretch": "PR-04"})
    log_stretch(
        client=ana.ana,
        item_uuid=version.items.first().uuid,
        client_uuid=uuid.uuid4(),
        on=timezone.localdate(),
        done=False,
        sensation="nerve",
        by=ana.ana_user,
    )

    ana.phone.post(page_of(signed(ana, "cs_stretch")))

    felt, other = my_plan(ana.ana, on=timezone.localdate()).items
    assert felt.paused_because.startswith("You told us this went down the leg")
    assert other.paused_because.startswith("You took back what you had agreed to")


def test_taking_back_the_consent_to_stretches_rests_the_plan_at_home(ana):
    published_plan(ana.tess, ana.ana)

    ana.phone.post(page_of(signed(ana, "cs_stretch")))

    [item] = my_plan(ana.ana, on=timezone.localdate()).items
    assert (
        item.paused_because == "You took back what you had agreed to about stretches. They rest until you agree again."
    )
    today = html(ana.phone.get(reverse("sessions:portal")))
    assert "You agree again with us, at your next visit." in today
    assert today.count(CONSENTS_PAGE) == 1  # once for the whole plan


def test_agreeing_again_lets_the_plan_go_on(ana):
    published_plan(ana.tess, ana.ana)
    withdraw_consent(consent=signed(ana, "cs_stretch"), by=ana.ana_user)

    decide(ana.ana, ana.tess)

    [item] = my_plan(ana.ana, on=timezone.localdate()).items
    assert item.paused_because == ""


def test_one_that_was_taken_back_says_so_and_has_no_button(ana):
    consent = signed(ana)
    ana.phone.post(page_of(consent))

    page = html(ana.phone.get(page_of(consent)))

    assert "Taken back on" in page
    assert "I take this back" not in page
    assert "nothing to take back" in html(ana.phone.post(page_of(consent), follow=True))
    assert ConsentWithdrawal.objects.count() == 1


def test_a_consent_that_was_signed_again_is_replaced(ana):
    first = signed(ana)
    decide(ana.ana, ana.tess)

    states = {row.consent.pk: row.state for row in my_consents(ana.ana, on=timezone.localdate())}

    assert states[first.pk] == "replaced"
    assert sum(state == "counts" for state in states.values()) * 2 == len(states)


def test_a_consent_past_its_day_has_ended(ana):
    later = signed(ana).expires + timedelta(days=1)

    states = {row.consent.statement: row.state for row in my_consents(ana.ana, on=later)}

    assert states["cs_speak"] == "ended"
    assert states["cs_data"] == "counts"


@pytest.mark.parametrize("statement", [name for name in CONSENTS if name not in ("cs_sign",)])
def test_every_consent_says_what_taking_it_back_closes(statement):
    assert closes(statement) != ""


@pytest.mark.django_db(transaction=True)
def test_a_consent_taken_back_by_many_taps_is_taken_back_once(ana):
    consent = signed(ana)

    def take_back(_number):
        try:
            return bool(withdraw_consent(consent=consent, by=ana.ana_user))
        except ValidationError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take_back, range(16))) == 1


# --- the file


def test_the_file_is_handed_over_and_kept_nowhere(ana):
    answer = ana.phone.post(DATA)

    assert answer["Content-Disposition"] == f'attachment; filename="my-data-{timezone.localdate():%Y-%m-%d}.json"'
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["you"]["last_name"] == "Lind"


def test_the_record_tells_who_took_the_file(ana):
    ana.phone.post(DATA)

    event = AuditEvent.objects.get(verb="export_own_data")

    assert (event.actor, event.client) == (ana.ana_user, ana.ana)


def test_every_look_at_the_record_is_logged(ana):
    for page in (FORMS, reverse("sessions:my_form", args=[ana.screening.intake.uuid]), CONSENTS_PAGE):
        before = AuditEvent.objects.filter(verb="read", actor=ana.ana_user).count()

        ana.phone.get(page)

        assert AuditEvent.objects.filter(verb="read", actor=ana.ana_user).count() == before + 1, page


def test_the_page_says_how_to_ask_for_the_rest(ana):
    page = html(ana.phone.get(DATA))

    assert "Ask us for a copy, at the desk or by phone." in page
    assert "tel:+441632960100" in page


# --- however much there is


def test_pages_and_file_take_the_same_statements_for_little_and_for_much(ana):
    def taken():
        pages = {page: statements(ana.phone, page) for page in (FORMS, CONSENTS_PAGE)}
        with CaptureQueriesContext(connection) as seen:
            my_file(ana.ana)
        return pages | {"file": len(seen)}

    def more():
        decide(ana.ana, ana.tess)
        check_in(ana.ana, ana.tess)
        version = published_plan(ana.tess, ana.ana)
        factories.appointment(ana.ana, ana.tess, begins=in_days(next(days)))
        item = version.items.get()
        tick = {"item_uuid": item.uuid, "client_uuid": uuid.uuid4(), "on": timezone.localdate(), "comfort": 3}
        log_stretch(client=ana.ana, **tick, by=ana.ana_user)
        said = {"client": ana.ana, "item_uuid": item.uuid, "client_uuid": uuid.uuid4(), "text": "Too hard a floor"}
        message = send_home_message(**said, by=ana.ana_user)
        answer = answer_home_message(message=message, text="Take a blanket", goes_on=True, by=ana.tess)
        read_home_answer(client=ana.ana, answer_uuid=answer.uuid, by=ana.ana_user)

    days = count(1)
    more()
    little = taken()
    for _time in range(3):
        more()

    assert taken() == little


def test_a_parent_reads_the_childs_name_and_no_my(people):
    parent = factories.portal_user(people.ana, "otto@example.org", PortalRelation.PARENT)
    otto = phone(parent)

    pages = [html(otto.get(address)) for address in (ME, FORMS, CONSENTS_PAGE, DATA)]

    for page in pages:
        titles = re.findall(r"<h1>(.*?)</h1>", page)
        assert people.ana.called in titles[0]
    assert "My forms" not in "".join(pages)


@pytest.mark.parametrize(("minutes_ago", "asked"), [(5, False), (40, True)])
def test_that_a_new_code_is_asked_for_is_said_only_while_it_is(people, minutes_ago, asked):
    page = html(phone(people.ana_user, minutes_ago).get(ME))

    assert ("These ask for a new code" in page) is asked
