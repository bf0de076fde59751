"""Two sets of books, and raw statements that the database's fences must refuse: see test_fences."""

from contextlib import suppress
from hashlib import sha256

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.ids import uuid7
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services
from ledger.books.models import Entry, Hold, Transfer
from ledger.books.rules import Leg
from ledger.proof.services import seal_transfers

HASH = sha256(b"x").digest()


class Scene:
    """Two sets of books with a posting and a reservation, and raw ways to write in them."""

    def __init__(self, session, at, party, other):
        self.session, self.at = session, at
        self.bank = open_account(session, party_id=party, role=Role.BANK, floor=-1000, ceiling=1000)
        self.payable = open_account(session, party_id=party, role=Role.PAYABLE)
        self.theirs = open_account(session, party_id=other, role=Role.BANK)
        self.party, self.other = party, other
        with atomic(session):
            self.posted = services.post(
                session, key="k", kind="payment", legs=self.legs(100), at=at
            ).transfer_id
            self.pending = services.pend(
                session, key="p", kind="payment", legs=self.legs(50), at=at
            ).transfer_id
            seal_transfers(session)

    def legs(self, amount):
        return [Leg(self.bank, amount), Leg(self.payable, -amount)]

    def write(self, step, *lines, **more):
        """A transfer with lines (account, party, amount), past every function."""
        facts = {"public_id": uuid7(), "key": str(uuid7()), "request_hash": HASH, "kind": "payment"}
        facts |= {"legs": len(lines), "effective_at": self.at, "step": step} | more
        made = self.session.scalar(insert(Transfer).values(**facts).returning(Transfer.id))
        for leg, (account, party, amount) in enumerate(lines, start=1):
            version, balance = self.session.execute(
                text("UPDATE account SET posted = posted + :n, version = version + 1 WHERE id = :id"
                     " RETURNING version, posted"),
                {"n": amount, "id": account},
            ).one()  # fmt: skip
            self.entry(made, leg, facts["legs"], account, party, amount, version, balance)
        return made

    def entry(self, transfer, leg, legs, account, party, amount, version, balance, currency="EUR"):
        self.session.execute(
            insert(Entry).values(
                transfer_id=transfer, leg=leg, legs=legs, account_id=account, party_id=party, currency=currency,
                amount=amount, account_version=version, balance_after=balance,
            )
        )  # fmt: skip

    def run(self, statement):
        self.session.execute(text(statement))

    def hold(self, transfer, account, party, amount, leg=1):
        self.session.execute(
            insert(Hold).values(
                transfer_id=transfer,
                leg=leg,
                account_id=account,
                party_id=party,
                currency="EUR",
                amount=amount,
            )
        )


def one_leg_short(s):
    s.write("post", (s.bank, s.party, 5), legs=2)


def two_books_in_one(s):
    s.write("post", (s.bank, s.party, 5), (s.theirs, s.other, -5))


def not_zero(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -4))


def late_entry(s):
    s.entry(s.posted, 3, 2, s.bank, s.party, 5, 2, 105)


def wider_entry(s):
    s.entry(s.posted, 3, 3, s.bank, s.party, 5, 2, 105)


def entry_on_a_reservation(s):
    s.entry(s.pending, 1, 1, s.bank, s.party, 5, 2, 105)


def late_entry_once_checked(s):
    """The check at commit may be had earlier; nothing joins after it either."""
    made = s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5))
    s.run("SET CONSTRAINTS ALL IMMEDIATE")
    s.entry(made, 3, 2, s.bank, s.party, 5, 3, 110)


def entry_of_no_transfer(s):
    s.entry(2**40, 1, 1, s.bank, s.party, 5, 2, 105)


def entry_on_no_account(s):
    made = s.write("post", (s.bank, s.party, 5), legs=2)
    s.entry(made, 2, 2, 2**40, s.party, -5, 1, -5)


def lend_a_currency(s):
    made = s.write("post", legs=2)
    s.entry(made, 1, 2, s.bank, s.party, 5, 2, 105, "WIJK")
    s.entry(made, 2, 2, s.payable, s.party, -5, 2, -105, "WIJK")


def reserve_in_other_books(s):
    made = s.write("pend", legs=0)
    s.hold(made, s.bank, s.other, 5)
    s.hold(made, s.payable, s.other, -5, leg=2)


