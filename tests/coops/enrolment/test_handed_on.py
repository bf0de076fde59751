"""What an initiative hands on to a registration."""

import html
import re

import pytest
from sqlalchemy import func, select

from coops.enrolment.models import EnrolmentDraft
from cwb.kernel.policy import Role
from tests.coops.enrolment.walk import PAGES, answer


@pytest.fixture
def founder(sign_in):
    return sign_in(Role.RESIDENT)


def drafts(session):
    return session.scalar(select(func.count()).select_from(EnrolmentDraft))


def test_a_number_that_an_initiative_hands_on_stands_beside_an_older_registration_and_both_stay(
    founder, session, sign_in
):
    onward = "/cooperatives/join/who?kvk=12345678&called=Samen+soep&wijk=FB"
    assert answer(founder, "who").status_code == 303
    asked = founder.get(onward).text
    assert "U bent nog bezig met Schoon Samen U.A. (KvK 01234567)" in asked
    assert "of begin met KvK 12345678" in asked
    sent = founder.post(html.unescape(re.search(r'action="([^"]+/anew[^"]*)"', asked)[1]))
    fresh = founder.get(sent.location).text
    for value in ("12345678", "Samen soep"):
        assert f'value="{value}"' in fresh, value
    assert re.search(
        r'<option[^>]*value="cooperative"[^>]*selected|<option[^>]*selected[^>]*"cooperative"', fresh
    )
    assert re.search(r'<input[^>]*checked[^>]*value="FB"', founder.get("/cooperatives/join/where").text)
    assert answer(founder, "who", kvk_number="12345678", name="Soep").status_code == 303
    waiting = founder.get("/cooperatives/join").text
    assert "Ga verder met Schoon Samen U.A." in waiting
    back = re.search(r'action="([^"]+/take-up/[^"]+)"', waiting)[1]
    assert sign_in(Role.RESIDENT).post(back).status_code == 404
    assert founder.post(back).status_code == 303
    assert 'value="01234567"' in founder.get("/cooperatives/join/who").text
    assert founder.post(back).status_code == 404, "it is open now"
    assert "Ga verder met Soep" in founder.get("/cooperatives/join").text
    assert drafts(session) == 2


def test_the_number_of_an_initiative_fills_in_a_first_registration(founder):
    onward = "/cooperatives/join/who?kvk=12345678&called=Samen+soep&wijk=FB"
    assert 'value="Samen soep"' in founder.get(onward).text
    who = {**PAGES["who"], "kvk_number": "12345678"}
    assert founder.post(onward, data=who).status_code == 303
    assert re.search(r'<input[^>]*checked[^>]*value="FB"', founder.get("/cooperatives/join/where").text)
    assert founder.get(onward).status_code == 200
    assert "U bent nog bezig" not in founder.get(onward).text, "the same number"
