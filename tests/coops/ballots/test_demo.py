"""The demo's votes, lived beside its local money and its rules: one counted and paid, two that run."""

from pathlib import Path

from coops.ballots import demo, queries
from coops.ballots.models import Ballot
from cwb.demo.rules import Agenda
from cwb.identity import services as identity
from cwb.kernel.identifiers import KvkNumber
from ledger.charges import demo as charges
from ledger.feefund.queries import held
from ledger.instruments.queries import instrument
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.wallets import demo as wallets


def test_one_vote_is_counted_and_paid_and_two_run(trade):
    session, cast = trade.session, {"programma": None, "bewoners": None}
    for place, key in enumerate("abcdef"):
        cast[key] = identity.register_organisation(
            session, name=f"Coöperatie {key}", kvk_number=KvkNumber.parse(f"8100000{place}"),
            legal_form="cooperative", street="Plein", house_number=str(place + 1), postcode="1069 AB", city="Amsterdam",
            email=f"{key}@voorbeeld.example", at=trade.at,
        ).id  # fmt: skip
    everybody = [f"{key}/board" for key in "abcdef"] + [
        "bewoners/resident",
        "programma/programme",
        "programma/programme2",
    ]
    for place, who in enumerate(everybody):
        cast[who] = identity.register_user(
            session, email=f"stem{place}@voorbeeld.example", name=f"Stem {place} Voorbeeld", password=None,
            locale="nl", at=trade.at,
        ).id  # fmt: skip
    facts = {"cooperatives": [{"key": key, "verified": True} for key in "abcdef"]}
    agenda = Agenda(trade.at, facts, Path(), cast)
    for each in (wallets, charges, demo):
        each.story(agenda)
    while moment := agenda.next_moment():
        moment[1](session, moment[0])
    soup, rules, bulbs = session.query(Ballot).order_by(Ballot.id)
    assert (soup.voters, soup.result["votes"], soup.outcome) == (
        7,
        {"for": 4, "against": 1, "abstain": 1},
        "carried",
    )
    assert queries.ballot(session, soup.number).payment.amount == 12_00
    assert (rules.closed_at, bulbs.closed_at, rules.voters) == (None, None, 6)
    assert 0 < bulbs.amount <= held(session, instrument(session, Code.NWE)).total.minor
    assert verdict(session).sound
