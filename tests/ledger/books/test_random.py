"""Random acts from a seed, against a reference of forty lines; after each, everything that must hold is checked."""

import os
import random
import threading

import pytest
from sqlalchemy import select, text

from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.errors import Refusal
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services
from ledger.books.models import Entry
from ledger.books.rules import Leg, Posting
from ledger.proof import queries as proof
from ledger.proof.services import seal_transfers

SEEDS = [int(os.environ["CWB_SEED"])] if "CWB_SEED" in os.environ else [1, 20260901, 8_675_309]
STEPS = 120


class Reference:
    """The books in plain Python: balances, reservations, what was done under which key."""

    def __init__(self, accounts):
        self.books, self.limits = {}, {}
        for account, (party, floor, ceiling) in accounts.items():
            self.books[account], self.limits[account] = party, (floor, ceiling)
        self.posted = dict.fromkeys(accounts, 0)
        self.open, self.done, self.reversed, self.keys = {}, {}, set(), {}

    def fits(self, posted, reservations):
        for account, (floor, ceiling) in self.limits.items():
            held = [amount for lines in reservations.values() for a, amount in lines if a == account]
            low = posted[account] + sum(min(amount, 0) for amount in held)
            high = posted[account] + sum(max(amount, 0) for amount in held)
            if (floor is not None and low < floor) or (ceiling is not None and high > ceiling):
                return False
        return True

    def balanced(self, lines):
        sums = {}
        for account, amount in lines:
            sums[self.books[account]] = sums.get(self.books[account], 0) + amount
        return not any(sums.values())

    def act(self, key, step, lines=(), about=None):
        """True when the act is done now, None when its key was answered before, False when it is refused."""
        asked = (step, tuple(sorted(lines)), about)
        if key in self.keys:
            return None if self.keys[key] == asked else False
        posted, reservations = dict(self.posted), dict(self.open)
        if step in {"settle", "void"}:
            room = dict(reservations.pop(about, ()))
            if not room or any(
                amount * room.get(a, 0) <= 0 or abs(amount) > abs(room[a]) for a, amount in lines
            ):
                return False
        if step == "reverse":
            if about not in self.done or about in self.reversed:
                return False
            lines = [(account, -amount) for account, amount in self.done[about]]
        for account, amount in lines if step != "pend" else ():
            posted[account] += amount
        if step == "pend":
            reservations[key] = lines
        if not self.balanced(lines) or not self.fits(posted, reservations):
            return False
        self.posted, self.open, self.keys[key] = posted, reservations, asked
        if step in {"post", "settle"}:
            self.done[key] = lines
        if step == "reverse":
            self.reversed.add(about)
        return True


class CrashError(Exception):
    """Somebody pulled the plug between two statements."""


