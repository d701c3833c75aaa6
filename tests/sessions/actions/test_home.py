"""What client and therapist say about the stretches at home: gentler levels, messages by hand and by rule, answers."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from clinic.actions import end_portal
from clinic.models import AuditEvent, PortalAccess
from sessions.actions.home import answer_home_message, read_home_answer, send_home_message, take_gentler
from sessions.actions.plan import draft_plan, log_stretch, publish_plan
from sessions.models import GentlerLevel, HomeAnswer, HomeAnswerRead, HomeMessage, StretchLog
from sessions.queries.plan import my_plan
from tests import factories
from tests.sessions.factories import decided_client, item_values, plan_draft, published_plan, therapist

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def account(client):
    """The portal account of ``client``, opened when first asked for."""
    access = PortalAccess.objects.filter(client=client).first()
    return access.user if access else factories.portal_user(client, f"{client.first_name}@example.org".lower())


def tick(version, *felt, item=None, at=None, sore=False):
    """Log these times at home, one after the other: each a comfort or "nerve"."""
    client = version.plan.client
    for step in felt:
        moment = at or timezone.now()
        values = {"sensation": "nerve", "done": False} if step == "nerve" else {"comfort": step}
        log_stretch(
            client=client,
            item_uuid=(item or version.items.first()).uuid,
            client_uuid=uuid.uuid4(),
            on=timezone.localdate(moment),
            sore=sore,
            by=account(client),
            at=moment,
            **values,
        )


def take(version, level=1):
    """Take the gentler level of the first stretch."""
    client = version.plan.client
    return take_gentler(client=client, item_uuid=version.items.first().uuid, level=level, by=account(client))


def say(version, **changes):
    """Write that the first stretch does not feel right."""
    client = version.plan.client
    values = {"item_uuid": version.items.first().uuid, "client_uuid": uuid.uuid4(), "text": "It pulls in the knee."}
    return send_home_message(client=client, by=account(client), **{**values, **changes})


def mine(version, place=0):
    """One stretch as its client sees it today."""
    return my_plan(version.plan.client, on=TODAY()).items[place]


def kinds(client):
    """What the messages to the therapist say, oldest first."""
    return list(HomeMessage.objects.filter(client=client).order_by("id").values_list("kind", flat=True))


def yesterday():
    """A plan published three days ago, and a moment of yesterday."""
    before = timezone.now() - timedelta(days=3)
    tess = therapist()
    client = decided_client(tess, at=before)[0]
    return published_plan(tess, client, at=before), before + timedelta(days=2)


# --- what the rules tell the therapist ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("felt", "told"),
    [
        ((3,), []),
        ((5,), []),
        ((5, 5), ["too_much"]),
        ((5, 3, 5), []),
        ((5, 5, 5), ["too_much"]),
        (("nerve",), ["nerve"]),
        (("nerve", "nerve"), ["nerve", "nerve", "plan_rests"]),
    ],
)
def test_the_therapist_is_told_what_the_rules_ask_for(felt, told):
    version = published_plan()

    tick(version, *felt)

    assert kinds(version.plan.client) == told


def test_soreness_is_told_once_until_it_is_answered():
    version = published_plan()
    client = version.plan.client

    tick(version, 3, 3, sore=True)
    answer_home_message(message=HomeMessage.objects.get(), text="Half, then.", by=version.created_by)
    tick(version, 3, sore=True)

    assert kinds(client) == ["sore", "sore"]


def test_a_message_of_the_rules_names_its_tick_and_its_stretch():
    version = published_plan()

    tick(version, "nerve")

    message = HomeMessage.objects.get()
    assert (message.log, message.item) == (StretchLog.objects.get(), version.items.get())


def test_a_refused_tick_tells_nothing():
    version = published_plan()
    tick(version, "nerve")

    with pytest.raises(ValidationError):
        tick(version, 5)

    assert kinds(version.plan.client) == ["nerve"]


# --- the gentler level --------------------------------------------------------------------------------------------


def test_too_much_twice_offers_the_next_level_down_and_changes_nothing_by_itself():
    version = published_plan()

    tick(version, 5, 5)

    item = mine(version)
    assert (item.level, item.gentler.level, item.paused_because) == (2, 1, "")
    assert item.gentler.picture != item.picture


def test_the_gentler_level_is_what_the_client_does_from_now_on():
    version = published_plan()
    tick(version, 5, 5)

    take(version)

    item = mine(version)
    assert (item.level, item.eased, item.gentler) == (1, True, None)
    assert item.smaller != ""
    assert version.items.get().level == 2


def test_ticks_before_the_gentler_level_do_not_count_against_it():
    version = published_plan()
    tick(version, 5, 5)
    take(version)

    tick(version, 5)

    assert mine(version).paused_because == ""
    assert kinds(version.plan.client) == ["too_much"]


def test_at_the_lowest_level_the_stretch_rests_until_the_therapist_has_spoken():
    version = published_plan(None, None, {"level": 1})

    tick(version, 5, 5)

    assert "no gentler version" in mine(version).paused_because
    with pytest.raises(ValidationError):
        tick(version, 3)


def test_the_therapists_word_lets_a_resting_stretch_go_on():
    version = published_plan(None, None, {"level": 1})
    tick(version, 5, 5)

    answer_home_message(
        message=HomeMessage.objects.get(), text="Smaller, and slowly.", goes_on=True, by=version.created_by
    )
    tick(version, 5)

    assert mine(version).paused_because == ""


def test_taken_twice_it_is_stored_once():
    version = published_plan()
    tick(version, 5, 5)

    assert take(version) == take(version)
    assert GentlerLevel.objects.count() == 1


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_level_that_is_not_offered_is_not_taken(level):
    version = published_plan()
    tick(version, 5)

    with pytest.raises(ValidationError):
        take(version, level)

    assert not GentlerLevel.objects.exists()


def test_from_level_three_it_goes_down_one_by_one():
    version = published_plan(None, None, {"level": 3})

    tick(version, 5, 5)
    with pytest.raises(ValidationError):
        take(version, 1)
    take(version, 2)
    tick(version, 5, 5)
    take(version, 1)

    assert mine(version).level == 1


def test_the_next_version_starts_at_the_level_that_is_done_now():
    version = published_plan()
    tick(version, 5, 5)
    take(version)

    draft = draft_plan(client=version.plan.client, by=version.created_by)

    assert [item.level for item in draft.items.all()] == [1]


def test_the_gentler_level_of_another_client_is_not_there():
    version = published_plan()
    other = published_plan(version.created_by, decided_client(version.created_by, first="Ben")[0])
    tick(version, 5, 5)

    with pytest.raises(Http404):
        take_gentler(
            client=other.plan.client,
            item_uuid=version.items.get().uuid,
            level=1,
            by=account(other.plan.client),
        )


# --- half the dose ------------------------------------------------------------------------------------------------


def test_soreness_halves_the_dose_until_a_later_day_without_it():
    version, day = yesterday()
    tick(version, 3, at=day, sore=True)

    sore = mine(version)
    tick(version, 3)

    assert (sore.dose, sore.half) == ("30 seconds, once a day", True)
    assert (mine(version).dose, mine(version).half) == ("30 seconds × 3, once a day", False)


def test_soreness_is_asked_about_when_it_was_done_on_an_earlier_day_and_not_yet_today():
    version, day = yesterday()
    first = mine(version).if_sore

    tick(version, 3, at=day)
    later = mine(version).if_sore
    tick(version, 3)

    assert (first, later, mine(version).if_sore) == ("", "30 seconds, once a day", "")


# --- "this doesn't feel right" ------------------------------------------------------------------------------------


def test_what_the_client_writes_reaches_the_therapist_and_the_stretch_rests():
    version = published_plan(None, None, {}, {"stretch": "PR-04"})

    message = say(version)

    assert (message.kind, message.text, message.item) == (
        "not_right",
        "It pulls in the knee.",
        version.items.first(),
    )
    assert "doesn’t feel right" in mine(version).paused_because
    assert mine(version, 1).paused_because == ""


@pytest.mark.parametrize(("goes_on", "rests"), [(True, False), (False, True)])
def test_the_answer_says_whether_the_stretch_goes_on(goes_on, rests):
    version = published_plan()
    message = say(version)

    answer_home_message(message=message, text="Use a cushion.", goes_on=goes_on, by=version.created_by)

    assert bool(mine(version).paused_because) is rests


def test_a_second_message_after_the_answer_rests_the_stretch_again():
    version = published_plan()
    answer_home_message(message=say(version), text="Use a cushion.", goes_on=True, by=version.created_by)

    say(version, text="Still there.")

    assert mine(version).paused_because != ""


def test_an_answer_to_the_first_message_does_not_answer_the_second():
    version = published_plan()
    first, second = say(version), say(version, text="It has got worse.")

    answer_home_message(message=first, text="Use a cushion.", goes_on=True, by=version.created_by)
    still = mine(version).paused_because
    answer_home_message(message=second, text="Then go less far.", goes_on=True, by=version.created_by)

    assert "doesn’t feel right" in still
    assert mine(version).paused_because == ""


def test_a_new_version_ends_the_rest():
    version = published_plan()
    say(version)

    publish_plan(version=draft_plan(client=version.plan.client, by=version.created_by), by=version.created_by)

    assert mine(version).paused_because == ""


def test_without_a_stretch_words_are_needed_and_with_one_they_are_not():
    version = published_plan()

    with pytest.raises(ValidationError, match="in a few words"):
        say(version, item_uuid=None, text="  ")

    assert say(version, text="").text == ""
    assert say(version, item_uuid=None, text="All of it is too much.").item is None


def test_the_same_message_sent_twice_is_stored_once_and_another_under_its_key_is_refused():
    version = published_plan()
    key = uuid.uuid4()

    first, second = say(version, client_uuid=key), say(version, client_uuid=key)
    with pytest.raises(ValidationError):
        say(version, client_uuid=key, text="Something else.")

    assert (first, HomeMessage.objects.count()) == (second, 1)


def test_a_message_has_five_hundred_letters_at_most():
    version = published_plan()

    with pytest.raises(ValidationError):
        say(version, text="x" * 501)

    assert not HomeMessage.objects.exists()


def test_only_an_account_with_open_access_writes():
    version = published_plan()
    client = version.plan.client
    access = PortalAccess.objects.get(user=account(client))
    end_portal(access=access, by=version.created_by)

    for user in (access.user, version.created_by):
        with pytest.raises(PermissionDenied):
            send_home_message(client=client, client_uuid=uuid.uuid4(), text="Hello.", by=user)


def test_a_stretch_of_another_client_is_not_there():
    version = published_plan()
    other = published_plan(version.created_by, decided_client(version.created_by, first="Ben")[0])

    with pytest.raises(Http404):
        say(version, item_uuid=other.items.get().uuid)


# --- the answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "front_desk", "therapist"])
def test_only_a_therapist_in_care_answers(role):
    version = published_plan()
    message = say(version)

    with pytest.raises(PermissionDenied):
        answer_home_message(message=message, text="Hello.", by=factories.staff(role))

    assert not HomeAnswer.objects.exists()


def test_there_is_one_answer_and_the_same_again_is_the_same():
    version = published_plan()
    message, tess = say(version), version.created_by

    first = answer_home_message(message=message, text="Use a cushion.", by=tess)
    again = answer_home_message(message=message, text=" Use a cushion. ", by=tess)
    with pytest.raises(ValidationError, match="has answered this already"):
        answer_home_message(message=message, text="Or a towel.", by=tess)

    assert (first, HomeAnswer.objects.count()) == (again, 1)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_an_answer_has_words(text):
    version = published_plan()

    with pytest.raises(ValidationError):
        answer_home_message(message=say(version), text=text, by=version.created_by)


def test_after_a_nerve_sign_no_answer_lets_the_stretch_go_on():
    version = published_plan()
    tick(version, "nerve")

    with pytest.raises(ValidationError):
        answer_home_message(
            message=HomeMessage.objects.get(), text="Go on gently.", goes_on=True, by=version.created_by
        )

    assert "went down the leg" in mine(version).paused_because


def test_an_answer_is_read_once_for_each_account():
    version = published_plan()
    client = version.plan.client
    answer = answer_home_message(message=say(version), text="Use a cushion.", by=version.created_by)

    for user in (account(client), account(client), factories.portal_user(client, "kim@example.org")):
        read_home_answer(client=client, answer_uuid=answer.uuid, by=user)

    assert HomeAnswerRead.objects.count() == 2


def test_the_answer_of_another_client_is_not_there():
    version = published_plan()
    other = published_plan(version.created_by, decided_client(version.created_by, first="Ben")[0])
    answer = answer_home_message(message=say(version), text="Use a cushion.", by=version.created_by)

    with pytest.raises(Http404):
        read_home_answer(client=other.plan.client, answer_uuid=answer.uuid, by=account(other.plan.client))


def test_every_step_leaves_its_trace():
    version = published_plan(None, None, {}, {"stretch": "PR-04"})
    client = version.plan.client
    tick(version, 5, 5)
    take(version)
    answer = answer_home_message(
        message=say(version, item_uuid=version.items.last().uuid), text="Yes.", by=version.created_by
    )
    read_home_answer(client=client, answer_uuid=answer.uuid, by=account(client))

    verbs = set(AuditEvent.objects.filter(client=client).values_list("verb", flat=True))

    assert verbs >= {"take_gentler", "send_home_message", "answer_home_message", "read_home_answer"}


# --- the database's promises --------------------------------------------------------------------------------------


def _refused(model, **values):
    with pytest.raises((DatabaseError, IntegrityError)) as refusal, transaction.atomic():
        model.objects.create(**values)
    return str(refusal.value)


def test_the_database_takes_no_message_about_another_clients_stretch_or_tick():
    version = published_plan()
    tess = version.created_by
    other = published_plan(tess, decided_client(tess, first="Ben")[0])
    tick(other, 3)
    values = {"client": version.plan.client, "kind": "not_right", "by": tess, "at": timezone.now()}

    assert "not a published item" in _refused(HomeMessage, item=other.items.get(), **values)
    assert "not a tick of this client" in _refused(HomeMessage, log=StretchLog.objects.get(), **values)


def test_the_database_takes_no_message_about_a_draft():
    draft = plan_draft()
    item = draft.items.create(position=1, **item_values())
    values = {"client": draft.plan.client, "kind": "not_right", "by": draft.created_by, "at": timezone.now()}

    assert "not a published item" in _refused(HomeMessage, item=item, **values)


@pytest.mark.parametrize("level", [2, 3])
def test_the_database_takes_no_level_that_is_not_gentler(level):
    version = published_plan()
    values = {"item": version.items.get(), "level": level, "by": version.created_by, "at": timezone.now()}

    assert "not below the level" in _refused(GentlerLevel, **values)


def test_the_database_lets_no_answer_end_the_rest_after_a_nerve_sign():
    version = published_plan()
    tick(version, "nerve")
    values = {"text": "Go on.", "goes_on": True, "by": version.created_by, "at": timezone.now()}

    assert "with a new version only" in _refused(HomeAnswer, message=HomeMessage.objects.get(), **values)


def test_the_database_lets_no_answer_about_the_whole_plan_say_that_a_stretch_goes_on():
    version = published_plan()
    message = say(version, item_uuid=None)
    values = {"text": "Go on.", "goes_on": True, "by": version.created_by, "at": timezone.now()}

    assert "with a new version only" in _refused(HomeAnswer, message=message, **values)


def test_the_database_knows_one_answer_with_words_for_each_message():
    version = published_plan()
    message = say(version)
    values = {"message": message, "by": version.created_by, "at": timezone.now()}

    assert "home_answer_says_something" in _refused(HomeAnswer, text="", **values)
    HomeAnswer.objects.create(text="Yes.", **values)
    assert "message_id" in _refused(HomeAnswer, text="No.", **values)


@pytest.mark.parametrize("table", ["gentlerlevel", "homemessage", "homeanswer", "homeanswerread"])
@pytest.mark.parametrize("statement", ["update massage_sessions_{} set at = now()", "delete from massage_sessions_{}"])
def test_what_was_said_and_taken_is_never_changed(table, statement):
    version = published_plan(None, None, {}, {"stretch": "PR-04"})
    client = version.plan.client
    tick(version, 5, 5)
    take(version)
    answer = answer_home_message(
        message=say(version, item_uuid=version.items.last().uuid), text="Yes.", by=version.created_by
    )
    read_home_answer(client=client, answer_uuid=answer.uuid, by=account(client))

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
