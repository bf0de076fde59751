"""Invoices of all partners in one act: each in its own series, to the cent, with a mandate, all of them or none."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from cwb.kernel.words import TextTooShort
from cwb.notifications.models import Mail
from ledger.agreements.queries import agreement
from ledger.agreements.rules import AgreementLine, split_lines
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import whole
from ledger.invoicing.services import credit_invoice
from ledger.jointly import errors, queries, services
from ledger.jointly.models import JointSplit
from ledger.kor.services import begin
from tests.conftest import AT

WORDS = "Wij laten Voorbeeld 1 onze facturen versturen, op onze naam."


class Joint:
    """Two partners with a contract of 100.01 in two instalments."""

    def __init__(self, trade, reference="J-1"):
        self.trade, self.session = trade, trade.session
        shares = [(trade.seller.id, 3_333), (trade.partner.id, 6_667)]
        lines = [AgreementLine("Termijn", "LS", Decimal(1), Decimal("100.01"), "standard")] * 2
        self.agreement = trade.agree(*split_lines(lines, shares), suppliers=shares, reference=reference)

    def mandate(self, **facts):
        known = {
            "agreement": self.agreement, "party_id": self.trade.partner.id, "agent_id": self.trade.seller.id,
            "words": WORDS, "actor": self.trade.partner_member, "at": self.trade.at,
        }  # fmt: skip
        return services.give_mandate(self.session, **(known | facts))

    def send(self, place=1, **facts):
        known = {
            "agreement": self.agreement, "place": place, "agent_id": self.trade.seller.id, "actor": self.trade.member,
            "delivered_from": date(2026, 8, 1), "delivered_until": date(2026, 8, 31), "at": self.trade.at,
        }  # fmt: skip
        return services.send_together(self.session, **(known | facts))

    def sent(self):
        found = select(Invoice).where(Invoice.kind == "invoice").order_by(Invoice.seller_id, Invoice.id)
        return self.session.scalars(found.options(*whole())).unique().all()


@pytest.fixture
def joint(trade):
    return Joint(trade)


def test_each_partner_has_its_invoice_in_its_own_series_to_the_cent(joint):
    given = joint.mandate()
    joint.send()
    joint.trade.force()
    assert [(each.seller_id, each.number, each.net.minor, each.state.value) for each in joint.sent()] == [
        (joint.trade.seller.id, "2026-0001", 3_333, "sent"), (joint.trade.partner.id, "2026-0001", 6_668, "sent"),
    ]  # fmt: skip
    (split,) = queries.splits(joint.session, joint.agreement.id)
    assert [(one.party_id, one.mandate_id) for one in split.shares] == [
        (joint.trade.seller.id, None), (joint.trade.partner.id, given.id),
    ]  # fmt: skip
    told = joint.session.scalars(select(Mail).where(Mail.subject.contains("namens u"))).all()
    assert len(told) == 1


def test_a_partner_under_the_scheme_bears_no_vat_and_the_others_do(joint):
    begin(
        joint.session, party_id=joint.trade.partner.id, day=date(2026, 1, 1), actor=joint.trade.member, at=AT
    )
    given = queries.running([joint.mandate()])
    chosen = queries.part(joint.agreement, 1)
    shown = queries.shares(
        joint.session, joint.agreement, chosen, joint.trade.seller.id, date(2026, 8, 31), given
    )
    joint.send()
    assert [each.vat.minor for each in joint.sent()] == [each.sums.vat.minor for each in shown] == [700, 0]


def test_without_its_agreement_nobody_is_invoiced_for(joint):
    with pytest.raises(errors.MandateMissing):
        joint.send()
    given = joint.mandate()
    with pytest.raises(errors.MandateThere):
        joint.mandate()
    ended = {
        "agreement": joint.agreement,
        "public_id": given.public_id,
        "actor": joint.trade.member,
        "at": AT,
    }
    with pytest.raises(errors.MandateEnded):
        services.end_mandate(joint.session, party_id=joint.trade.seller.id, **ended)
    services.end_mandate(joint.session, party_id=joint.trade.partner.id, **ended)
    with pytest.raises(errors.MandateEnded):
        services.end_mandate(joint.session, party_id=joint.trade.partner.id, **ended)
    with pytest.raises(errors.MandateMissing):
        joint.send()
    assert joint.sent() == []


def test_a_mandate_says_something_and_is_between_partners(joint):
    with pytest.raises(TextTooShort):
        joint.mandate(words="Goed hoor.")
    with pytest.raises(errors.NoPartner):
        joint.mandate(agent_id=joint.trade.partner.id)
    with pytest.raises(errors.NoPartner):
        joint.mandate(agent_id=joint.trade.buyer.id)


def test_what_one_lacks_keeps_all_back_and_names_it(joint):
    joint.mandate()
    joint.trade.partner.iban = None
    joint.session.commit()
    with pytest.raises(errors.PartnerStuck) as found:
        joint.send()
    assert found.value.facts["name"] == joint.trade.partner.name
    joint.session.rollback()
    assert joint.sent() == []


def test_what_one_invoiced_already_is_not_sent_again(joint):
    joint.mandate()
    joint.send()
    with pytest.raises(errors.SplitMeanwhile):
        joint.send()
    assert queries.free(joint.session, joint.agreement, queries.parts(joint.agreement)) == {2}
    for each in joint.sent():
        credit_invoice(
            joint.session, invoice=each, quantities={each.lines[0].id: Decimal(1)}, reason="Fout", actor=joint.trade.member,
            at=AT,
        )  # fmt: skip
    assert joint.send().number == 2


def test_a_contract_of_one_is_not_joint(joint):
    with pytest.raises(errors.NotJoint):
        joint.send(agreement=joint.trade.agree(reference="ALONE"))
    with pytest.raises(errors.PartUnknown):
        joint.mandate()
        joint.send(3)


_OF_NONE = """
    INSERT INTO joint_split (agreement_id, number, agent_id, description, delivered_from, delivered_until, sent_by_id,
        sent_at)
    SELECT agreement_id, 2, agent_id, {words}, delivered_from, delivered_until, sent_by_id, sent_at + interval '1 day'
    FROM joint_split"""
_STRANGER = """
    INSERT INTO joint_mandate (public_id, agreement_id, party_id, agent_id, words, given_by_id, given_at)
    SELECT gen_random_uuid(), agreement_id, agent_id, (SELECT buyer_id FROM agreement a WHERE a.id = agreement_id), words,
        given_by_id, given_at
    FROM joint_mandate"""


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE joint_mandate SET words = 'Iets heel anders dan er stond.'", "DELETE FROM joint_mandate",
        "UPDATE joint_split SET number = 7", "DELETE FROM joint_part", _OF_NONE.format(words="description"), _STRANGER,
    ],
    ids=["words", "mandate", "number", "part", "part_of_none", "stranger"],
)  # fmt: skip
def test_the_database_holds_it_too(joint, act):
    joint.mandate()
    joint.send()
    joint.trade.force()
    with pytest.raises(DBAPIError), joint.session.begin_nested():
        joint.trade.force(act)


def test_a_part_of_who_took_its_mandate_back_is_refused_at_commit(joint):
    joint.mandate()
    joint.send()
    own = queries.part(joint.agreement, 2).lines[1]
    draft = joint.trade.draft(seller_id=joint.trade.partner.id, quantities={own.id: Decimal(1)})
    invoice = joint.trade.send(draft)
    joint.trade.force("UPDATE joint_mandate SET ended_at = given_at, ended_by_id = given_by_id")
    joint.trade.force(_OF_NONE.format(words="'Anders'"))
    part = """
        INSERT INTO joint_part (split_id, party_id, invoice_id, mandate_id)
        SELECT s.id, :party, :invoice, m.id FROM joint_split s, joint_mandate m WHERE s.number = 2"""
    with pytest.raises(DBAPIError, match="a partner that agreed"), joint.session.begin_nested():
        joint.trade.force(part, party=joint.trade.partner.id, invoice=invoice.id)


def test_two_at_once_send_once(at_once, build_trade):
    with at_once.atomic() as session:
        built = Joint(build_trade(session, AT))
        built.mandate()
        public_id, seller_id, actor = built.agreement.public_id, built.trade.seller.id, built.trade.member

    def send(session):
        services.send_together(
            session, agreement=agreement(session, public_id), place=1, agent_id=seller_id, actor=actor,
            delivered_from=date(2026, 8, 1), delivered_until=date(2026, 8, 31), at=AT,
        )  # fmt: skip
        return "sent"

    assert sorted(at_once.run(send, send, send)) == ["SplitMeanwhile", "SplitMeanwhile", "sent"]
    with at_once.atomic() as session:
        assert len(session.scalars(select(Invoice)).all()) == 2
        assert len(session.scalars(select(JointSplit)).all()) == 1