class Run:
    """One seeded run: the same acts on the books and on the reference."""

    def __init__(self, session, make_party, seed):
        self.session, self.seed, self.random = session, seed, random.Random(seed)
        accounts = {}
        with atomic(session):
            for _ in range(3):
                party = make_party(session)
                for role, floor, ceiling in (
                    (Role.BANK, -2000, 3000),
                    (Role.WALLET, 0, None),
                    (Role.EXPENSE, None, None),
                ):
                    account = open_account(session, party_id=party, role=role, floor=floor, ceiling=ceiling)
                    accounts[account] = (party, floor, ceiling)
        self.reference, self.accounts = Reference(accounts), list(accounts)
        self.ids, self.log, self.number = {}, [], 0

    def lines(self):
        """Mostly lines within one set of books, now and then crooked ones."""
        start = 3 * self.random.randrange(3)
        one, other = self.random.sample(self.accounts[start : start + 3], 2)
        amount = self.random.randint(1, 900)
        if self.random.random() < 0.08:
            other = self.random.choice(self.accounts[:start] + self.accounts[start + 3 :])
        return [(one, amount), (other, -amount)]

    def step(self):
        self.number += 1
        key, about, lines = f"{self.seed}/{self.number}", None, []
        act = self.random.choice(
            ["post", "post", "post", "pend", "pend", "settle", "void", "reverse", "batch", "again"]
        )
        if act == "batch":
            self.batch(key)
            return
        if act == "again" and self.log:
            act, key, lines, about = self.random.choice(self.log)
            if self.random.random() < 0.3 and act == "post":
                lines = self.lines()
        elif act in {"settle", "void"}:
            about = self.random.choice([*self.reference.open, *list(self.ids)[:3]] or ["none"])
            room = self.reference.open.get(about, self.lines())
            part = max(1, abs(room[0][1]) - self.random.randint(-20, 300))
            lines = [(a, part if amount > 0 else -part) for a, amount in room] if act == "settle" else []
        elif act == "reverse":
            about = self.random.choice([*self.reference.done, "none"])
        else:
            act, lines = ("post" if act == "again" else act), self.lines()
        self.log.append((act, key, lines, about))
        crash = self.random.random() < 0.1
        expected = None if crash else self.reference.act(key, act, lines, about)
        self.compare(act, key, lines, about, crash, expected)

    def compare(self, act, key, lines, about, crash, expected):
        try:
            with atomic(self.session):
                answer = self.do(act, key, [Leg(*line) for line in lines], self.ids.get(about, 10**9))
                if crash:
                    raise CrashError
        except CrashError:
            return
        except Refusal as fault:
            refused: Refusal | None = fault
        else:
            refused = None
        if refused is not None:
            assert expected is False or crash, f"{self.told()}: {act} {key} refused: {refused!r}"
            return
        assert expected is not False, f"{self.told()}: {act} {key} was accepted"
        assert answer.replayed == (expected is None), f"{self.told()}: {act} {key} replayed {answer.replayed}"
        self.ids.setdefault(key, answer.transfer_id)

    def do(self, act, key, legs, about):
        at = clock.now()
        match act:
            case "post":
                return services.post(self.session, key=key, kind="payment", legs=legs, at=at)
            case "pend":
                return services.pend(self.session, key=key, kind="payment", legs=legs, at=at)
            case "settle":
                return services.settle(self.session, key=key, pending_id=about, legs=legs, at=at)
            case "void":
                return services.void(self.session, key=key, pending_id=about, at=at)
        return services.reverse(self.session, key=key, transfer_id=about, at=at)

    def batch(self, key):
        many = [(f"{key}/{n}", self.lines()) for n in range(self.random.randint(1, 5))]
        before = (dict(self.reference.posted), dict(self.reference.done), dict(self.reference.keys))
        done = [self.reference.act(each, "post", lines) for each, lines in many]
        if not all(done):
            self.reference.posted, self.reference.done, self.reference.keys = before
        try:
            with atomic(self.session):
                postings = [Posting(each, "payment", [Leg(*line) for line in lines]) for each, lines in many]
                answers = services.post_batch(self.session, postings, at=clock.now())
        except Refusal as fault:
            refused = fault
        else:
            refused = None
        if refused is not None:
            assert not all(done), f"{self.told()}: batch {key} refused: {refused!r}"
            return
        assert all(done), f"{self.told()}: batch {key} was accepted"
        self.ids |= {each: answer.transfer_id for (each, _), answer in zip(many, answers, strict=True)}

    def told(self):
        return f"seed {self.seed}, step {self.number} (CWB_SEED={self.seed} repeats it)"

    def check(self):
        found = proof.verdict(self.session)
        assert found.sound, f"{self.told()}: {found}"
        cached = dict(self.session.execute(select(Account.id, Account.posted)).all())
        assert cached == self.reference.posted, self.told()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_random_acts_agree_with_the_reference(session, make_party, seed):
    run = Run(session, make_party, seed)
    for _ in range(STEPS):
        run.step()
        if run.random.random() < 0.2:
            seal_transfers(session)
        run.check()
    while seal_transfers(session):
        pass
    assert proof.verdict(session).unsealed == 0, run.told()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS[:1])
def test_random_workers_at_once_leave_sound_books(database_url, make_party, seed):
    """Really committed, eight at once, with duplicates, limits and crashes between statements; a ninth seals."""
    engine = make_engine(database_url, pool_size=10)
    sessions = make_sessions(engine)
    with sessions() as session:
        run = Run(session, make_party, seed)
    stop = threading.Event()
    failures = []

    def work(number):
        chance = random.Random(f"{seed}/{number}")
        with sessions() as session:
            for step in range(40):
                start = 3 * chance.randrange(3)
                one, other = chance.sample(run.accounts[start : start + 3], 2)
                key = f"{seed}/{chance.randrange(8)}/{step}"  # workers often choose the same key
                amount = 1 + hash((seed, step)) % 500
                try:
                    with atomic(session):
                        services.post(session, key=key, kind="payment", at=clock.now(),
                                      legs=[Leg(one, amount), Leg(other, -amount)])  # fmt: skip
                        if chance.random() < 0.2:
                            raise CrashError
                except (Refusal, CrashError):
                    continue
                except Exception as fault:  # noqa: BLE001 (told below, with the seed)
                    failures.append(fault)

    def seal():
        with sessions() as session:
            while not stop.wait(0.01):
                with atomic(session):
                    seal_transfers(session, limit=7)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    sealer = threading.Thread(target=seal)
    for thread in (*threads, sealer):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    sealer.join()
    with sessions() as session:
        with atomic(session):
            seal_transfers(session)
        found = proof.verdict(session)
        replayed = dict.fromkeys(run.accounts, 0)
        for account, amount in session.execute(select(Entry.account_id, Entry.amount)):
            replayed[account] += amount
        assert replayed == dict(session.execute(select(Account.id, Account.posted)).all()), run.told()
        assert session.scalar(text("SELECT count(DISTINCT key) = count(*) FROM transfer"))
    engine.dispose()
    assert not failures, f"seed {seed}: {failures}"
    assert found.sound, f"seed {seed}: {found}"
    assert found.unsealed == 0
    assert found.transfers > 20
