"""The client's pages about what does not feel right: the gentler version, soreness, messages, answers."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic.models import PortalRelation
from sessions.actions.home import answer_home_message, send_home_message
from sessions.actions.plan import draft_plan, log_stretch, publish_plan
from sessions.models import GentlerLevel, HomeAnswerRead, HomeMessage, StretchLog
from sessions.queries.inbox import answers_to_read
from sessions.queries.plan import my_clients
from tests import factories
from tests.sessions.factories import decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db
TODAY = "/portal/"


class Home:
    """A client at home with one stretch at level 2, published some days ago."""

    def __init__(self, *items, days_ago=0):
        at = timezone.now() - timedelta(days=days_ago) if days_ago else None
        tess = therapist()
        self.client = decided_client(tess, at=at)[0]
        self.version = published_plan(tess, self.client, *items, at=at)
        self.item = self.version.items.first()
        self.user = factories.portal_user(self.client, "ana@example.org")
        self.browser = Browser()
        self.browser.force_login(self.user)

    def tick(self, **values):
        """Send the page of the stretch."""
        form = {"client_uuid": uuid.uuid4(), **values}
        return self.browser.post(reverse("sessions:portal_stretch", args=[self.item.uuid]), form)

    def done(self, days_ago, **values):
        """A time some days ago."""
        at = timezone.now() - timedelta(days=days_ago)
        key = {"item_uuid": self.item.uuid, "client_uuid": uuid.uuid4(), "comfort": 3, "on": timezone.localdate(at)}
        log_stretch(client=self.client, by=self.user, at=at, **{**key, **values})

    def say(self, text="It pulls in the knee."):
        """Write to the therapist about the stretch."""
        key = {"item_uuid": self.item.uuid, "client_uuid": uuid.uuid4()}
        return send_home_message(client=self.client, text=text, by=self.user, **key)

    def page(self, name="portal", *args):
        """A page of the portal."""
        return self.browser.get(reverse(f"sessions:{name}", args=args)).content.decode()


def test_after_too_much_twice_the_gentler_version_is_shown_and_taken():
    home = Home()
    gentler = reverse("sessions:portal_gentler", args=[home.item.uuid])

    first, second = home.tick(felt="5"), home.tick(felt="5")
    page = home.browser.get(gentler).content.decode()
    home.browser.post(gentler, {"level": "1"})

    assert (first["Location"], second["Location"]) == (TODAY, gentler)
    assert "Take the gentler one" in page
    assert "For you, the small version:" in page
    assert GentlerLevel.objects.get().level == 1
    assert "The gentler version" in home.page()


def test_kept_as_it_is_the_gentler_version_stays_on_offer():
    home = Home()
    for _time in range(2):
        home.tick(felt="5")

    assert "See the gentler version" in home.page()
    assert "See the gentler version" in home.page("portal_stretch", home.item.uuid)


def test_without_an_offer_the_gentler_page_leads_back_to_the_stretch():
    home = Home()

    answer = home.browser.get(reverse("sessions:portal_gentler", args=[home.item.uuid]))

    assert answer["Location"] == reverse("sessions:portal_stretch", args=[home.item.uuid])


def test_soreness_is_asked_once_it_was_done_on_an_earlier_day():
    home = Home(days_ago=3)
    asked = "Still sore more than a day after last time?"
    before = home.page("portal_stretch", home.item.uuid)

    home.done(2)
    page = home.page("portal_stretch", home.item.uuid)

    assert asked not in before
    assert asked in page
    assert "If yes, do half today: 30 seconds, once a day." in page


@pytest.mark.parametrize(("answer", "kept"), [({"sore": "yes"}, True), ({"sore": "no"}, False), ({}, False)])
def test_the_answer_about_soreness_is_stored_with_the_tick(answer, kept):
    home = Home(days_ago=3)
    home.done(2)

    home.tick(felt="3", **answer)

    assert StretchLog.objects.first().sore is kept
    assert ("Half for now:" in home.page()) is kept


@pytest.mark.parametrize(("felt", "leads_to"), [("nerve", "/portal/stop-signs/"), ("5", TODAY), ("", TODAY)])
def test_a_page_that_was_open_when_the_plan_changed_still_takes_its_answer(felt, leads_to):
    home = Home()
    home.browser.get(reverse("sessions:portal_stretch", args=[home.item.uuid]))
    tess = home.version.created_by
    publish_plan(version=draft_plan(client=home.client, by=tess), by=tess)

    answer = home.tick(felt=felt)

    assert answer["Location"] == leads_to
    assert StretchLog.objects.get().item == home.item
    assert ("mst--paused" in home.page()) is (felt == "nerve")


def test_a_stretch_of_an_older_version_leads_to_the_plan_as_it_is_now():
    home = Home()
    tess = home.version.created_by
    publish_plan(version=draft_plan(client=home.client, by=tess), by=tess)

    answer = home.browser.get(reverse("sessions:portal_stretch", args=[home.item.uuid]))

    assert answer["Location"] == TODAY
    assert "Your plan has changed since." in home.page()


def test_what_was_done_after_the_plan_had_changed_is_refused_with_a_sentence():
    home = Home(days_ago=3)
    tess, at = home.version.created_by, timezone.now() - timedelta(days=1)
    publish_plan(version=draft_plan(client=home.client, by=tess, at=at), by=tess, at=at)

    answer = home.tick(felt="3")

    assert answer["Location"] == TODAY
    assert "Your plan had changed by then." in home.page()
    assert not StretchLog.objects.exists()


def test_what_does_not_feel_right_is_sent_from_the_stretch_it_is_about():
    home = Home()
    page = home.browser.get(reverse("sessions:portal_not_right"), {"stretch": home.item.uuid}).content.decode()

    form = {"client_uuid": uuid.uuid4(), "stretch": home.item.uuid, "text": "It pulls in the knee."}
    sent = home.browser.post(reverse("sessions:portal_not_right"), form)

    assert page.count("checked") == 1
    assert sent["Location"] == TODAY
    assert HomeMessage.objects.get().item == home.item
    assert "You told us that this doesn’t feel right." in home.page()


def test_whom_to_call_stands_above_the_form():
    page = Home().page("portal_not_right")

    assert page.index("tel:") < page.index("<textarea")


def test_nothing_chosen_comes_back_with_a_sentence_and_the_words():
    home = Home()

    page = home.browser.post(
        reverse("sessions:portal_not_right"), {"client_uuid": uuid.uuid4(), "text": "My own words."}
    )

    assert page.status_code == 422
    assert "Choose the stretch, or the last line" in page.content.decode()
    assert "My own words." in page.content.decode()


def test_the_answer_stands_on_the_first_page_with_day_and_name_until_it_is_read():
    home = Home()
    answer = answer_home_message(message=home.say(), text="Use a cushion.", by=home.version.created_by)
    unread = home.page()

    home.browser.post(reverse("sessions:portal_answer_read", args=[answer.uuid]))

    assert "Use a cushion." in unread
    assert f"{home.version.created_by.printed_name} has answered" in unread
    assert "Use a cushion." not in home.page()
    assert "Use a cushion." in home.page("portal_not_right")
    assert HomeAnswerRead.objects.get().by == home.user


def test_an_answer_leaves_the_first_page_after_two_weeks():
    home = Home()
    answer = answer_home_message(message=home.say(), text="Use a cushion.", by=home.version.created_by)

    def shown(days):
        [access] = my_clients(home.user, now=answer.at + timedelta(days=days))
        return answers_to_read(access)

    assert (len(shown(13)), len(shown(14))) == (1, 0)


def test_a_helper_hears_of_their_own_messages_and_not_of_the_clients():
    home = Home()
    kim = Browser()
    helper = factories.portal_user(home.client, "kim@example.org", PortalRelation.HELPER)
    kim.force_login(helper)
    key = {"item_uuid": home.item.uuid, "client_uuid": uuid.uuid4()}
    own = send_home_message(client=home.client, text="The chair wobbles.", by=helper, **key)
    for said, told in ((home.say(), "Use a cushion."), (own, "Take the other chair.")):
        answer_home_message(message=said, text=told, by=home.version.created_by)

    pages = [kim.get(address).content.decode() for address in (TODAY, reverse("sessions:portal_not_right"))]

    for page in pages:
        assert "Take the other chair." in page
        assert "It pulls in the knee." not in page
        assert "Use a cushion." not in page
    assert "The chair wobbles." in home.page("portal_not_right")


def test_the_answer_to_another_client_is_not_there():
    home = Home()
    other = published_plan(home.version.created_by, decided_client(home.version.created_by, first="Ben")[0])
    ben = factories.portal_user(other.plan.client, "ben@example.org")
    answer = answer_home_message(message=home.say(), text="Use a cushion.", by=home.version.created_by)
    browser = Browser()
    browser.force_login(ben)

    gone = browser.post(reverse("sessions:portal_answer_read", args=[answer.uuid]))

    assert gone.status_code == 404
    assert "Use a cushion." not in browser.get(TODAY).content.decode()


@pytest.mark.parametrize("path", ["portal_not_right", "portal"])
def test_no_title_tells_what_the_client_said(path):
    home = Home()
    home.say()

    title = home.page(path).split("<title>")[1].split("</title>")[0]

    assert "right" not in title
    assert home.client.last_name not in title


def test_the_small_version_comes_without_the_steps_of_the_full_one():
    home = Home({"stretch": "PR-01", "side": "L", "level": 1})

    pages = [home.page("portal_stretch", home.item.uuid), home.page("portal_stretches")]

    for page in pages:
        assert "Keep the lower foot on the bed; just let the top knee drift out." in page
        assert "Just let your left knee drift outward." in page
        assert "Draw it gently toward you." not in page


@pytest.mark.parametrize(("level", "told"), [(1, False), (2, True)])
def test_too_light_is_no_reason_to_go_further_with_the_small_version(level, told):
    home = Home({"stretch": "PR-03", "side": "L", "level": level})

    assert ("Next time go a little further" in home.page("portal_stretch", home.item.uuid)) is told


def test_after_a_nerve_sign_it_is_said_once_that_it_is_saved_and_what_is_done():
    home = Home()
    home.tick(felt="nerve")

    first, kept, later = (
        home.browser.get(reverse("sessions:portal_stop"), headers=headers).content.decode()
        for headers in ({}, {"For-Keeping": "yes"}, {})
    )

    assert "Saved. You did right to stop" in first
    assert f"{home.version.published_by.printed_name} is told" in first
    assert first.index("paused") < first.index("Get help now")
    assert "Saved." not in kept + later


def test_the_page_after_a_nerve_sign_is_not_kept_on_the_phone():
    home = Home()
    home.tick(felt="nerve")

    told, later = (home.browser.get(reverse("sessions:portal_stop")) for _time in range(2))

    assert ("Kept-For" in told, "Kept-For" in later) == (False, True)


def test_too_much_gets_no_praise_and_says_what_follows():
    home = Home()

    home.tick(felt="5")
    [card] = re.findall(r'<li class="mst.*?</li>', page := home.page(), re.S)

    assert "Saved. Next time stay in a smaller range." in page
    assert "too much" in card
    assert "Next time stay in a smaller range." in card
    assert "tag--ok" not in card
    assert "mst--done" not in card
    assert "Once more" not in card


def test_an_answer_that_a_newer_pause_has_overtaken_says_so():
    home = Home()
    said = home.say()
    answer_home_message(message=said, text="Go on.", goes_on=True, by=home.version.created_by)
    before = home.page()

    home.tick(felt="nerve")

    assert "You may do it again" in before
    for page in (home.page(), home.page("portal_not_right")):
        assert "You may do it again" not in page
        assert "This stretch is paused now." in page


def test_the_place_of_a_stretch_is_the_one_on_the_first_page():
    home = Home(*({"stretch": code, "side": "L"} for code in ("PR-01", "PR-03", "HA-01")))
    home.tick(felt="3")
    [_done, second, _third] = home.version.items.all()

    assert "3 of 3" in home.page("portal_stretch", home.item.uuid)
    assert "1 of 3" in home.page("portal_stretch", second.uuid)


def test_enough_for_the_week_is_said_on_the_page_of_the_stretch_too():
    home = Home({"stretch": "PR-03", "side": "L", "days_per_week": 1}, days_ago=3)
    home.done(1)

    assert "Enough for this week" in home.page("portal_stretch", home.item.uuid)


def test_what_is_paused_leads_to_who_can_be_asked():
    home = Home({"stretch": "PR-03", "side": "L"}, {"stretch": "PR-01", "side": "L"})
    home.say()

    for page in (home.page(), home.page("portal_stretch", home.item.uuid)):
        assert f"?stretch={home.item.uuid}" in page


def test_the_number_to_call_stands_with_its_signs_and_the_good_sign_apart():
    page = Home().page("portal_stretches")
    rule = page[page.index("When to stop") : page.index("</section>", page.index("When to stop"))]

    assert rule.index("numb skin between the legs") < rule.index("tel:") < rule.index("Pinch in the groin")
    assert "GOOD SIGN" not in rule
    assert "GOOD SIGN" in page
    assert "dose" not in rule
    assert "level" not in rule
