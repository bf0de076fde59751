"""A tender says how much of it stays in the area: a share of firms, never of a person."""

from datetime import date
from decimal import Decimal

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from ledger.agreements.queries import agreement_by_id
from ledger.approval.services import approve_invoice
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.suppliers.services import add_evidence, party_supplier
from procurement.local_shares.queries import agreements_of, find_share


def _invoiced(signed):
    """One instalment, approved; its supplier is proven in the area."""
    session, at = signed.session, signed.at
    agreement = agreement_by_id(session, signed.contract.agreement_id)
    seller = session.get_one(Organisation, signed.glans.organisation_id)
    seller.iban, seller.vat_id = "NL91ABNA0417164300", "NL123456789B01"
    add_evidence(
        session, supplier=party_supplier(session, organisation=seller, at=at), grade=2, postcode="1063 AA",
        valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at,
    )  # fmt: skip
    drawn = draft_invoice(
        session, agreement=agreement, seller_id=seller.id, actor=signed.glans, at=at,
        quantities={agreement.lines[0].id: Decimal(1)}, delivered_from=date(2027, 1, 1),
        delivered_until=date(2027, 1, 31),
    )  # fmt: skip
    sent = send_invoice(session, invoice=drawn, agreement=agreement, actor=signed.glans, at=at)
    for who in (signed.anna, signed.bram):
        if sent.approved_at is None:
            approve_invoice(session, invoice=sent, agreement=agreement, delivered=True, actor=who, at=at)
    session.flush()


def test_a_tender_tells_its_local_share_and_of_a_person_nothing(
    signed, walk_signed, session, client, sign_in
):
    address = f"/tenders/{signed.contract.tender.number}/local"
    assert "Nog geen goedgekeurde factuur" in client.get(address).text
    signed.on(date(2027, 2, 1))
    _invoiced(signed)
    agreements = agreements_of(session, signed.contract.tender_id)
    share = find_share(session, agreements)
    assert (share.lo, share.hi, share.total_low) == (1, 1, 400_000)
    session.commit()
    page = client.get(address).text
    assert "100,0" in page
    assert "tussen 100,0" not in page, "two equal bounds are one figure"
    assert "4.000" not in page, "an approved invoice is not public, its share is"
    stranger = sign_in(Role.PURCHASER).get(address).text
    assert "4.000" not in stranger
    for who in (sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)):
        seen = who.get(address).text
        assert "4.000,00" in seen
        assert f"/spend/contracts/{agreements[0].public_id}" in seen
    seller = session.get_one(Organisation, signed.glans.organisation_id)
    seller.legal_form, seller.vat_id = "sole_trader", None
    assert find_share(session, agreements) is None
    session.rollback()


def test_a_tender_that_is_not_there_has_no_share(client):
    assert client.get("/tenders/T-2026-9999/local").status_code == 404
