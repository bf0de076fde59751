"""Rounding traps: what is sent, written for others, printed, booked and declared is the same, to the cent."""

import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.agreements.rules import AgreementLine
from ledger.einvoices import gateway
from ledger.inbound import gateway as inbound
from ledger.inbound import rules as reader
from ledger.invoicing.services import credit_invoice
from ledger.returns import queries
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile

CENT = Decimal("0.01")
PERCENT = {"standard": 21, "reduced": 9, "zero": 0}
OFFERED = (Profile.EN16931, Profile.PEPPOL, Profile.NLCIUS)
TRAPS = [  # quantity and price that land on half a cent, alone or together
    [("standard", "1", "0.50")] * 3,
    [("standard", "1", "0.05"), ("reduced", "1", "0.05"), ("reduced", "1", "0.50")],
    [("standard", "0.005", "1.00"), ("standard", "0.015", "1.00"), ("zero", "1", "0.01")],
    [("reduced", "3.333", "33.3333"), ("standard", "37.25", "32.4567"), ("standard", "0.1", "0.25")],
]


def chance(seed):
    """Twelve more that nobody thought of."""
    any_ = random.Random(seed)
    return [
        (
            any_.choice(list(PERCENT)),
            f"{any_.randint(1, 9999) / 1000:.3f}",
            f"{any_.randint(1, 999999) / 10000:.4f}",
        )
        for _ in range(any_.randint(1, 6))
    ]


def reckoned(rows):
    """Net, VAT and total of rows, by hand: a line to the cent, VAT once per rate."""
    nets = defaultdict(Decimal)
    for code, quantity, price in rows:
        nets[code] += (Decimal(quantity) * Decimal(price)).quantize(CENT, ROUND_HALF_UP)
    vat = sum((net * PERCENT[code] / 100).quantize(CENT, ROUND_HALF_UP) for code, net in nets.items())
    net = sum(nets.values())
    return tuple(int(each * 100) for each in (net, vat, net + vat))


def sent(trade, rows):
    lines = [
        AgreementLine(f"Werk {at}", "HUR", Decimal(1000), Decimal(price), code)
        for at, (code, _, price) in enumerate(rows)
    ]
    trade.agree(*lines)
    quantities = {made.id: Decimal(row[1]) for made, row in zip(trade.agreement.lines, rows, strict=True)}
    return trade.send(trade.draft(quantities=quantities))


def booked(session, party, role):
    found = select(Account).where(Account.party_id == party.id, Account.role == role)
    return sum(each.posted for each in session.scalars(found))


def test_every_reckoning_of_an_invoice_is_the_same_to_the_cent(trade, session):
    sums = [0, 0, 0]
    for rows in (*TRAPS, *(chance(seed) for seed in range(12))):
        wanted = reckoned(rows)
        if not wanted[0]:
            continue
        invoice = sent(trade, rows)
        assert (invoice.net.minor, invoice.vat.minor, invoice.total.minor) == wanted, rows
        for each in gateway.outcomes(session, invoice, OFFERED):
            assert each.faults == [], rows
            bill, amiss = reader.read(inbound.texts(xml_of(each.document)))
            assert (amiss, (bill.net, bill.vat, bill.total)) == ([], wanted), rows
        said = gateway.paper(session, invoice)
        assert tuple(each.minor if isinstance(each, Money) else each for each in said.sums) == wanted
        trade.approve(invoice, agreement=trade.agreement)
        sums = [one + other for one, other in zip(sums, wanted, strict=True)]
    found = queries.overview(session, trade.seller.id, Period.quarter(2026, 3))
    assert found.ties
    assert sum(row.net.minor for row in found.rows) == sums[0]
    assert sum(row.vat.minor for row in found.rows) == sums[1] == -booked(session, trade.seller, "vat_output")
    assert booked(session, trade.seller, "receivable") == sums[2] == -booked(session, trade.buyer, "payable")


def test_credited_whole_an_invoice_is_nothing_and_no_cent_stays(trade, session):
    for rows in (*TRAPS, chance(3)):
        invoice = trade.approve(sent(trade, rows), agreement=trade.agreement)
        note = credit_invoice(
            session, invoice=invoice, quantities={line.id: line.quantity for line in invoice.lines},
            reason="Niet geleverd", actor=trade.member, at=trade.at,
        )  # fmt: skip
        assert [each.faults for each in gateway.outcomes(session, note, OFFERED)] == [[]] * 3
        assert invoice.open == Money(0), rows
    found = queries.overview(session, trade.seller.id, Period.quarter(2026, 3))
    assert found.ties
    assert sum(row.vat.minor for row in found.rows) == 0
    assert booked(session, trade.seller, "receivable") == 0
