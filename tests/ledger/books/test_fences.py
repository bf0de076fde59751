"""The database's own fences, each tried against a raw statement, and each taken away once to see the check go red."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.transaction import atomic
from ledger.proof import queries as proof
from tests.ledger.books import attacks
from tests.ledger.books.attacks import Scene


@pytest.fixture
def scene(session, at, party, other_party):
    return Scene(session, at, party, other_party)


FENCES = [
    attacks.one_leg_short, attacks.two_books_in_one, attacks.not_zero, attacks.late_entry, attacks.wider_entry, attacks.entry_on_a_reservation, attacks.lend_a_party,
    attacks.late_entry_once_checked, attacks.entry_of_no_transfer, attacks.entry_on_no_account, attacks.lend_a_currency, attacks.reserve_in_other_books,
    attacks.one_version_twice, attacks.line_of_nothing, attacks.below_the_floor, attacks.above_the_ceiling, attacks.other_settlement, attacks.settle_a_posting,
    attacks.end_twice, attacks.reverse_twice, attacks.reverse_something_else, attacks.reserve_nothing, attacks.reserve_crookedly, attacks.reserve_later,
    attacks.release_too_much, attacks.key_twice, attacks.move_the_account, attacks.open_with_money, attacks.many_with_one_short, attacks.many_with_one_empty,
    attacks.many_with_one_not_zero, attacks.many_with_two_books_in_one, attacks.many_that_are_zero_together, attacks.one_more_after_the_check,
    attacks.one_after_a_check_that_was_rolled_back, attacks.a_number_of_its_own, attacks.another_transaction, attacks.an_intent_of_nothing,
    attacks.settle_nothing, attacks.reverse_nothing, attacks.seal_nothing,
]  # fmt: skip


@pytest.mark.parametrize("attack", FENCES, ids=lambda attack: attack.__name__)
def test_a_raw_statement_is_refused(scene, attack):
    with pytest.raises(DBAPIError), atomic(scene.session):
        attack(scene)
    assert proof.verdict(scene.session).sound


@pytest.mark.parametrize(
    "attack",
    [attacks.one_leg_short, attacks.two_books_in_one, attacks.not_zero],
    ids=lambda attack: attack.__name__,
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
    (attacks.one_leg_short, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (attacks.two_books_in_one, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (attacks.not_zero, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (attacks.many_with_one_short, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (attacks.many_with_two_books_in_one, [OFF.format("transfer", "transfer_whole")], "unbalanced"),
    (attacks.a_number_of_its_own, [OFF.format("transfer", "transfer_shape")], "unbalanced"),
    (attacks.settle_nothing, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (attacks.reverse_nothing, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (attacks.an_intent_of_nothing, [OFF.format("transfer", "transfer_shape")], "step_faults"),
    (attacks.late_entry, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.wider_entry, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.late_entry_once_checked, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.entry_on_no_account, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.lend_a_party, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.lend_a_currency, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (
        attacks.one_version_twice,
        [DROP.format("entry", "uq_entry_account_id_account_version")],
        "cache_mismatches",
    ),
    (attacks.line_of_nothing, [OFF.format("entry", "entry_fits")], "unbalanced"),
    (attacks.below_the_floor, [DROP.format("account", "ck_account_floor")], "limit_breaches"),
    (attacks.above_the_ceiling, [DROP.format("account", "ck_account_ceiling")], "limit_breaches"),
    (attacks.other_settlement, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (attacks.settle_a_posting, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (attacks.end_twice, ["DROP INDEX uq_transfer_pending_of"], "step_faults"),
    (attacks.reverse_twice, ["DROP INDEX uq_transfer_reverses"], "step_faults"),
    (attacks.reverse_something_else, [OFF.format("transfer", "transfer_whole")], "step_faults"),
    (
        attacks.reserve_crookedly,
        [OFF.format("hold", "hold_whole"), OFF.format("transfer", "transfer_whole")],
        "unbalanced",
    ),
    (attacks.reserve_later, [OFF.format("hold", "hold_whole")], "step_faults"),
    (attacks.release_too_much, [OFF.format("account", "account_pending")], "cache_mismatches"),
    (attacks.open_with_money, [OFF.format("account", "account_opening")], "cache_mismatches"),
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
