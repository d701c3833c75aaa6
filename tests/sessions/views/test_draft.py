"""The therapist's draft: one tap adds what fits, two tabs are told of each other, what is read is what is published."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.actions.plan import draft_plan, log_stretch, publish_plan, remove_item, set_item
from sessions.models import PlanItem, PlanVersion
from sessions.queries.changes import draft_mark, item_mark, words_mark
from tests import factories
from tests.counting import statements
from tests.house.reading import Page
from tests.sessions.factories import (
    RIGHT_HIP,
    decide,
    decided_client,
    item_values,
    plan_draft,
    plan_item,
    published_plan,
    therapist,
)

pytestmark = pytest.mark.django_db
SORE_LEFT = {"pn_map": ["BTM:L"], "pn_worst_at": "BTM:L", "pn_side": "left"}


class Desk:
    """The draft of one client in the browser of its therapist."""

    def __init__(self, browser, version):
        self.browser, self.version = browser, version
        browser.force_login(version.created_by)

    def address(self, name, *more):
        return reverse(f"sessions:{name}", args=[self.version.plan.client.uuid, *more])

    def page(self):
        return self.browser.get(self.address("plan_draft")).content.decode()

    def send(self, name, *more, **sent):
        return self.browser.post(self.address(name, *more), sent)

    def form(self, name, *more):
        """What a browser sends when nothing is touched in the form that goes there."""
        return dict(Page(self.page()).form(self.address(name, *more)).payload)

    def held(self):
        return list(self.version.items.values_list("stretch", "side", "level"))


def _desk(client, **answers):
    by = therapist()
    return Desk(client, plan_draft(by, decided_client(by, **answers)[0]))


# --- adding -------------------------------------------------------------------------------------------------------


def test_one_tap_adds_a_stretch_on_the_sore_side_at_the_level_the_client_starts(client):
    desk = _desk(client, **SORE_LEFT)

    desk.send("plan_add", stretch="PR-01", side="")

    assert desk.held() == [("PR-01", "L", 2)]


def test_a_tap_twice_adds_it_once(client):
    desk = _desk(client)

    answers = [desk.send("plan_add", stretch="PR-01").status_code for _tap in range(2)]

    assert answers == [302, 302]
    assert len(desk.held()) == 1


def test_the_other_side_is_added_with_one_more_tap(client):
    desk = _desk(client, **SORE_LEFT)
    desk.send("plan_add", stretch="PR-01")

    offered = "Add the right side too" in desk.page()
    desk.send("plan_add", stretch="PR-01", side="R")

    assert offered
    assert desk.held() == [("PR-01", "L", 2), ("PR-01", "R", 2)]


def test_a_blocked_stretch_is_not_added_by_a_tap(client):
    desk = _desk(client, **RIGHT_HIP)

    answer = desk.send("plan_add", stretch="PR-04", side="R")

    assert answer.status_code == 422
    assert "do not allow level 1 of" in answer.content.decode()
    assert desk.held() == []


@pytest.mark.parametrize("sent", [{"stretch": "XX-01"}, {"stretch": "NE-03"}, {}, {"stretch": "PR-01", "side": "X"}])
def test_what_is_not_in_the_library_is_not_found(client, sent):
    desk = _desk(client)

    assert desk.send("plan_add", **sent).status_code == 404
    assert desk.held() == []


def test_a_sixth_stretch_is_refused_with_the_reason(client):
    desk = _desk(client)
    for code in ("PR-01", "PR-03", "GL-01", "HA-01", "BR-01"):
        desk.send("plan_add", stretch=code)

    answer = desk.send("plan_add", stretch="GL-03")

    assert "at most 5 stretches" in answer.content.decode()
    assert len(desk.held()) == 5


def test_a_card_says_fits_care_or_blocked_with_what_the_move_does_and_the_contraindication(client):
    page = _desk(client, **RIGHT_HIP).page()

    assert "Left up to level 3, right up to level 1." in page
    assert "Hip adduction across the midline: Hip replacement, back approach." in page
    assert "Use anyway: give a reason" in page
    assert "Add with care" in page
    assert "Add to plan" in page


# --- what stands above the draft ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Starts at level 2."),
        ({"pn_worst": 8, "pn_trend": "worse"}, "irritable pain"),
        ({"md_class": ["gaba"]}, "Pain dulled by medicine"),
    ],
)
def test_the_page_says_at_which_level_the_client_starts_and_why(client, answers, said):
    page = _desk(client, **answers).page()

    assert said in page
    assert ("Starts at level 1." in page) is bool(answers)


@pytest.mark.parametrize(("minutes", "told"), [(30, False), (1, True)])
def test_a_plan_longer_than_the_client_has_is_said(client, minutes, told):
    desk = _desk(client, gl_home_min=minutes)
    desk.send("plan_add", stretch="PR-01")

    page = desk.page()

    assert "1 in the draft, about" in page
    assert f"Ana has {minutes} min a day." in page
    assert ("Longer than Ana has." in page) is told


@pytest.mark.parametrize(("number", "told"), [(3, False), (4, True)])
def test_from_the_fourth_on_fewer_gets_done_more(client, number, told):
    desk = _desk(client)
    for code in ("PR-01", "PR-03", "GL-01", "HA-01")[:number]:
        desk.send("plan_add", stretch=code)

    assert ("Fewer gets done more." in desk.page()) is told


# --- changing, moving, taking out ---------------------------------------------------------------------------------


def test_a_stretch_is_changed_in_place_its_side_too(client):
    desk = _desk(client)
    plan_item(desk.version, note="Slowly.")

    desk.send("plan_item", **desk.form("plan_item") | {"side": "R", "level": "1"})

    assert desk.held() == [("PR-03", "R", 1)]
    assert desk.version.items.get().note == "Slowly."


def test_a_stretch_is_not_moved_onto_a_side_that_is_there(client):
    desk = _desk(client)
    plan_item(desk.version)
    plan_item(desk.version, side="R")

    answer = desk.send("plan_item", **desk.form("plan_item") | {"side": "R"})

    assert answer.status_code == 422
    assert desk.held() == [("PR-03", "L", 2), ("PR-03", "R", 2)]


def test_the_order_is_changed_by_buttons(client):
    desk = _desk(client)
    for code in ("PR-01", "PR-03", "GL-01"):
        plan_item(desk.version, stretch=code)
    last = desk.version.items.get(stretch="GL-01")

    first = desk.send("plan_item_move", last.uuid, way="up")
    desk.send("plan_item_move", last.uuid, way="up")
    desk.send("plan_item_move", last.uuid, way="up")

    assert [stretch for stretch, _side, _level in desk.held()] == ["GL-01", "PR-01", "PR-03"]
    assert first.url.endswith(f"#item-{last.uuid}")


def test_down_and_up_again_is_where_it_was(client):
    desk = _desk(client)
    for code in ("PR-01", "PR-03"):
        plan_item(desk.version, stretch=code)
    first = desk.version.items.get(stretch="PR-01")

    for way in ("down", "up"):
        desk.send("plan_item_move", first.uuid, way=way)

    assert [stretch for stretch, _side, _level in desk.held()] == ["PR-01", "PR-03"]


@pytest.mark.parametrize("name", ["plan_item_remove", "plan_item_move"])
def test_a_stretch_that_is_gone_is_said_and_the_draft_stays_open(client, name):
    desk = _desk(client)
    item = plan_item(desk.version)
    plan_item(desk.version, stretch="PR-01")
    remove_item(item=item, by=desk.version.created_by)

    answer = desk.send(name, item.uuid, way="up")

    assert answer.status_code == 404
    assert "no longer in the draft" in answer.content.decode()
    assert "Lying figure-four" in answer.content.decode()


# --- two tabs -----------------------------------------------------------------------------------------------------


def _conflict(client):
    """Two tabs with the same item: the other one saved first."""
    desk = _desk(client)
    plan_item(desk.version)
    mine = desk.form("plan_item") | {"hold_seconds": "20", "note": "Mine."}
    plan_item(desk.version, level=1, note="Theirs.")
    return desk, mine


def test_a_stretch_changed_in_another_tab_is_told_and_nothing_typed_is_lost(client):
    desk, mine = _conflict(client)

    answer = desk.send("plan_item", **mine)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "changed elsewhere meanwhile, to level 1: 30 seconds × 3, once a day" in page
    assert 'value="Mine."' in page
    assert desk.version.items.get().note == "Theirs."


def test_sent_again_what_was_typed_is_taken(client):
    desk, mine = _conflict(client)
    page = Page(desk.send("plan_item", **mine).content.decode())

    desk.send("plan_item", **dict(page.form(desk.address("plan_item")).payload))

    assert (desk.version.items.get().note, desk.version.items.get().hold_seconds) == ("Mine.", 20)


def test_a_stretch_taken_out_in_another_tab_is_told(client):
    desk = _desk(client)
    item = plan_item(desk.version)
    mine = desk.form("plan_item")
    remove_item(item=item, by=desk.version.created_by)

    answer = desk.send("plan_item", **mine)

    assert "was taken out elsewhere meanwhile" in answer.content.decode()
    assert desk.held() == []


def test_the_same_change_sent_twice_is_no_conflict(client):
    desk = _desk(client)
    plan_item(desk.version)
    mine = desk.form("plan_item") | {"level": "1"}

    answers = [desk.send("plan_item", **mine).status_code for _tap in range(2)]

    assert answers == [302, 302]


# --- words and publishing -----------------------------------------------------------------------------------------


def _words(desk):
    """The marks of the draft as the page shows it now."""
    version = PlanVersion.objects.get(pk=desk.version.pk)
    return {"seen": draft_mark(version), "words_seen": words_mark(version)}


def test_words_are_kept_with_the_draft_while_they_are_written(client):
    desk = _desk(client)
    desk.send("plan_add", stretch="PR-01")

    answer = client.post(
        desk.address("plan_words"), _words(desk) | {"message": "Gently."}, headers={"HX-Request": "true"}
    )
    desk.send("plan_add", stretch="PR-03")

    assert "Saved" in answer.content.decode()
    assert "Gently." in desk.page()


def test_after_a_background_save_the_page_may_publish_what_it_shows(client):
    desk = _desk(client)
    desk.send("plan_add", stretch="PR-01")
    saved = client.post(
        desk.address("plan_words"), _words(desk) | {"message": "Gently."}, headers={"HX-Request": "true"}
    ).content.decode()

    marks = _words(desk)
    answer = desk.send("plan_publish", **desk.form("plan_publish"))

    assert all(mark in saved for mark in marks.values())
    assert answer.status_code == 302
    assert PlanVersion.objects.get().message == "Gently."


def test_words_of_another_tab_are_told_and_both_are_kept(client):
    desk = _desk(client)
    desk.send("plan_add", stretch="PR-01")
    mine = _words(desk)
    desk.send("plan_words", message="Theirs.", **mine)

    answer = desk.send("plan_words", message="Mine.", **mine)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Other words were stored meanwhile: “Theirs.”" in page
    assert "Mine.</textarea>" in page
    assert PlanVersion.objects.get().message == "Theirs."


def test_a_draft_changed_in_another_tab_is_not_published_unread(client):
    desk = _desk(client)
    plan_item(desk.version)
    mine = desk.form("plan_publish") | {"sides_checked": "on", "message": "Mine."}
    plan_item(desk.version, level=1)

    answer = desk.send("plan_publish", **mine)

    assert answer.status_code == 422
    assert "changed elsewhere meanwhile. Read what changes now" in answer.content.decode()
    assert "Mine.</textarea>" in answer.content.decode()
    assert PlanVersion.objects.get().published_at is None


@pytest.mark.parametrize("name", ["plan_publish", "plan_words", "plan_item", "plan_ready", "plan_look", "plan_add"])
def test_a_draft_published_in_another_tab_is_said(client, name):
    desk = _desk(client)
    plan_item(desk.version)
    mine = desk.form("plan_publish") | {"message": "Mine."}
    publish_plan(version=desk.version, by=desk.version.created_by)

    desk.send(name, **mine)

    assert "This draft is published by now: nothing was changed." in client.get(desk.address("plan")).content.decode()
    assert PlanVersion.objects.get().message == ""


def test_words_typed_after_another_tab_has_published_are_not_saved_and_the_save_line_says_so(client):
    desk = _desk(client)
    plan_item(desk.version)
    mine = desk.form("plan_publish") | {"message": "Mine."}
    publish_plan(version=desk.version, by=desk.version.created_by)

    answer = client.post(desk.address("plan_words"), mine, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "<h1" not in answer.content.decode()
    assert "This draft is published by now" in answer.content.decode()


def test_what_comes_in_from_home_meanwhile_is_read_before_it_is_published(client):
    """A new version ends every rest: a nerve sign that nobody has seen would be answered by it."""
    first = published_plan()
    home = factories.portal_user(first.plan.client, "ana@example.org")
    desk = Desk(client, draft_plan(client=first.plan.client, by=first.created_by))
    mine = desk.form("plan_publish") | {"sides_checked": "on"}
    sign = {"sensation": "nerve", "done": False, "on": timezone.localdate(), "client_uuid": uuid.uuid4()}
    log_stretch(client=first.plan.client, item_uuid=first.items.get().uuid, by=home, **sign)

    answer = desk.send("plan_publish", **mine)
    told = answer.content.decode()
    again = dict(Page(told).form(desk.address("plan_publish")).payload)

    assert answer.status_code == 422
    assert "came in from home: Chair figure-four: left side, went down the leg, electric or numb." in told
    assert PlanVersion.objects.filter(published_at=None).exists()
    assert desk.send("plan_publish", **again).status_code == 302


def test_what_changes_is_read_before_it_is_published(client):
    first = published_plan()
    desk = Desk(client, draft_plan(client=first.plan.client, by=first.created_by))
    set_item(version=desk.version, by=first.created_by, **item_values(level=1))
    plan_item(desk.version, stretch="PR-01")

    page = desk.page()

    assert "Chair figure-four, your left side: level 2 → 1" in page
    assert "Added: Lying figure-four, your left side, level 2: 30 seconds × 3, once a day" in page


def test_the_clients_address_stays_the_same_over_versions(client):
    first = published_plan()
    address = first.plan.uuid
    draft = draft_plan(client=first.plan.client, by=first.created_by)
    publish_plan(version=draft, by=first.created_by)

    assert PlanVersion.objects.values_list("plan__uuid", flat=True).distinct().get() == address


def test_a_mark_says_nothing_of_what_it_stands_for(client):
    desk = _desk(client)
    item = plan_item(desk.version, note="Slowly.")

    mark = item_mark(item)

    assert len(mark) == 16
    assert int(mark, 16)


# --- looking through the library ----------------------------------------------------------------------------------


def _shown(desk):
    return desk.page().partition('id="library"')[2]


def test_the_library_is_looked_through_and_stays_so_while_stretches_are_added(client):
    desk = _desk(client)

    answer = desk.send("plan_look", purpose="LB", posture="back")
    desk.send("plan_add", stretch="LB-03")
    page = _shown(desk)

    assert "?" not in answer.url
    assert "Both knees to chest" in page
    assert "Bird-dog" not in page
    assert "Chair figure-four" not in page


def test_what_was_looked_for_is_not_kept_for_the_next_client(client):
    desk = _desk(client)
    desk.send("plan_look", purpose="LB")
    other = Desk(client, plan_draft(desk.version.created_by, decided_client(desk.version.created_by, first="Ben")[0]))

    assert "41 of 41 stretches shown." in other.page()


def test_all_is_shown_again(client):
    desk = _desk(client)
    desk.send("plan_look", purpose="LB")

    desk.send("plan_look", purpose="LB", all="on")

    assert "41 of 41 stretches shown." in desk.page()


@pytest.mark.parametrize(
    ("answers", "tick", "hidden", "shown"),
    [
        (
            RIGHT_HIP | {"pn_side": "right", "pn_map": ["BTM:R"], "pn_worst_at": "BTM:R"},
            "fits",
            "Chair knee hug across",
            "Wall figure-four",
        ),
        ({"gl_equip": ["bed"]}, "home", "Band side step", "Lying figure-four"),
        ({"gl_pos": ["left_side", "right_side"]}, "can", "Clamshell", "Lying figure-four"),
    ],
)
def test_ticks_leave_out_what_is_blocked_hard_or_not_at_home(client, answers, tick, hidden, shown):
    desk = _desk(client, **answers)
    before = _shown(desk)

    desk.send("plan_look", **{tick: "on"})
    page = _shown(desk)

    assert hidden in before
    assert hidden not in page
    assert shown in page


def test_minutes_leave_out_what_takes_longer(client):
    desk = _desk(client)

    desk.send("plan_look", minutes="5")

    assert "Belly breathing" not in _shown(desk)
    assert "Lying figure-four" in _shown(desk)


# --- the preview --------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_draft_in_the_clients_words_and_has_nothing_to_press(client):
    desk = _desk(client)
    plan_item(desk.version, note="Slowly.")

    page = client.get(desk.address("plan_preview")).content.decode()

    assert "This is what Ana will see." in page
    assert "Your left side" in page
    assert "Slowly." in page
    assert "<form" not in page
    assert "/portal/" not in page.partition("<main")[2].partition("</main>")[0].replace("8000/portal/", "")


def test_the_preview_shows_what_the_client_reads_once_it_is_published(client):
    desk = _desk(client)
    plan_item(desk.version, note="Slowly.")
    before = client.get(desk.address("plan_preview")).content.decode()
    publish_plan(version=desk.version, by=desk.version.created_by)

    after = client.get(desk.address("plan_print")).content.decode()

    def steps(page):
        return page.partition('<section class="hand')[2].partition('<div class="sheet__boxes">')[0]

    assert steps(before) == steps(after) != ""


def test_the_draft_takes_the_same_statements_for_one_stretch_and_for_five(client):
    desk = _desk(client)
    plan_item(desk.version, stretch="PR-01")
    one = statements(client, desk.address("plan_draft"))
    for code in ("PR-03", "GL-01", "HA-01", "BR-01"):
        desk.send("plan_add", stretch=code)

    assert PlanItem.objects.count() == 5
    assert statements(client, desk.address("plan_draft")) == one


# --- the side -----------------------------------------------------------------------------------------------------


def _side_of_ready(desk):
    return dict(Page(desk.page()).form(desk.address("plan_ready")).payload).get("side")


@pytest.mark.parametrize(("answers", "side"), [(SORE_LEFT, "L"), (RIGHT_HIP, "R")])
def test_a_ready_made_plan_starts_from_the_side_that_the_client_said_is_sore(answers, side, client):
    assert _side_of_ready(_desk(client, **answers)) == side


def test_where_both_sides_are_sore_or_none_the_side_of_a_ready_made_plan_is_chosen(client):
    both = {"pn_map": ["BTM:L", "BTM:R"], "pn_worst_at": "BTM:L", "pn_side": "both"}
    desk = _desk(client, **both)

    answer = desk.send("plan_ready", **desk.form("plan_ready") | {"plan": "acute", "side": ""})

    assert answer.status_code == 422
    assert "Choose the sore side: left, right or both." in answer.content.decode()
    assert desk.held() == []


def test_a_stretch_for_the_other_side_is_named_and_published_only_once_its_side_was_checked(client):
    desk = _desk(client, **RIGHT_HIP)
    plan_item(desk.version, stretch="PR-02", side="L", level=1)
    plan_item(desk.version, stretch="PR-03", side="R", level=1)

    page = desk.page()
    sent = desk.form("plan_publish")
    refused = desk.send("plan_publish", **sent)

    named = page[page.index("By the newest answers the right side is sore.") :].split("</ul>")[0]
    assert named.count("<li>") == 1
    assert refused.status_code == 422
    assert "Check the side of the stretches named above, then tick this." in refused.content.decode()
    assert not PlanVersion.objects.filter(published_at__isnull=False).exists()

    assert desk.send("plan_publish", **sent | {"sides_checked": "on"}).status_code == 302
    assert PlanVersion.objects.filter(published_at__isnull=False).exists()


def test_a_tick_for_the_sides_does_not_outlive_a_newer_decision_on_the_other_side(client):
    desk = _desk(client, **SORE_LEFT)
    plan_item(desk.version, stretch="PR-02", side="R", level=1)
    plan_item(desk.version, stretch="PR-03", side="L", level=1)
    checked = desk.form("plan_publish") | {"sides_checked": "on"}

    whose, tess = desk.version.plan.client, desk.version.created_by
    decide(whose, tess, pn_map=["BTM:R"], pn_worst_at="BTM:R", pn_side="right")
    draft_plan(client=whose, by=tess)
    refused = desk.send("plan_publish", **checked)

    assert refused.status_code == 422
    assert "The draft was changed elsewhere meanwhile." in refused.content.decode()
    assert not PlanVersion.objects.filter(published_at__isnull=False).exists()


def test_the_preview_names_the_stretches_for_the_other_side(client):
    desk = _desk(client, **SORE_LEFT)
    plan_item(desk.version, stretch="PR-02", side="R", level=1)

    page = client.get(desk.address("plan_preview")).content.decode()

    assert "Knee to opposite shoulder, right side" in page[page.index("the left side is sore") :].split("</ul>")[0]


def test_the_limits_for_the_stretches_stand_above_the_draft_with_the_flags_behind_them(client):
    page = _desk(client, **RIGHT_HIP).page()

    assert "No stretches with" in page[page.index("What the stretches leave out") :].split("</ul>")[0]


def test_without_limits_nothing_of_that_kind_stands_there(client):
    assert "What the stretches leave out" not in _desk(client, **SORE_LEFT).page()


def test_what_goes_beyond_the_limits_is_marked_on_the_published_plan_as_well(client):
    desk = _desk(client, **RIGHT_HIP)
    plan_item(desk.version, stretch="PR-04", side="R", level=1, reason="cleared_in_writing")
    desk.send("plan_publish", **desk.form("plan_publish"))

    assert "Beyond the limits:" in desk.browser.get(desk.address("plan")).content.decode()


def test_a_plan_for_the_sore_side_asks_for_no_check(client):
    desk = _desk(client, **SORE_LEFT)
    plan_item(desk.version, stretch="PR-02", side="L", level=1)

    assert "sides_checked" not in desk.page()
    assert desk.send("plan_publish", **desk.form("plan_publish")).status_code == 302


PORTAL = [(True, "The client sees it in the portal now"), (False, "print the plan")]


@pytest.mark.parametrize(("opened", "said"), PORTAL)
def test_publishing_says_whether_anybody_can_open_the_plan(opened, said, client):
    desk = _desk(client, **SORE_LEFT)
    plan_item(desk.version, stretch="PR-02", side="L", level=1)
    if opened:
        factories.portal_user(desk.version.plan.client, "ana@example.org")

    desk.send("plan_publish", **desk.form("plan_publish"))

    assert said in desk.browser.get(desk.address("plan")).content.decode()
