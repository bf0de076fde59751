"""A small world for tests of sealed bids: a buyer with two officers, an auditor, suppliers, a published tender."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.bids import queries as bid_queries
from procurement.bids import rules as bid_rules
from procurement.bids import services as bids
from procurement.cautions.models import MethodCaution
from procurement.cautions.rules import digest_of
from procurement.drafting.services import write_criteria
from procurement.methods.rules import Scoring, formula
from procurement.opening import services as openings
from procurement.sealing import rules as sealing_rules
from procurement.sealing import services as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.statements.models import StatementDemand
from procurement.submission import services as submission
from procurement.tenders.models import Criterion, Lot, Tender
from procurement.terms.models import TenderExtension
from tests.procurement.signed import EXTENSIONS, PLEDGES

CHEAP = sealing_rules.Cost(1, 8192)
WORDS = "een lange wachtzin"
SECRET_ANSWER = "Zeldzaamwoord: wij poetsen met vlinderzeep"
SECRET_PRICE = 4_711_833
_numbers = count(1)


class World:
    """Everything is committed; `closes()` moves the test database's clock past the deadline.

    Bids are made on lot `lot`; `divide()` takes another tender, with several.
    """

    lot = wish = 1
    demand = None
    scoring: Scoring | None = None
    """Another way of ranking than gunnen op waarde; its criteria become `plan` and `social`."""
    pledges: tuple[dict[str, str], ...] = ()
    """What every bid promises with its answer on `social`."""
    extensions: dict[str, int] | None = None
    """How the contract of the tender may be extended."""

    before_publishing = ""
    """What is done to the draft before it goes out, in SQL."""

    def __init__(self, session: Session, data_dir: Path) -> None:
        self.session = session
        self.keys = HouseKeys(data_dir)
        with atomic(session):
            self.at: datetime = bid_queries.database_now(session).astimezone(UTC)
            self.buyer = self.organisation("Gemeente Voorbeeld", anchor_type="municipality")
            self.office = self.organisation("Rekenkamer Voorbeeld")
            self.anna = self.person("Anna", self.buyer, Role.PURCHASER, key=True)
            self.bram = self.person("Bram", self.buyer, Role.PURCHASER, key=True)
            self.eva = self.person("Eva", self.office, Role.AUDITOR, key=True)
            self.tender = self.make_tender()

    def organisation(self, name: str, **facts) -> Organisation:
        kvk = facts.pop("kvk_number", f"95{next(_numbers):06}")
        made = Organisation(
            name=name, created_at=self.at, kvk_number=kvk, legal_form="cooperative", street="Plein",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@example.org", **facts,
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def person(self, name: str, organisation: Organisation, *roles: Role, key: bool = False) -> Actor:
        user = User(
            email=f"{name.lower()}{next(_numbers)}@example.org", name=name, created_at=self.at, locale="nl"
        )
        self.session.add(user)
        self.session.flush()
        for role in roles:
            self.session.add(
                Mandate(user_id=user.id, organisation_id=organisation.id, role=role, granted_at=self.at)
            )
        self.session.flush()
        if key:
            sealing.make_holder_key(
                self.session, user_id=user.id, passphrase=WORDS, repeated=WORDS, cost=CHEAP, at=self.at
            )
        return Actor(user.id, name, organisation.id, organisation.name, frozenset(roles))

    def supplier(self, name: str = "Cooperatie Voorbeeld", **facts) -> Actor:
        with atomic(self.session):
            return self.person(
                f"Bestuurder {name}", self.organisation(name, **facts), Role.BOARD, Role.MEMBER
            )

    def divide(self, lots: int = 2, **limits: int) -> None:
        with atomic(self.session):
            self.tender = self.make_tender(lots=lots, **limits)

    def ask(self, demand) -> None:
        """Another tender, that asks statements and takes files at questions."""
        self.demand = demand
        with atomic(self.session):
            self.tender = self.make_tender()

    def make_tender(
        self, closes_in: timedelta = timedelta(hours=1), *, sealed: bool = True, lots: int = 1, **limits: int
    ) -> Tender:
        at, number = self.at, f"T-2026-{next(_numbers):04}"
        key = sealing.make_tender_key(
            self.session,
            officer_ids=(self.anna.user_id, self.bram.user_id),
            escrow_id=self.eva.user_id,
            at=at,
        )
        tender = Tender(
            number=number, buyer_id=self.buyer.id, author_id=self.anna.user_id, created_at=at - timedelta(days=40),
            title="Schoonmaak van het buurthuis", description="Drie keer per week.", cpv="90919200", place_code="FB",
            value_minor=5_000_000, procedure="invited", starts_on=date(2027, 1, 1), ends_on=date(2028, 1, 1),
            **{"method": "value_award", "tie_break": "quality", **self._method(), **limits},
        )  # fmt: skip
        self.session.add(tender)
        self.session.flush()
        if self.extensions:
            self.session.add(
                TenderExtension(
                    tender_id=tender.id, set_by_id=self.anna.user_id, set_at=at, **self.extensions
                )
            )
        for number, part in enumerate(Money(5_000_000).allocate([1] * lots), start=1):
            self._make_lot(tender, number, part.minor)
        if self.scoring is not None and not self.scoring.is_stable:
            self.session.add(
                MethodCaution(
                    tender_id=tender.id, scoring_digest=digest_of([self.scoring]), rounds=200, changed=9,
                    confirmed_by_id=self.anna.user_id, confirmed_at=at - timedelta(days=32),
                )
            )  # fmt: skip
        if self.demand is not None:
            self.session.add(StatementDemand(tender_id=tender.id, **self.demand.stored()))
            self.session.flush()
        if self.before_publishing:
            self.session.execute(text("ALTER TABLE method_caution DISABLE TRIGGER USER"))
            self.session.execute(text(self.before_publishing), {"id": tender.id})
            self.session.refresh(tender)
        tender.reviewed_by_id, tender.reviewed_at = self.bram.user_id, at - timedelta(days=31)
        tender.published_at, tender.key_id = at - timedelta(days=30), key.id if sealed else None
        tender.questions_until, tender.answers_until = at - timedelta(days=20), at - timedelta(days=10)
        tender.closes_at = at + closes_in
        self.session.flush()
        return tender

    def _answer(self, code: str, answer: str) -> dict[str, object]:
        if code == "social":
            return {"text": f"{answer} en drie banen", "pledges": list(self.pledges)}
        return {"text": answer}

    def _method(self) -> dict[str, object]:
        one = self.scoring
        return {} if one is None else {
            "method": one.method.value, "tie_break": one.tie_break, "price_only_reason": one.reason,
            "life_cycle": one.life and one.life.stored(),
        }  # fmt: skip

    def rank_by(self, scoring: Scoring) -> None:
        """Another tender, ranked in this way; a relative one is confirmed first."""
        self.scoring = scoring
        with atomic(self.session):
            self.tender = self.make_tender()

    def _make_lot(self, tender: Tender, number: int, value: int) -> None:
        lot = Lot(tender_id=tender.id, number=number, title=f"Deel {number}", formula="…", value_minor=value)
        self.session.add(lot)
        self.session.flush()
        if self.scoring is not None:
            self.session.refresh(lot, ["criteria"])
            write_criteria(self.session, lot, self.scoring)
            lot.formula = formula(self.scoring)
            for criterion, code in zip(lot.criteria, ("price", "plan", "social"), strict=False):
                criterion.code = code
            self.session.flush()
            return
        for position, (code, kind, name) in enumerate(
            (
                ("price", "price", "Prijs"),
                ("plan", "quality", "Plan van aanpak"),
                ("social", "quality", "Werk voor de buurt"),
            )
        ):
            points = None if kind == "price" else 40
            self.session.add(
                Criterion(lot_id=lot.id, code=code, position=position, kind=kind, name=name, description="Hoe?",
                          max_points=points, value_minor=None if kind == "price" else 400_000)
            )  # fmt: skip
        self.session.flush()

    def chance(self, tender: Tender | None = None) -> bid_queries.Opportunity:
        return bid_queries.opportunity(self.session, (tender or self.tender).number, self.lot)

    def start(self, actor: Actor):
        with atomic(self.session):
            return bids.start_bid(self.session, chance=self.chance(), actor=actor, at=self.at)

    def values(self, price: int = SECRET_PRICE, answer: str = SECRET_ANSWER) -> dict[str, dict[str, object]]:
        until = local_date(self.tender.closes_at) + bid_rules.USUAL_VALID
        return {
            "price": {
                "minor": price,
                "typed": f"{price / 100:.2f}",
                "note": "",
                "valid_until": until.isoformat(),
                "costs": {code: price // 10 + place for place, code in enumerate(self.chance().asked.costs)},
            },
            **{f"q:{code}": self._answer(code, answer) for code in self.chance().codes},
            "declarations": dict.fromkeys(bid_rules.STATEMENTS, True),
            **({"wish": {"rank": self.wish}} if self.chance().asked.wishes else {}),
        }

    def fill(self, bid, actor: Actor, **facts) -> bid_rules.Draft:
        draft = bids.read_draft(bid, self.keys)
        with atomic(self.session):
            for name, value in self.values(**facts).items():
                draft = bids.save_part(
                    self.session, chance=self.chance(), bid=bid, name=name, value=value,
                    seen=draft.part(name).saved, actor=actor, keys=self.keys,
                )  # fmt: skip
        return draft

    def hand_in(self, bid, actor: Actor, seen: int | None = None):
        with atomic(self.session) as session:
            return submission.hand_in(
                session, chance=self.chance(), bid=bid, actor=actor, keys=self.keys, at=self.at,
                seen=bid.draft_version if seen is None else seen,
            )  # fmt: skip

    def bid_of(self, actor: Actor, **facts):
        """A bid handed in."""
        bid = self.start(actor)
        self.fill(bid, actor, **facts)
        self.hand_in(bid, actor)
        return bid

    def withdraw(self, bid, actor: Actor):
        with atomic(self.session) as session:
            return submission.withdraw_bid(session, bid=bid, actor=actor, at=self.at)

    def closes(self, after: timedelta = timedelta(hours=2)) -> None:
        with atomic(self.session) as session:
            session.execute(text("UPDATE database_clock SET shift = shift + :after"), {"after": after})
        self.at += after

    def release(self, actor: Actor, to: Actor, **facts):
        with atomic(self.session) as session:
            return openings.release(
                session, tender=self.tender, actor=actor, to_user_id=to.user_id, at=self.at,
                **{"passphrase": WORDS, **facts},
            )  # fmt: skip

    def open(self, actor: Actor, passphrase: str = WORDS):
        with atomic(self.session) as session:
            return openings.open_bids(
                session, tender=self.tender, actor=actor, passphrase=passphrase, keys=self.keys, at=self.at
            )


class Promising(World):
    """Its bids promise something, and its contract may be extended."""

    pledges, extensions = PLEDGES, EXTENSIONS
