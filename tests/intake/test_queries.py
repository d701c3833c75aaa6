"""The reading door of the intake: what the therapist is told."""

from __future__ import annotations

import pytest
from django.utils import timezone

from intake.queries import check_in_questions, limits_in_words
from intake.rules.screening import screen
from tests.answers import DAY, all_clear
from tests.sessions.factories import check_in, decided_client, therapist


def test_a_position_is_named_with_its_side():
    limits = screen(all_clear(gl_pos=["left_side", "on_back"]), on=DAY).limits

    assert "Positions to avoid: on the left side, on the back." in limits_in_words(limits)


@pytest.mark.django_db
def test_the_day_after_the_last_visit_is_asked_from_the_second_check_in_on():
    tess = therapist()
    client, _decision = decided_client(tess)

    def asked() -> set[str]:
        return {question.id for question in check_in_questions(client, {}, on=timezone.localdate())}

    first = asked()
    check_in(client, tess)

    assert "ck_after" not in first
    assert "ck_after" in asked()
