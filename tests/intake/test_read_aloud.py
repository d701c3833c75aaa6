"""Every safety answer is read aloud once and the confirmation stored, answer by answer."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from intake import actions
from intake.models import HeardAnswer, Screening
from intake.queries import aloud, answers_now, safety_ids
from tests.intake.factories import decided, handed_in

pytestmark = pytest.mark.django_db


def _left(intake) -> list[str]:
    return [row.question for row in aloud(intake).left]


def test_all_as_read_stores_each_answer_with_its_value_who_and_when(people):
    intake = handed_in(people.ana, people.flo)
    wanted = safety_ids(answers_now(intake))

    decided(intake, people.tess, outcome="yes")

    assert {"sf_saddle", "sf_fever", "pn_trend"} <= set(wanted)
    assert [(each.question, each.value) for each in intake.heard.all()] == [
        (question, intake.answers[question]) for question in wanted
    ]
    assert set(intake.heard.values_list("by", flat=True)) == {people.tess.pk}
    assert _left(intake) == []


def test_no_session_goes_ahead_while_one_answer_is_left(people):
    intake = handed_in(people.ana, people.flo)
    *most, _last = _left(intake)

    with pytest.raises(ValidationError) as refused:
        decided(intake, people.tess, outcome="yes", confirmed_aloud=False, heard=most)

    assert refused.value.message_dict["confirmed_aloud"][0].startswith("1 safety answer is left")
    assert not Screening.objects.exists()
    assert not HeardAnswer.objects.exists()


def test_answers_ticked_one_by_one_are_enough(people):
    intake = handed_in(people.ana, people.flo)

    assert decided(intake, people.tess, outcome="yes", confirmed_aloud=False, heard=_left(intake)).confirmed_aloud


def test_what_was_heard_while_nothing_could_go_ahead_is_kept(people):
    intake = handed_in(people.ana, people.flo)
    first = _left(intake)[0]

    decision = decided(intake, people.tess, outcome="no", confirmed_aloud=False, heard=[first])

    assert not decision.confirmed_aloud
    assert first not in _left(intake)


def test_a_later_decision_on_the_same_answers_asks_nothing_again(people):
    intake = handed_in(people.ana, people.flo)
    decided(intake, people.tess, outcome="yes")
    number = intake.heard.count()

    again = decided(intake, people.tess, outcome="yes", confirmed_aloud=False, at=timezone.now() + timedelta(days=30))

    assert again.confirmed_aloud
    assert intake.heard.count() == number


def test_an_answer_given_anew_is_confirmed_by_itself(people):
    intake = handed_in(people.ana, people.flo)
    actions.change_answer(intake=intake, question="sf_fever", new="unsure", reason="changed", by=people.tess)

    assert "sf_fever" not in _left(intake)


def test_the_database_keeps_no_confirmation_of_another_answer(people):
    intake = handed_in(people.ana, people.flo)

    with pytest.raises(DatabaseError, match="not the answer that stands"), transaction.atomic():
        HeardAnswer.objects.create(intake=intake, question="sf_fever", value="yes", by=people.tess, at=timezone.now())


def test_the_page_shows_each_answer_and_then_offers_all_as_read(people, client):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)
    page = reverse("intake:review", args=[people.ana.uuid])

    before = html.unescape(client.get(page).content.decode())
    client.post(page, {"outcome": "yes", "confirmed_aloud": "on"})
    after = html.unescape(client.get(page).content.decode())

    places = [before.index(f'name="heard" value="{question}"') for question in safety_ids(intake.answers)]
    assert places == sorted(places)
    assert before.index("All as read") > places[-1]
    assert 'name="heard"' not in after
    assert f"{intake.heard.count()} safety answers read aloud by Tess Okafor" in after


# --- an answer given anew


def _anew(intake, question="sf_fever"):
    return reverse("intake:answer_anew", args=[intake.uuid, question])


def test_the_client_answers_anew_and_the_therapist_confirms_it_with_the_reason(people, client):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)

    answer = client.post(_anew(intake), {"sf_fever": "unsure", "reason": "misunderstood"})

    assert answer.url == reverse("intake:review", args=[people.ana.uuid])
    change = intake.changes.get()
    assert (change.old, change.new, change.reason, change.confirmed_by) == (
        "no",
        "unsure",
        "misunderstood",
        people.tess,
    )
    assert intake.answers["sf_fever"] == "no"


def test_the_answer_that_stands_is_no_new_one(people, client):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)

    answer = client.post(_anew(intake), {"sf_fever": "no", "reason": "changed"})

    assert answer.status_code == 422
    assert "the answer that stands already" in html.unescape(answer.content.decode())
    assert not intake.changes.exists()


def test_an_emergency_among_the_new_answers_is_a_stop(people, client):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)

    client.post(_anew(intake, "sf_urine_start"), {"sf_urine_start": "yes", "reason": "changed"})

    assert people.ana.stops.exists()


@pytest.mark.parametrize("question", ["gl_goal", "no-such-question"])
def test_only_a_safety_answer_of_the_newest_intake_is_answered_anew(people, client, question):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)
    assert client.get(_anew(intake, question)).status_code == 404

    handed_in(people.ana, people.flo)

    assert client.get(_anew(intake)).status_code == 404


def test_a_reason_is_asked_for(people, client):
    intake = handed_in(people.ana, people.flo)
    client.force_login(people.tess)

    answer = client.post(_anew(intake), {"sf_fever": "unsure"})

    assert answer.status_code == 422
    assert not intake.changes.exists()