def lend_a_party(s):
    s.write("post", (s.bank, s.other, 5), (s.payable, s.other, -5))


def one_version_twice(s):
    made = s.write("post", legs=2)
    s.entry(made, 1, 2, s.bank, s.party, 5, 1, 105)
    s.entry(made, 2, 2, s.payable, s.party, -5, 1, -105)


def line_of_nothing(s):
    s.write("post", (s.bank, s.party, 0), (s.payable, s.party, 0))


def below_the_floor(s):
    s.write("post", (s.bank, s.party, -1101), (s.payable, s.party, 1101))


def above_the_ceiling(s):
    s.write("post", (s.bank, s.party, 851), (s.payable, s.party, -851))


def other_settlement(s):
    s.write("settle", (s.bank, s.party, 51), (s.payable, s.party, -51), pending_of=s.pending)


def settle_a_posting(s):
    s.write("void", legs=0, pending_of=s.posted)


def end_twice(s):
    s.write("void", legs=0, pending_of=s.pending)
    s.write("expire", legs=0, pending_of=s.pending)


def reverse_twice(s):
    for _ in range(2):
        s.write("post", (s.bank, s.party, -100), (s.payable, s.party, 100), reverses=s.posted)


def reverse_something_else(s):
    s.write("post", (s.bank, s.party, -99), (s.payable, s.party, 99), reverses=s.posted)


def reserve_nothing(s):
    s.write("pend", legs=0)


def reserve_crookedly(s):
    s.hold(s.write("pend", legs=0), s.bank, s.party, 5)


def reserve_later(s):
    s.hold(s.posted, s.theirs, s.other, 5, leg=3)


def release_too_much(s):
    s.run(f"UPDATE account SET pending_in = pending_in - 51 WHERE id = {s.bank}")


def key_twice(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5), key="k")


def whole(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5))


def many_with_one_short(s):
    """From the second transfer of a transaction on, all are looked at together."""
    whole(s)
    whole(s)
    s.write("post", (s.bank, s.party, 5), legs=2)
    whole(s)


def many_with_one_empty(s):
    whole(s)
    whole(s)
    s.write("post", legs=2)


def many_with_one_not_zero(s):
    whole(s)
    not_zero(s)
    whole(s)


def many_with_two_books_in_one(s):
    whole(s)
    whole(s)
    two_books_in_one(s)


def many_that_are_zero_together(s):
    whole(s)
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -4))
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -6))


def one_more_after_the_check(s):
    whole(s)
    whole(s)
    s.run("SET CONSTRAINTS ALL IMMEDIATE")
    s.run("SET CONSTRAINTS ALL DEFERRED")
    not_zero(s)


def one_after_a_check_that_was_rolled_back(s):
    with suppress(DBAPIError), s.session.begin_nested():
        for _ in range(4):
            whole(s)
        s.run("SET CONSTRAINTS ALL IMMEDIATE")
        s.run("SELECT 1 / 0")
    not_zero(s)


def a_number_of_its_own(s):
    """A lower number than those that were looked at would not be looked at."""
    whole(s)
    whole(s)
    s.run("SET CONSTRAINTS ALL IMMEDIATE")
    s.run(
        "INSERT INTO transfer (id, public_id, key, request_hash, step, kind, legs, effective_at) OVERRIDING SYSTEM VALUE"
        " VALUES (0, gen_random_uuid(), 'own', sha256('x'), 'post', 'payment', 2, now())"
    )


def another_transaction(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5), xact=1)


def an_intent_of_nothing(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5), intent_id=2**40)


def settle_nothing(s):
    s.write("void", legs=0, pending_of=2**40)


def reverse_nothing(s):
    s.write("post", (s.bank, s.party, 5), (s.payable, s.party, -5), reverses=2**40)


def seal_nothing(s):
    s.run(f"INSERT INTO seal (seq, transfer_id, hash) VALUES (99, {2**40}, sha256('x'))")


def move_the_account(s):
    s.run(f"UPDATE account SET party_id = {s.other} WHERE id = {s.bank}")


def open_with_money(s):
    s.session.execute(
        insert(Account).values(
            public_id=uuid7(), party_id=s.party, currency="EUR", kind="asset", role="cash", posted=5
        )
    )
