"""Somebody new registers a cooperative and bids on the same evening: counted in pages and fields."""

import re

from sqlalchemy import select

from cwb.notifications.models import Mail
from procurement.bids.models import Bid
from tests.coops.enrolment.walk import NUMBERS, PAGES, body
from tests.cwb.files.test_gateway import PDF
from tests.procurement.bids.test_views import fill, keys, once, seen, url

__all__ = ["keys"]

MOST_PAGES, MOST_FIELDS = 25, 7
"""The figures to reach (issue 4): form pages from registering to a bid that is handed in, and fields on each."""

MACHINE = {"csrf_token", "once", "seen", "lang", "q"}
"""Names that nobody fills in: hidden marks, the search box above each page."""


class Counting:
    """A browser that counts the forms it is shown."""

    def __init__(self, client):
        self.client = client
        self.forms = {}

    def get(self, address):
        """Look at a page, and count what it asks."""
        shown = self.client.get(address)
        asked = set()
        unfolded = re.sub(
            r"<details>.*?</details>", "", shown.text, flags=re.DOTALL
        )  # further promises may stay folded
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", unfolded, re.DOTALL):
            asked |= (
                set(re.findall(r'<(?:input|select|textarea)\b[^>]*? name="([a-z0-9_-]+)"', form)) - MACHINE
            )
        if shown.status_code == 200:
            self.forms[address] = asked
        return shown

    def post(self, address, **what):
        """Send a page."""
        return self.client.post(address, **what)

    def send(self, address, data):
        """Look at a page and send it; where it leads."""
        assert self.get(address).status_code == 200, address
        sent = self.post(address, data=data)
        assert sent.status_code == 303, sent.text
        return sent.location


def test_from_registering_to_a_bid_within_the_pages_promised(world, keys, client, session):
    page = Counting(client)
    page.send("/register", {"name": "Noor", "email": "noor@voorbeeld.example", "password": ""})
    code = re.search(r"\b(\d{6})\b", session.scalars(select(Mail.text).order_by(Mail.id.desc())).first())[1]
    page.send("/register/code", {"code": code})
    given = {**PAGES, "numbers": {**NUMBERS, "rsin": ""}}
    for name, answers in given.items():
        page.send(f"/cooperatives/join/{name}", answers)
    page.get("/cooperatives/join/papers")
    assert (
        page.post("/cooperatives/join/papers", **body(PDF, "statuten.pdf", kind="statutes")).status_code
        == 303
    )
    page.send("/cooperatives/join/check", {})

    page.get(url(world))
    assert page.post(url(world, "/start")).status_code == 303
    fill(world, page)
    checked = page.get(url(world, "/check"))
    sent = page.post(url(world, "/check"), data={"seen": seen(checked), "once": once(checked)})
    assert sent.status_code == 303
    assert session.scalars(select(Bid)).one().submitted_at is not None

    assert len(page.forms) <= MOST_PAGES, sorted(page.forms)
    crowded = {address: sorted(names) for address, names in page.forms.items() if len(names) > MOST_FIELDS}
    assert not crowded
