"""What is agreed to stands on the page word for word; answers are read back as people say them."""

from __future__ import annotations

import html

import pytest

from intake import actions
from intake.queries import answer_rows
from intake.rules.questions import CONSENTS, INTAKE_IDS, PAGES
from tests.answers import all_clear


def test_every_statement_is_on_a_page_word_for_word_before_it_is_agreed_to(people, client):
    access = actions.open_form(client=people.ana, by=people.flo)
    actions.save_page(access=access, ids=INTAKE_IDS, values=all_clear(), by=None)
    client.force_login(people.flo)
    client.post(f"/clients/{people.ana.uuid}/open-form/", {"kind": "this_device"})

    pages = [code for code, page in PAGES.items() if page.step == "consent"]
    shown = "".join(html.unescape(client.get(f"/i/page/{code}/").content.decode()) for code in pages)

    asked = [statement for statement in CONSENTS.values() if statement.id not in ("cs_minor", "cs_sign")]
    assert [each.id for each in asked if each.statement not in shown] == []


@pytest.mark.parametrize(
    ("question", "stored", "read"),
    [
        ("ab_dob", "1986-02-11", "11 February 1986"),
        ("pn_onset", "2025-09", "September 2025"),
        ("pn_onset", "2025", "2025"),
        ("ck_skin", "no", "None of these"),
        ("gl_avoid", "none", "Nowhere: touch is fine everywhere"),
        ("pn_sit_min", 40, "40 minutes"),
    ],
)
def test_an_answer_is_read_back_as_people_say_it(question, stored, read):
    (row,) = answer_rows({question: stored}, [question])

    assert row.values == (read,)


def test_a_score_names_what_it_is_about(people, client):
    access = actions.open_form(client=people.ana, by=people.flo)
    actions.save_page(access=access, ids=INTAKE_IDS, values=all_clear(gl_act1="Tying my shoes"), by=None)
    client.force_login(people.flo)
    client.post(f"/clients/{people.ana.uuid}/open-form/", {"kind": "this_device"})

    page = client.get("/i/page/activity_scores/").content.decode()

    assert "Tying my shoes: How well can you do it now?" in page
