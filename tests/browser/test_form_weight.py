"""What the form weighs on a phone, page by page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from intake.rules.questions import PAGES
from tests import factories
from tests.browser.weights import weighed
from tests.thinning import EXHAUSTIVE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_the_first_page_of_the_form_weighs_at_most_110_kb_and_every_other_at_most_20(browser, live_server, people):
    desk = Client()
    desk.force_login(people.flo, backend=settings.AUTHENTICATION_BACKENDS[0])
    ada = factories.client("Ada", by=people.flo)
    opened = desk.post(
        reverse("intake:open_form", args=[ada.uuid]), {"purpose": "intake", "kind": "this_device"}, follow=True
    )
    first_page = opened.redirect_chain[-1][0]
    context = browser.new_context(base_url=live_server.url, **PHONE)
    context.add_cookies(
        [{"name": key, "value": one.value, "url": live_server.url} for key, one in desk.cookies.items()]
    )
    page = context.new_page()

    first = weighed(page, lambda: page.goto(first_page))
    seen = {urlsplit(address).path for address in first}
    assert sum(first.values()) <= 110_000, first

    heavy = {}
    for name in PAGES if EXHAUSTIVE else ("where", "conditions"):
        later = weighed(page, lambda name=name: page.goto(reverse("intake:form_page", args=[name])))
        new = {urlsplit(address).path: size for address, size in later.items()}
        weight = sum(size for path, size in new.items() if path not in seen or not path.startswith("/static/"))
        seen |= set(new)
        if weight > 20_000:
            heavy[name] = weight
    context.close()
    assert heavy == {}
