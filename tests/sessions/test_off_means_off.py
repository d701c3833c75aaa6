"""What is off in the treatment room is off on every path: rule, database and page say the same of every row."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from clinic.vocabulary import PressureLevel, Technique
from sessions.models import EventPosition, TimelineEvent
from sessions.queries.note import live_events, own_draft, treatment
from sessions.rules.timeline import violations
from tests.sessions.factories import decided_client, draft, event, event_values, therapist

pytestmark = pytest.mark.django_db

#: Caps for the body and for places, areas left out, techniques and positions off, no yes for one buttock and one thigh.
ANSWERS = {
    "md_class": ["antiplatelet"],
    "sf_preg": "maybe",
    "sf_preg_alarm": ["none"],
    "gl_avoid": ["LBK:R"],
    "hx_skin": [{"code": "bruise", "region": ["CLF:R"]}],
    "cs_glute": {"left": True, "right": False, "mode": "over"},
    "cs_thigh": {"back": True, "outer": True, "inner": False},
}


@pytest.fixture
def note():
    """A note with limits of every kind, a raised cap, and a region closed by too much twice."""
    tess = therapist()
    found = draft(tess, decided_client(tess, **ANSWERS)[0])
    event(found, structure="MUS_GAST", position="CHAIR", technique="TQ_HOLD", pressure=1, comfort=5)
    event(found, structure="MUS_SOL", position="CHAIR", technique="TQ_HOLD", pressure=1, comfort=5)
    return found


def _rows(note):
    """Every place at each pressure, technique and position, in turn."""
    for place in note.limits["structures"]:
        structure, _colon, side = place.partition(":")
        calm = event_values(structure=structure, side=side, position="CHAIR", technique="TQ_HOLD", pressure=0)
        yield from (calm | {"pressure": pressure} for pressure in PressureLevel.values)
        yield from (calm | {"technique": technique} for technique in Technique.values)
        yield from (calm | {"position": position} for position in EventPosition.values)


def _is_stored(note, row):
    new = TimelineEvent(note=note, client_uuid=uuid.uuid4(), seq=99, at=timezone.now(), **row)
    try:
        with transaction.atomic():
            TimelineEvent.objects.bulk_create([new])
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_the_database_takes_a_row_exactly_when_the_rule_does(note):
    earlier, taken, refused = live_events(note), 0, 0

    for row in _rows(note):
        allowed = not violations(TimelineEvent(**row), earlier, note.limits)

        assert _is_stored(note, row) is allowed, row
        taken, refused = taken + allowed, refused + (not allowed)

    assert taken > 500
    assert refused > 500


def test_the_page_offers_exactly_what_the_rule_takes(note):
    room = treatment(own_draft(note.therapist, note.uuid))
    earlier = live_events(note)

    def allowed(**changes):
        row = event_values(position="CHAIR", technique="TQ_HOLD", pressure=0) | changes
        return not violations(TimelineEvent(**row), earlier, note.limits)

    for place in room.places:
        assert place.is_off is not allowed(structure=place.structure, side=place.side), place.place
        assert place.is_off is bool(place.why)


@pytest.mark.parametrize("structure", ["MUS_PIR", "MUS_POP", "MUS_ES"])
def test_the_rows_of_buttons_offer_exactly_what_the_rule_takes_where_the_hands_are(structure, note):
    event(note, structure=structure, position="CHAIR", technique="TQ_HOLD", pressure=0)
    room = treatment(own_draft(note.therapist, note.uuid))
    earlier = live_events(note)

    def taken(**changes):
        row = event_values(structure=structure, position="CHAIR", technique="TQ_HOLD", pressure=0) | changes
        return not violations(TimelineEvent(**row), earlier, note.limits)

    offered = {
        "pressure": {level.value for level in room.pressures if level.allowed},
        "technique": {value for value, _label in room.techniques},
        "position": {value for value, _label in room.positions},
    }
    every = {"pressure": PressureLevel.values, "technique": Technique.values, "position": EventPosition.values}

    assert offered == {name: {value for value in values if taken(**{name: value})} for name, values in every.items()}
