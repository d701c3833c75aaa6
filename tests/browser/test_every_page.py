"""Every page of the URL tree in a real browser: accessible, within its width, quiet, nothing from elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from intake.queries import DETAILS
from intake.rules.questions import PAGES, QUESTIONS
from tests.thinning import EXHAUSTIVE

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDTHS = (320, 360, 820, 1280)
#: Pages whose layout changes with the width are looked over by axe at each of these, the others at the first.
AXE_WIDTHS = (360, 820, 1280)
TARGET = 44
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|javascript:", re.I
)
#: Where pictures of every page are kept, when set.
PICTURES = os.environ.get("SCREENSHOTS")


@dataclass(frozen=True)
class Visit:
    """A page as one person opens it. ``path`` may name records of the practice: ``/notes/{draft.uuid}/``."""

    name: str
    who: str
    path: str
    status: int = 200
    widths: tuple[int, ...] = AXE_WIDTHS[:1]
    #: What is typed wrongly, by field name, and the form it is sent with; the answer is looked over as well.
    wrong: dict[str, str] | None = None
    form: str = "main form"
    like: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.like, "as", self.who)))


def _form_page(address: str) -> Visit:
    """One page of the intake, opened in the form that asks it."""
    return Visit("intake:form_page", ASKED_IN.get(address, "form of everything"), f"/i/page/{address}/", like=address)


#: Pages that one form cannot ask beside the others.
ASKED_IN = {"clot": "form about a sore calf", "birth_signs": "form after a birth"}
FORM_PAGES = [code for code, page in PAGES.items() if page.step not in ("check_in", "therapist")] + [
    f"{page}{DETAILS}" for page in ("operations", "devices", "heart", "skin")
]


def _one_of_each_kind() -> set[str]:
    """Pages of the form that between them ask every type of question; the others are one more case of the same."""
    found, shown = {*ASKED_IN}, set[str]()
    for address in FORM_PAGES:
        page = address.removesuffix(DETAILS)
        types = {question.type for question in QUESTIONS.values() if question.page == page}
        types |= {DETAILS} if page != address else set()
        if not types <= shown:
            found.add(address)
            shown |= types
    return found


ONE_OF_EACH_KIND = _one_of_each_kind()

VISITS = [
    # Signing in.
    Visit(
        "account_login",
        "nobody",
        "/accounts/login/",
        wrong={"login": "nobody@riverside.example", "password": "wrong"},
        form="form:has([name=password])",
    ),
    Visit("account_request_login_code", "nobody", "/accounts/login/code/", wrong={"email": "ana"}),
    Visit("account_confirm_login_code", "waiting for a code", "/accounts/login/code/confirm/", wrong={"code": "AAAA"}),
    Visit("code_again", "ana", "/accounts/code/?next=/portal/"),
    Visit("code_again_confirm", "waiting for a fresh code", "/accounts/code/confirm/", wrong={"code": "AAAA"}),
    Visit("account_logout", "flo", "/accounts/logout/"),
    Visit("account_inactive", "nobody", "/accounts/inactive/"),
    Visit("account_reauthenticate", "tess", "/accounts/reauthenticate/", wrong={"password": "wrong"}),
    Visit("account_change_password", "flo", "/accounts/password/", wrong={"oldpassword": "wrong"}),
    Visit("usersessions_list", "flo", "/accounts/devices/"),
    # The second factor.
    Visit("mfa_authenticate", "half signed in", "/accounts/2fa/authenticate/", wrong={"code": "1"}),
    Visit("mfa_index", "fresh sol", "/accounts/2fa/"),
    Visit("mfa_index", "fresh tess", "/accounts/2fa/", like="none yet"),
    Visit("mfa_reauthenticate", "fresh sol", "/accounts/2fa/reauthenticate/", wrong={"code": "1"}),
    Visit("mfa_reauthenticate_webauthn", "fresh sol", "/accounts/2fa/webauthn/reauthenticate/"),
    Visit("mfa_activate_totp", "fresh tess", "/accounts/2fa/totp/activate/", wrong={"code": "1"}),
    Visit("mfa_deactivate_totp", "fresh sol", "/accounts/2fa/totp/deactivate/"),
    Visit("mfa_view_recovery_codes", "fresh sol", "/accounts/2fa/recovery-codes/"),
    Visit("mfa_generate_recovery_codes", "fresh sol", "/accounts/2fa/recovery-codes/generate/"),
    Visit("mfa_list_webauthn", "fresh sol", "/accounts/2fa/webauthn/"),
    Visit("mfa_add_webauthn", "fresh sol", "/accounts/2fa/webauthn/add/"),
    Visit("mfa_edit_webauthn", "fresh sol", "/accounts/2fa/webauthn/keys/{passkey.pk}/edit/", wrong={"name": ""}),
    Visit("mfa_remove_webauthn", "fresh sol", "/accounts/2fa/webauthn/keys/{passkey.pk}/remove/"),
    # The desk.
    Visit("intake:today", "flo", "/today/", widths=AXE_WIDTHS),
    Visit("intake:today", "odile", "/today/?day=2030-01-01", like="an empty day"),
    Visit("clients", "flo", "/clients/", widths=AXE_WIDTHS),
    Visit("client_new", "flo", "/clients/new/", wrong={}),
    Visit("client_contact", "flo", "/clients/{ana.uuid}/contact/", widths=AXE_WIDTHS),
    Visit(
        "client_contact",
        "flo",
        "/clients/{gus.uuid}/contact/",
        like="a child",
        wrong={},
        form="form[action$='/guardians/']",
    ),
    Visit("desk_code", "flo", "/portal-access/{access.uuid}/code/", wrong={}),
    Visit("client_edit", "flo", "/clients/{ana.uuid}/contact/edit/", wrong={"first_name": ""}),
    Visit("appointment_new", "flo", "/clients/{ana.uuid}/appointments/new/", wrong={}),
    Visit("diary", "flo", "/diary/", widths=AXE_WIDTHS),
    Visit("appointment_change", "flo", "/appointments/{visit.uuid}/change/", wrong={"time": "noon"}, widths=AXE_WIDTHS),
    Visit("intake:open_form", "flo", "/clients/{yuki.uuid}/open-form/", widths=AXE_WIDTHS),
    Visit("intake:open_form", "flo", "/clients/{ana.uuid}/open-form/", like="coming back"),
    Visit("intake:open_form", "flo", "/clients/{mara.uuid}/open-form/", like="without an address"),
    Visit("intake:stop", "flo", "/stops/{stop.uuid}/", wrong={}),
    # The owner.
    Visit("setup", "odile", "/setup/", widths=AXE_WIDTHS),
    Visit("setup_practice", "odile", "/setup/practice/", wrong={"name": ""}),
    Visit("setup_location_new", "odile", "/setup/locations/new/", wrong={}),
    Visit("setup_location", "odile", "/setup/locations/{location.uuid}/", wrong={"name": ""}),
    Visit("setup_staff_new", "odile", "/setup/staff/new/", wrong={}),
    Visit(
        "setup_staff",
        "odile",
        "/setup/staff/{flo.uuid}/",
        wrong={"printed_name": ""},
        form="form:has([name=printed_name])",
    ),
    Visit("setup_content", "odile", "/setup/content/questions/", wrong={}),
    Visit("setup_mail", "odile", "/setup/mail/", widths=AXE_WIDTHS),
    Visit("setup_mail", "odile", "/setup/mail/?only=trouble", like="in trouble"),
    Visit("mail_stop", "nobody", "/mail/{stop_token}/"),
    # The form on this device.
    Visit("intake:form", "form untouched", "/i/"),
    Visit("intake:form_page", "form untouched", "/i/page/you/", like="with errors", wrong={"ab_first": ""}),
    *[_form_page(address) for address in FORM_PAGES],
    Visit("intake:form_review", "form of everything", "/i/review/", widths=AXE_WIDTHS),
    Visit("intake:form_check_in", "check-in", "/i/check-in/", wrong={}),
    Visit("intake:form_over", "form over", "/i/end/"),
    Visit("intake:form_over", "form stopped", "/i/end/", like="stopped"),
    # On a tablet of the practice.
    Visit("intake:hand_over", "flo", "/clients/{mara.uuid}/hand-over/", widths=AXE_WIDTHS, wrong={}),
    Visit("intake:hand_over", "flo", "/clients/{ana.uuid}/hand-over/", like="coming back"),
    Visit("intake:tablets", "flo", "/tablets/", widths=AXE_WIDTHS, wrong={}, form="form:has([name=location])"),
    Visit("intake:tablet", "tablet at rest", "/tablet/", widths=AXE_WIDTHS, wrong={"code": "12"}),
    Visit("intake:tablet", "nobody", "/tablet/", like="any other device", status=403),
    Visit("intake:form", "tablet in use", "/i/", like="on a tablet", widths=AXE_WIDTHS),
    Visit("intake:form_page", "tablet in use", "/i/page/you/", like="on a tablet", wrong={}),
    Visit("intake:form_over", "tablet refused", "/i/end/", like="somebody else"),
    # By a mailed link.
    Visit("intake:link", "nobody", "/i/link/{token}/", widths=AXE_WIDTHS),
    Visit("intake:link", "nobody", "/i/link/never-sent/", like="closed", status=410),
    Visit("intake:link_birth_date", "asked by a link", "/i/birth-date/", wrong={"birth_date_day": "6"}),
    Visit("intake:form_over", "link left alone", "/i/end/", like="at home"),
    # The therapist.
    Visit("sessions:my_day", "tess", "/my-day/"),
    Visit("sessions:my_day", "theo", "/my-day/", like="an empty day"),
    Visit("sessions:chart", "tess", "/clients/{ana.uuid}/", widths=AXE_WIDTHS),
    Visit("sessions:chart", "tess", "/clients/{hana.uuid}/", like="empty"),
    Visit("sessions:outcomes", "tess", "/clients/{ana.uuid}/outcomes/", widths=AXE_WIDTHS, wrong={}),
    Visit("sessions:chart", "tess", "/clients/{dora.uuid}/", like="stopped"),
    Visit("sessions:chart", "tess", "/clients/{nora.uuid}/", like="outside the care team", status=403),
    Visit(
        "intake:review",
        "tess",
        "/clients/{eva.uuid}/intake/",
        widths=AXE_WIDTHS,
        wrong={},
        form="form:has([name=outcome])",
    ),
    Visit("intake:review", "tess", "/clients/{ana.uuid}/intake/", like="decided"),
    Visit("intake:review", "tess", "/clients/{dora.uuid}/intake/", like="stopped"),
    Visit("intake:review", "tess", "/clients/{hana.uuid}/intake/", like="nothing handed in"),
    Visit("intake:past_intake", "tess", "/intakes/{my_form.uuid}/", widths=AXE_WIDTHS),
    Visit("intake:check_in", "tess", "/clients/{eva.uuid}/check-in/", wrong={}),
    Visit("intake:check_in", "tess", "/clients/{ana.uuid}/check-in/", like="done"),
    Visit("intake:clearance_new", "tess", "/clients/{eva.uuid}/clearances/new/", wrong={}),
    Visit("intake:answer_anew", "tess", "/intakes/{to_decide.uuid}/anew/sf_fever/", widths=AXE_WIDTHS, wrong={}),
    Visit("intake:clearance", "tess", "/clearances/{clearance.uuid}/", widths=AXE_WIDTHS),
    Visit("intake:clearance_withdraw", "tess", "/clearances/{clearance.uuid}/withdraw/", wrong={}),
    Visit(
        "sessions:letter_new",
        "tess",
        "/clients/{eva.uuid}/letters/new/",
        widths=AXE_WIDTHS,
        wrong={"to_name": ""},
    ),
    Visit("sessions:letter_new", "tess", "/clients/{hana.uuid}/letters/new/", like="nothing to ask"),
    Visit("sessions:letter", "tess", "/letters/{letter.uuid}/", widths=AXE_WIDTHS, wrong={}),
    Visit("sessions:letter", "tess", "/letters/{sent_letter.uuid}/", like="sent"),
    Visit("sessions:letter_answer", "tess", "/letters/{sent_letter.uuid}/answer/", wrong={}),
    Visit("intake:stop_withdraw", "tess", "/stops/{stop.uuid}/withdraw/", wrong={}),
    Visit("sessions:start", "tess", "/clients/{ana.uuid}/start/"),
    Visit("sessions:start", "tess", "/clients/{eva.uuid}/start/", like="gate closed"),
    Visit("sessions:start", "tess", "/clients/{hana.uuid}/start/", like="nothing yet"),
    Visit("sessions:note", "tess", "/notes/{draft.uuid}/", widths=AXE_WIDTHS),
    Visit("sessions:note", "tess", "/notes/{untouched.uuid}/", like="untouched"),
    Visit(
        "sessions:note",
        "tess",
        "/notes/{signed.uuid}/",
        like="signed",
        wrong={"text": ""},
        form="form[action$='/addendum/']",
    ),
    Visit("sessions:note", "tess", "/notes/{struck.uuid}/", like="struck"),
    Visit("sessions:findings", "tess", "/notes/{draft.uuid}/findings/", widths=AXE_WIDTHS),
    Visit("sessions:sign", "tess", "/notes/{draft.uuid}/sign/"),
    Visit("sessions:sign", "tess", "/notes/{untouched.uuid}/sign/", like="not complete"),
    Visit("sessions:plan", "tess", "/clients/{ana.uuid}/plan/"),
    Visit("sessions:plan", "tess", "/clients/{hana.uuid}/plan/", like="empty"),
    Visit("sessions:plan_print", "tess", "/clients/{ana.uuid}/plan/print/", widths=AXE_WIDTHS),
    Visit("sessions:plan_draft", "tess", "/clients/{ana.uuid}/plan/draft/", widths=AXE_WIDTHS),
    Visit(
        "sessions:plan_draft",
        "tess",
        "/clients/{ana.uuid}/plan/draft/",
        like="a dose refused",
        wrong={"repetitions": "0"},
        form="form.item-form",
    ),
    Visit("sessions:plan_preview", "tess", "/clients/{ana.uuid}/plan/draft/preview/", widths=AXE_WIDTHS),
    Visit(
        "sessions:inbox",
        "tess",
        "/inbox/",
        widths=AXE_WIDTHS,
        wrong={"text": ""},
        form="form[action$='/answer/']",
    ),
    Visit("sessions:inbox", "theo", "/inbox/", like="empty"),
    Visit("sessions:inbox", "odile", "/inbox/", like="reading along"),
    # The client at home.
    Visit("sessions:portal", "ana", "/portal/", widths=AXE_WIDTHS),
    Visit("sessions:portal", "ben", "/portal/", like="no plan"),
    Visit("sessions:portal_whose", "parent", "/portal/whose/"),
    Visit("sessions:portal_stretches", "ana", "/portal/stretches/"),
    Visit("sessions:portal_stretches", "ben", "/portal/stretches/", like="no plan"),
    Visit("sessions:portal_stretch", "ana", "/portal/stretches/{item.uuid}/"),
    Visit("sessions:portal_reminders", "ana", "/portal/reminders/", widths=AXE_WIDTHS),
    Visit("sessions:portal_reminders", "ben", "/portal/reminders/", like="nothing chosen"),
    Visit("sessions:portal_gentler", "ana", "/portal/stretches/{hard.uuid}/gentler/"),
    Visit("sessions:portal_not_right", "ana", "/portal/not-right/?stretch={item.uuid}", widths=AXE_WIDTHS),
    Visit("sessions:portal_not_right", "ben", "/portal/not-right/", like="no plan", wrong={"text": ""}),
    Visit("sessions:portal_stop", "ana", "/portal/stop-signs/"),
    Visit("sessions:me", "ana", "/portal/me/"),
    Visit("sessions:me", "ben", "/portal/me/", like="no visit"),
    Visit("sessions:my_forms", "ana", "/portal/me/forms/"),
    Visit("sessions:my_forms", "ben", "/portal/me/forms/", like="none"),
    Visit("sessions:my_form", "ana", "/portal/me/forms/{my_form.uuid}/", widths=AXE_WIDTHS),
    Visit("sessions:my_consents", "ana", "/portal/me/consents/"),
    Visit("sessions:my_consents", "ben", "/portal/me/consents/", like="none"),
    Visit("sessions:my_consent", "ana", "/portal/me/consents/{my_consent.uuid}/", widths=AXE_WIDTHS),
    Visit("sessions:my_data", "ana", "/portal/me/data/"),
    Visit("sessions:portal_progress", "ana", "/portal/progress/", widths=AXE_WIDTHS),
    Visit("sessions:portal_progress", "ben", "/portal/progress/", like="nothing yet"),
    Visit("sessions:portal_text_size", "ana", "/portal/text-size/"),
    Visit("sessions:portal_offline", "ana", "/portal/offline/"),
    # What a wrong address and a wrong role see.
    Visit("404", "nobody", "/nowhere/", status=404),
    Visit("403", "flo", "/my-day/", status=403),
]

#: Addresses that only take what a form of a page above sends; they lead back to that page.
SENT = {
    "guardian_add",
    "guardian_remove",
    "portal_open",
    "portal_end",
    "appointment_move",
    "intake:link_send",
    "intake:access_end",
    "intake:help_given",
    "intake:tablet_revoke",
    "intake:form_help",
    "intake:form_lock",
    "intake:form_not_me",
    "intake:form_still_here",
    "setup_staff_change",
    "setup_mail_settle",
    "intake:check_in_entries",
    "intake:consent_withdraw",
    "sessions:place",
    "sessions:event",
    "sessions:note_version",  # two words for a page that stands open
    "sessions:void",
    "sessions:raise_cap",
    "sessions:consent",
    "sessions:pain",
    "sessions:end",
    "sessions:text",
    "sessions:touch",
    "sessions:addendum",
    "sessions:enter_again",
    "sessions:strike",
    "sessions:plan_item",
    "sessions:plan_item_remove",
    "sessions:plan_item_move",
    "sessions:plan_add",
    "sessions:plan_look",
    "sessions:plan_words",
    "sessions:plan_ready",
    "sessions:plan_publish",
    "sessions:inbox_answer",
    "sessions:letter_step",
    "sessions:portal_answer_read",
}
#: No page of their own: a way on to the start page, answers for machines, files.
NO_PAGE = {"home", "healthz", "readyz", "mfa_login_webauthn", "mfa_download_recovery_codes", "intake:letter"}
#: What a phone asks for behind the portal's pages: tests/browser/test_offline_portal.py.
NO_PAGE |= {f"sessions:portal_{name}" for name in ("manifest", "worker", "kept", "tick")}
#: The records desk is walked in tests/browser/test_admin.py.
ELSEWHERE = "admin:"


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from _names(one, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_address_is_opened_or_known_to_have_no_page():
    known = {visit.name for visit in VISITS} - {"403", "404"} | SENT | NO_PAGE

    tree = {name for name in _names(get_resolver()) if not name.startswith(ELSEWHERE)}

    assert tree - known == set(), "Add a Visit for each of these, in the role it is for."
    assert known - tree == set(), "These are no longer in the URL tree."


def test_every_page_of_the_intake_is_among_them():
    detailed = {
        f"{question.page}{DETAILS}"
        for question in QUESTIONS.values()
        if question.type == "multi"
        and any(part.type in ("regions", "date_approx") for part in question.fields.values())
    }

    assert {page for page in FORM_PAGES if page.endswith(DETAILS)} == detailed


def _looked_over(page: Any, *, widths: tuple[int, ...], axe: tuple[int, ...], file: str) -> list[str]:
    """Everything wrong with the page as it stands."""
    found = page.evaluate("() => [...__refused, ...__checks.head(), ...__checks.unfocusable()]")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES and width != WIDTHS[0]:
            page.screenshot(path=Path(PICTURES) / f"{file}-{width}.png", full_page=True)
        run = {"targets": TARGET if width != WIDTHS[0] else 0, "axe": width in axe, "unfold": width == axe[0]}
        found += [f"at {width} px {one}" for one in page.evaluate("run => __checks.at_width(run)", run)]
    return found


def _title_problems(title: str, visit: Visit, who: Any) -> list[str]:
    """A title without the practice, or one that tells who it is about or what they have."""
    told = [person.last_name for person in (who.ana, who.cleo, who.dora, who.eva, who.gus, who.hana)]
    if visit.name != "intake:form_page":  # there the question is the title
        told += ["slipped", "spondylo", "pregnan", "blood"]
    found = [f"the title tells {word}" for word in told if word.lower() in title.lower()]
    return found + ([] if "Riverside Massage" in title else [f"title “{title}”"])


def _is_one_more(visit: Visit) -> bool:
    """A page that is opened in another state as well, or is drawn like another one: of the form, of django-allauth."""
    if visit.name == "intake:form_page" and visit.like in FORM_PAGES:
        return visit.like not in ONE_OF_EACH_KIND
    if visit.name.startswith("mfa_"):
        return visit.name not in ("mfa_authenticate", "mfa_index", "mfa_activate_totp")
    return visit.like != "" and any(other.name == visit.name and not other.like for other in VISITS)


@pytest.mark.parametrize(
    "visit",
    [pytest.param(visit, marks=[pytest.mark.exhaustive] if _is_one_more(visit) else []) for visit in VISITS],
    ids=str,
)
def test_page(visit, site):
    opened = site.as_(visit.who)
    page, file = opened.page, re.sub(r"\W+", "-", str(visit))

    response = page.goto(visit.path.format(**vars(site.who)), wait_until="load")
    found = [] if response.status == visit.status else [f"status {response.status}"]
    if response.request.redirected_from is not None:
        found.append(f"led to {page.url}")
    found += [f"inline: {one}" for one in INLINE.findall(response.text())]
    found += _title_problems(page.title(), visit, site.who)
    axe = visit.widths if EXHAUSTIVE else visit.widths[:1]
    found += _looked_over(page, widths=WIDTHS if EXHAUSTIVE or PICTURES else WIDTHS[:3], axe=axe, file=file)
    if visit.wrong is not None and (EXHAUSTIVE or visit.widths == AXE_WIDTHS):
        found += [f"with errors: {one}" for one in _refused(page, visit, file)]
    found += opened.complaints()

    assert not found, "\n".join(found)


def _refused(page: Any, visit: Visit, file: str) -> list[str]:
    """What is wrong with the page that comes back when the form is sent with mistakes."""
    page.set_viewport_size({"width": 820, "height": 900})
    form = page.locator(visit.form).first
    form.evaluate(
        "form => { for (let at = form; at; at = at.parentElement) if (at.localName === 'details') at.open = true }"
    )
    for name, value in (visit.wrong or {}).items():
        form.locator(f"[name='{name}']").fill(value)
    with page.expect_navigation(wait_until="load"):
        form.locator("[type=submit], button:not([type])").first.click()
    found = [] if page.title().startswith("Error:") else [f"title “{page.title()}”"]
    found += page.evaluate("() => __checks.errors()")
    return found + _looked_over(page, widths=WIDTHS[:2], axe=AXE_WIDTHS[:1], file=f"{file}-error")
