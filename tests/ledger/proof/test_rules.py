from datetime import UTC, date, datetime
from hashlib import sha256

from cwb.kernel.canonical import GENESIS, link
from ledger.proof import rules
from ledger.proof.rules import ExportedAccount, SealedLine, SealedTransfer, Verdict

AT = datetime(2026, 9, 1, 10, 30, 5, 42, tzinfo=UTC)


def transfer(number=1, amount=500, **facts):
    known = {
        "id": number, "step": "post", "kind": "payment", "intent": None, "pending_of": None, "reverses": None,
        "request": b"\1" * 32, "note": None, "effective_at": AT, "created_at": AT,
        "entries": [SealedLine(1, 9, "EUR", amount, 1, amount), SealedLine(2, 9, "EUR", -amount, 1, -amount)],
        "holds": [],
    }  # fmt: skip
    return SealedTransfer(**(known | facts))


def chained(*transfers):
    head, links = GENESIS, []
    for seq, each in enumerate(transfers, start=1):
        head = link(head, each.content())
        links.append((seq, bytes.fromhex(head), each))
    return links, head


def test_the_hashed_text_is_exactly_this():
    text = (
        '{"created_at":"2026-09-01T10:30:05.000042Z","effective_at":"2026-09-01T10:30:05.000042Z","entries":['
        '{"account":1,"amount":"500","balance":"500","currency":"EUR","party":9,"version":1},'
        '{"account":2,"amount":"-500","balance":"-500","currency":"EUR","party":9,"version":1}],"holds":[],"id":1,'
        '"intent":null,"kind":"payment","note":null,"pending_of":null,"request":"' + "01" * 32
        + '","reverses":null,"step":"post"}'
    )  # fmt: skip
    assert link(GENESIS, transfer().content()) == sha256((GENESIS + text).encode()).hexdigest()


def test_a_whole_chain_fits():
    links, head = chained(
        transfer(), transfer(2, note=b"\2" * 32), transfer(3, holds=[SealedLine(1, 9, "EUR", 5)])
    )
    found = rules.recompute(links, [2, 9])
    assert (found.seq, found.head, found.fault) == (3, head, None)
    assert found.passed == {2: links[1][1].hex()}
    assert rules.recompute([]).head == GENESIS


def test_a_changed_missing_or_removed_link_is_found():
    links, _ = chained(transfer(), transfer(2), transfer(3))
    changed = [links[0], (2, links[1][1], transfer(2, amount=501)), links[2]]
    assert rules.recompute(changed).fault.startswith("broken at 2")
    assert rules.recompute([links[0], links[2]]).fault.startswith("broken at 2")
    assert rules.recompute([links[0], (2, links[1][1], None)]).fault.startswith("broken at 2")


def test_a_verdict_is_sound_when_nothing_is_wrong():
    good = {"transfers": 1, "entries": 2, "chain": "ok", "head": GENESIS, "unsealed": 1}
    zero = dict.fromkeys(("unbalanced", "cache_mismatches", "limit_breaches", "step_faults"), 0)
    assert Verdict(**good, **zero).sound
    for name in zero:
        assert not Verdict(**good, **(zero | {name: 1})).sound
    assert not Verdict(**(good | {"chain": "broken at 1"}), **zero).sound


def test_beancount_names_amounts_and_quotes():
    account = ExportedAccount(5, 9, "asset", "vat_input", "EUR", 'a "b" \\')
    assert account.name == "Assets:P9:Vat-Input:A5"
    assert [rules.decimal_text(-1250, scale) for scale in (2, 0, 4)] == ["-12.50", "-1250", "-0.1250"]
    head = list(rules.beancount_head(date(2026, 1, 1), [account], {"EUR": 2, "WIJK": 0}))
    assert head[-1] == '  subkey: "a \\"b\\" \\\\"'
    assert "2026-01-01 commodity WIJK" in head
    lines = list(
        rules.beancount_transaction(
            transfer(reverses=7), date(2026, 9, 1), {1: "Assets:A", 2: "Assets:B"}, {"EUR": 2}
        )
    )
    assert lines[1:] == [
        '2026-09-01 * "payment"', "  transfer: 1", "  reverses: 7", "  Assets:A  5.00 EUR", "  Assets:B  -5.00 EUR",
    ]  # fmt: skip
    assert (
        rules.beancount_balance(date(2026, 9, 2), account, 5, 2)
        == "2026-09-02 balance Assets:P9:Vat-Input:A5  0.05 EUR"
    )
