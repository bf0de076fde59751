"""How many statements each page asks of the database, for each role, in the demo: held to a number per page."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from cwb.kernel import waiting
from cwb.web.kept_pages import KeptPages

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SIGNED_IN = 1
"""Statements of being signed in at all: session, user, mandates and organisation in one."""

STAMPED = 2
"""Statements by which a page for a visitor is known to be made of one state of the data, before and after."""

USUAL = 6
"""What a page may ask unless it stands below: its subject, its lists with their counts."""

MOST = {
    "spend_lines.show": 7,  # the line, its history, invoice, file, other files that hold it, what proves its place
    "conflicts.show": 7,  # what counts and what waits, which lines that is, what would go and come
    "ageing.index": 8,  # open items and the accounts, what stands ahead and its accounts, names
    "bank.work": 8,  # what waits, invoices of two kinds each way, the tolerance, receipts, repayments by hand
    "bank.entry": 8,  # the same of one, what it was booked as, payouts that fit
    "ahead.index": 7,  # both sides, what is owed back, repayments and which are in a file, names
    "ahead.show": 8,  # the money, what it may pay and paid, who pressed, repayments, what is in a file, the name
    "ahead.credit": 8,  # the same of what is owed back, and from which account it came
    "chains.show": 7,  # the agreement whole, terms, evidence, signed hours, what strayed
    "bridge.show": 9,  # the signed figure, how it would be now, and the buyer's own, with what each rests on
    "freehand.change": 7,  # a draft with its lines, the buyer, the scheme and the series
    "invoicing.check": 8,  # a draft with lines, what is left of the agreement, what was paid ahead, the series
    "clearing.show": 8,  # a round, lines, answers, who left, what would enter now, its G-accounts, what stayed out
    "instruments.instrument": 10,  # switch, meter, what is out and its backing, the count, requests, wallets
    "winddown.show": 10,  # the plan, wallets with their lines, fees, fund, what is out, the count
    "conditions.versions_of": 14,  # versions, and for each kind of charge what holds, what was done and what is due
    "wallets.show": 8,  # whose it is, its instrument, limits, lines with who paid, and what is asked back
    "spots.index": 8,  # whose wallets, who accepts, what is bought in two ways, where one is, the rules of two kinds of money
    "requests.pay": 9,  # what is asked and by whom, whose wallet pays, what it paid today, its PIN and passkeys
    "requests.pay_code": 9,  # the same
    "hours.agreement": 8,  # the agreement with its parties and lines, who worked, what waits, the list
    "joining.join": 8,
    "publication.prepared": 10,  # the signed text, the figure as it is now, what anchors said, what waits
    "publication.show": 9,  # two versions in whole the first time, comments, story
    "samples.find": 7,
    "samples.show": 7,  # lines with buyer and supplier, findings, and the figure they are of
    "joining.show": 9,  # with its own answers and papers, where grounds are asked
    "joining.sign": 12,  # the same, beside all that is signed for
    "leaving.show": 8,  # with the room left this year, from the lines of all members
    "landing.check": 8,  # the subcontract, what the work was worth, rounds of payments, its papers
    "landing.one_passed": 7,  # the same, with who looked
    "publication.prepare": 7,  # the figure, what was handed in, what may count twice, what a new version would show
    "approval.approve": 13,  # invoice, agreement and what is left of it, signed hours and evidence, the split, who approved
    "recurring.change": 8,  # the plan with its terms, agreement, buyer and runs
    "landing.flags": 11,  # lines, declarations, subcontracts, what everybody is called, and what came of it
    "landing.answer": 10,  # the same lines, for the one that is answered
    "lowbids.ask": 14,  # prices, the team and who saw them are read anew on every page
    "lowbids.index": 14,
    "milestones.promises": 7,
    "arrangements.agree": 7,  # both sides, deliveries, and all aid of the receiver
    "arrangements.mine": 8,  # offers, requests, what one gives and what one receives
    "arrangements.propose": 7,
    "arrangements.request_page": 7,  # the offers of its kind and what of each is free
    "awards.decision": 12,  # with the proof that is still open
    "awards.send": 10,
    "bids.show": 7,
    "books.transfer": 7,  # by name for whom its accounts are kept
    "bids.check": 7,
    "bids.lot": 8,
    "matching.index": 12,  # register, jobs, means, open lots, and all that stands between one and a bid
    "matching.show": 12,
    "bids.start": 8,  # a reserved contract asks for a count too
    "call_offs.add": 26,  # its order with the rule, the room left, and what changes took of it
    "call_offs.answer": 12,
    "competitions.start": 14,
    "call_offs.order": 10,  # all who bid together, of the framework and of its other party
    "call_offs.place": 16,
    "call_offs.show": 16,
    "call_offs.withdraw": 12,
    "changes.propose": 7,  # first whether another change waits: then there is no form
    "changes.extend": 8,  # the term is what the tender told, less what was used, after every change
    "capital.index": 8,  # the pots of all members, what was asked of them, by when, and the book years
    "capital.own": 10,  # pots, shares, dues, the lines of all five accounts, and an online payment under way
    "capital.show": 9,
    "contracts.make": 8,
    "credit.ask": 16,  # every limit is counted anew: the contract, the cooperative, the fund
    "credit.index": 14,  # what is free, what goes on, and the figures of the fund
    "credit.show": 9,  # with what the contract still pays, and who may decide
    "enclosures.statement": 8,  # the own earlier jobs and means, to choose from
    "consensus.agree": 22,  # who may see what is asked anew on every page, and the reading is written down
    "evaluation.score": 21,
    "consensus.begin": 16,
    "rescoring.index": 9,
    "rescoring.ask": 12,
    "rescoring.decide": 10,
    "rescoring.settle": 16,
    "evaluation.show": 29,  # who coaches, helped or supported a bidder sits on no panel
    "identities.who": 12,  # whom its numbers point at, names that look alike, and what is kept of both
    "incoming.approve": 12,  # what is known of the sender, its agreement, what came before it, and the limit
    "incoming.show": 12,  # the same, with its steps and payments
    "incubator.show": 8,  # with founders, who asks to be one, evidence, tasks, commitments, what was heard, the kept cluster, who offered
    "home.index": 6,  # figures and panels of every storey; all that waits is one
    "invoices.show": 9,  # with the fund to which it is paid, how it is split and sent, and the signed hours behind it
    "einvoices.index": 8,  # the invoice, fund and split of its documents, what was mailed, and its way over the network
    "returns.vat": 7,  # sales, purchases, shifted VAT, receipts and the books, each added up by itself
    "invoicing.agreement": 7,
    "performance.show": 11,  # promises, term, changes, challenges, payment and reviews on one page
    "invoicing.credit": 7,
    "tenders.show": 7,  # what is demanded of bidders stands on it too
    "archive.index": 19,  # what each table and part of the file holds; none of its papers is made to be listed
    "repairs.ask": 10,  # every bid with what came along, what is asked, who has a seat
    "repairs.index": 8,
    "opening.show": 9,  # with the lots, also those without a bid, and what came with the bids once they are open
    "panels.index": 8,
    "wijken.show": 12,  # one read for each subject that meets there, the lines of its share, and what one supports
    "validity.index": 7,  # the tender whole, its bids with who signed along, every question and answer
    "worklist.index": 12,  # what is open, and for one page of it who each may be
    "proofs.index": 11,  # every paper asked of the winners, who gave it, who looked, and what is refused
    "refusals.refuse": 17,  # the decision with its lots and bids, before and behind the form
    "standstill.extend": 26,  # the same, with every lot's wait, summonses and extensions
    "standstill.summons": 26,
    "standstill.withdraw": 8,
    "credit.loss": 7,  # the holder, what is owed, what was agreed and who bears it, losses written before
    "collecting.index": 7,  # members with their mandates, what was collected, and what may be sent
    "reminders.send": 8,  # the invoice, fund and split, the account it is paid to, and what was sent before
    "votes.meeting": 9,  # who is there, for whom one votes, counts and turnout
}
"""Endpoint → the most statements it may ask, sign-in left out."""


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent within the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    engine = app.extensions["cwb.engine"]
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_no_page_asks_more_than_its_number(demo_app, demo_enter, demo_walk):
    over: dict[str, tuple[int, str]] = {}
    for who, pages in demo_walk.items():
        browser = demo_enter(who)
        for endpoint, (address, _) in pages.items():
            browser.get(address)  # warms what is kept per process
            demo_app.extensions["cwb.kept_pages"] = KeptPages()  # but the page itself is made anew
            waiting._KEPT.clear()  # and what waits is asked anew, as after anything was written
            with counted(demo_app) as sent:
                browser.get(address)
            asked = len(sent) - (SIGNED_IN if who else STAMPED)
            if asked > MOST.get(endpoint, USUAL):
                over[endpoint] = max(over.get(endpoint, (0, "")), (asked, f"{address} as {who or 'visitor'}"))
    assert not over, "\n".join(
        f'"{name}": {asked},  # {where}' for name, (asked, where) in sorted(over.items())
    )


def test_a_list_asks_no_more_for_more_rows(demo_app, demo_enter):
    """An N+1 shows when the same list is asked narrow and wide."""
    browser = demo_enter("Inkoper")  # for whom no page is kept
    for wide, narrow in (("/needs", "/needs?q=zzzz"), ("/cooperatives", "/cooperatives?q=zzzz")):
        browser.get(wide)
        with counted(demo_app) as many:
            browser.get(wide)
        with counted(demo_app) as few:
            browser.get(narrow)
        assert len(many) - len(few) <= 2, wide


def test_the_numbers_name_pages_that_are_there(demo_app):
    assert set(MOST) <= set(demo_app.view_functions)


def test_the_count_counts(demo_app):
    with counted(demo_app) as sent, demo_app.extensions["cwb.engine"].connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert sent == ["SELECT 1"]
