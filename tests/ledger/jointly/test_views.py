"""In the browser: a partner agrees, the other looks at all parts and sends; and it is nobody else's."""

import re

import pytest

from cwb.identity.models import Organisation, User
from cwb.identity.services import grant_mandate
from cwb.kernel.policy import Role
from tests.ledger.desk.conftest import at, browser, recent  # noqa: F401 (fixtures)
from tests.ledger.desk.pages import posting, text
from tests.ledger.jointly.test_services import Joint


@pytest.fixture
def joint(recent, session):  # noqa: F811
    """A joint contract; the partner's person is in its board."""
    user = session.get_one(User, recent.partner_member.user_id)
    grant_mandate(
        session, user=user, organisation=session.get_one(Organisation, recent.partner.id), role=Role.BOARD,
        granted_by=None, at=recent.at,
    )  # fmt: skip
    made = Joint(recent)
    session.commit()
    return made


def test_from_a_mandate_to_two_invoices(joint, recent, browser):  # noqa: F811
    base = f"/agreements/{joint.agreement.public_id}"
    client, partner = browser(recent.member), browser(recent.partner_member)
    assert f"{base}/together" in client.get(base).text
    page = client.get(f"{base}/together/1")
    assert "Nog niet iedereen gaf toestemming" in text(page)
    assert "Verstuur alle facturen" not in text(page)
    assert client.get(f"{base}/together/mandate").status_code == 403
    given = partner.post(f"{base}/together/mandate", data=posting(partner.get(f"{base}/together/mandate"), words=(
        "Wij laten u onze facturen versturen, op onze naam."
    )))  # fmt: skip
    assert given.status_code == 303
    page = client.get(f"{base}/together/1")
    shown = text(page).replace("\xa0", " ")
    assert all(amount in shown for amount in ("€ 33,33", "€ 66,68", "€ 100,01", "€ 121,01"))
    assert not re.search(
        r"data-label=\"[^\"]*\"[^>]*></td>", page.text
    )  # a card on a phone has no label of nothing
    sent = client.post(f"{base}/together/1", data=posting(page))
    assert sent.status_code == 303
    shown = text(client.get(sent.location))
    assert ("al gefactureerd" in shown, "sinds" in text(client.get(f"{base}/together/2"))) == (True, True)
    assert client.get(f"{base}/together.csv").text.count("2026-0001") == 2
    assert "Al gefactureerd" in text(client.get(f"{base}/together/1"))
    held = partner.get(f"{base}/together").text
    end = held[held.index(f"{base}/together/mandate/") :].partition('"')[0]
    assert partner.post(end, data=posting(partner.get(f"{base}/together/mandate"))).status_code == 303
    assert "alleen zelf" in text(client.get(f"{base}/together"))


def test_it_is_nobody_elses_and_no_contract_of_one(joint, recent, browser):  # noqa: F811
    base = f"/agreements/{joint.agreement.public_id}/together"
    assert browser(recent.purchaser).get(base).status_code == 403
    recent.agree(reference="ALONE")
    client = browser(recent.member)
    assert client.get(f"/agreements/{recent.agreement.public_id}/together").status_code == 422
    assert client.get(f"{base}/9").status_code == 404
