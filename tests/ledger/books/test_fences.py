"""The database's own fences, each tried against a raw statement, and each taken away once to see the check go red."""

from contextlib import suppress
from hashlib import sha256

import pytest
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
from ledger.proof import queries as proof
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


@pytest.fixture
def scene(session, at, party, other_party):
    return Scene(session, at, party, other_party)


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


FENCES = [
    one_leg_short, two_books_in_one, not_zero, late_entry, wider_entry, entry_on_a_reservation, lend_a_party,
    late_entry_once_checked, entry_of_no_transfer, entry_on_no_account, lend_a_currency, reserve_in_other_books,
    one_version_twice, line_of_nothing, below_the_floor, above_the_ceiling, other_settlement, settle_a_posting,
    end_twice, reverse_twice, reverse_something_else, reserve_nothing, reserve_crookedly, reserve_later,
    release_too_much, key_twice, move_the_account, open_with_money, many_with_one_short, many_with_one_empty,
    many_with_one_not_zero, many_with_two_books_in_one, many_that_are_zero_together, one_more_after_the_check,
    one_after_a_check_that_was_rolled_back, a_number_of_its_own, another_transaction, an_intent_of_nothing,
    settle_nothing, reverse_nothing, seal_nothing,
]  # fmt: skip


@pytest.mark.parametrize("attack", FENCES, ids=lambda attack: attack.__name__)
def test_a_raw_statement_is_refused(scene, attack):
    with pytest.raises(DBAPIError), atomic(scene.session):
        attack(scene)
    assert proof.verdict(scene.session).sound


@pytest.mark.parametrize(
    "attack", [one_leg_short, two_books_in_one, not_zero], ids=lambda attack: attack.__name__
)
def test_the_first_of_a_transaction_is_looked_at_alone(scene, attack):
    scene.run("SELECT set_config('cwb.whole_to', '', true)")  # tests live in one transaction
    with pytest.raises(DBAPIError, match="add up to zero"), atomic(scene.session):
        attack(scene)


@pytest.mark.parametrize(
    ("step", "more"),
    [
        ("post", {"key": ""}),
        ("post", {"key": "k" * 201}),
        ("post", {"request_hash": b"short"}),
        ("post", {"note_digest": b"short"}),
        ("post", {"kind": "No code"}),
        ("post", {"legs": 1}),
        ("post", {"expires_at": text("cwb_now()")}),
        ("post", {"pending_of": 1}),
        ("pend", {"legs": 2}),
        ("pend", {"reverses": 1}),
        ("settle", {"pending_of": None}),
        ("settle", {"legs": 0, "pending_of": 1}),
        ("void", {"legs": 0, "pending_of": 1, "reverses": 1}),
        ("expire", {"legs": 2, "pending_of": 1}),
        ("gift", {}),
    ],
)
def test_a_transfer_without_shape_is_refused(scene, step, more):
    attempt = {"legs": 0 if step == "pend" else 2} | more
    with pytest.raises(DBAPIError, match="transfer with step"), atomic(scene.session):
        scene.write(step, **attempt)


def test_without_its_trigger_a_transfer_needs_no_shape(scene):
    scene.run(OFF.format("transfer", "transfer_shape"))
    scene.write(
        "gift",
        key="",
        kind="No code",
        request_hash=b"short",
        note_digest=b"short",
        legs=0,
        xact=1,
        intent_id=2**40,
    )


@pytest.mark.parametrize(
    "table", ["intent", "transfer", "transfer_note", "entry", "hold", "seal", "chain_head", "account"]
)
def test_nothing_is_truncated(scene, table):
    with pytest.raises(DBAPIError, match="append-only"), atomic(scene.session):
        scene.run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET amount = amount * 2",
        "DELETE FROM entry",
        "UPDATE transfer SET effective_at = effective_at - interval '1 year'",
        "DELETE FROM transfer",
        "DELETE FROM hold",
        "UPDATE seal SET sealed_at = now()",
        "DELETE FROM seal",
        "DELETE FROM account",
        "DELETE FROM chain_tip",
    ],
)
def test_nothing_is_rewritten(scene, statement):
    with pytest.raises(DBAPIError, match="append-only"), atomic(scene.session):
        scene.run(statement)


DROP = "ALTER TABLE {} DROP CONSTRAINT {} CASCADE"
OFF = "ALTER TABLE {} DISABLE TRIGGER {}"
MUTATIONS = [
    (one_leg_short, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (two_books_in_one, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (not_zero, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (many_with_one_short, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (many_with_two_books_in_one, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (a_number_of_its_own, [OFF.format("transfer", "transfer_shape")], "unbalanced"),
    (settle_nothing, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (reverse_nothing, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (an_intent_of_nothing, [OFF.format("transfer", "transfer_shape")], "step_faults"),
    (late_entry, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (wider_entry, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (late_entry_once_checked, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (entry_on_no_account, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (lend_a_party, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (lend_a_currency, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (one_version_twice, [DROP.format("entry", "uq_entry_account_id_account_version")], "cache_mismatches"),
    (line_of_nothing, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (below_the_floor, [DROP.format("account", "ck_account_floor")], "limit_breaches"),
    (above_the_ceiling, [DROP.format("account", "ck_account_ceiling")], "limit_breaches"),
    (other_settlement, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (settle_a_posting, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (end_twice, ["DROP INDEX uq_transfer_pending_of"], "step_faults"),
    (reverse_twice, ["DROP INDEX uq_transfer_reverses"], "step_faults"),
    (reverse_something_else, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (
        reserve_crookedly,
        [OFF.format("hold", "hold_whole"), OFF.format("transfer", "transfer_whole")],
        "unbalanced",
    ),
    (reserve_later, [OFF.format("hold", "hold_whole")], "step_faults"),
    (release_too_much, [OFF.format("account", "account_pending")], "cache_mismatches"),
    (open_with_money, [OFF.format("account", "account_opening")], "cache_mismatches"),
]


@pytest.mark.parametrize(
    ("attack", "breakage", "red"), MUTATIONS, ids=lambda value: getattr(value, "__name__", None)
)
def test_without_its_fence_the_verification_goes_red(scene, attack, breakage, red):
    """Each constraint holds something: taken away, the attack passes and `verify` counts the fault."""
    for statement in breakage:
        scene.run(statement)
    attack(scene)
    scene.session.commit()
    found = proof.verdict(scene.session)
    assert getattr(found, red) >= 1
    assert not found.sound


@pytest.mark.parametrize(
    ("breakage", "damage"),
    [
        (OFF.format("entry", "entry_append_only"), "UPDATE entry SET amount = amount * 2"),
        (OFF.format("transfer", "transfer_append_only"), "UPDATE transfer SET effective_at = effective_at - interval '1 day'"),
        (OFF.format("seal", "seal_append_only"), "DELETE FROM seal WHERE seq = 1"),
        (OFF.format("seal", "seal_append_only"), "DELETE FROM seal WHERE seq = 2"),
        (OFF.format("seal", "seal_fits"), f"INSERT INTO seal (seq, transfer_id, hash) VALUES (3, {2**40}, sha256('x'))"),
    ],
)  # fmt: skip
def test_a_rewritten_past_breaks_the_chain(scene, breakage, damage):
    assert proof.verdict(scene.session).chain == "ok"
    scene.run(breakage)
    scene.run(damage)
    assert proof.verdict(scene.session).chain.startswith("broken at")
