"""A small world for tests of tenders until closing: a buyer ready to tender, drafts made through the services."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from procurement.advice.gateway import law
from procurement.announcements.rules import Notice
from procurement.approval import services as approval
from procurement.counsel import queries as counsel_queries
from procurement.counsel import services as counsel
from procurement.counsel.gateway import patterns
from procurement.drafting import services as drafting
from procurement.invitations import services as invitations
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.procedures.rules import Framework
from procurement.scoring.rules import Method
from procurement.sealing import rules as sealing_rules
from procurement.sealing import services as sealing
from procurement.tenders.models import Tender
from procurement.tenders.queries import tender_by_id

CHEAP = sealing_rules.Cost(1, 8192)
WORDS = "een lange wachtzin"


class Buying:
    """An anchor with two purchasers and an auditor with keys; drafts made through the services."""

    def __init__(self, session: Session, make_organisation: Callable[..., Organisation],
        make_user: Callable[..., User], at: datetime,
    ) -> None:  # fmt: skip
        self.session, self.at, self.law, self.cpv = session, at, law("nieuw_west"), "90910000"
        self.buyer = make_organisation(Side.ANCHOR)
        self.office = make_organisation(Side.PROGRAMME)
        self.author = make_user((Role.PURCHASER, self.buyer), name="Voorbeeld Inkoper")
        self.colleague = make_user((Role.PURCHASER, self.buyer), name="Voorbeeld Collega")
        self.auditor = make_user((Role.AUDITOR, self.office), name="Voorbeeld Toezicht")
        for user in (self.author, self.colleague, self.auditor):
            sealing.make_holder_key(
                session, user_id=user.id, passphrase=WORDS, repeated=WORDS, cost=CHEAP, at=at
            )
        self.scoring = Scoring(
            method=Method.VALUE_AWARD,
            criteria=(QualityCriterion("Plan", "Hoe u werkt", Decimal(10), Decimal(4), Money.of("5000")),),
        )
        session.flush()

    def by(self, **more: object) -> dict[str, object]:
        """The keywords of an act by the author."""
        return {"user_id": self.author.id, "at": self.at, **more}

    def draft(
        self, value: str = "100000", *, at: datetime | None = None, procedure: str = "national_open",
        invited: Sequence[Organisation] = (), framework: Framework | None = None, reservation: str | None = None,
        **terms: object,
    ) -> Tender:  # fmt: skip
        """A whole draft, every step done: closes 40 days on (a restricted one 70), questions until 25 days on."""
        at = at or self.at
        by = {"user_id": self.author.id, "at": at}
        made = drafting.create_draft(self.session, buyer_id=self.buyer.id, title="Schoonmaak", **by)
        drafting.describe(
            self.session, tender=made, title="Schoonmaak buurthuizen", description="Elke dag schoon",
            category="cleaning", cpv=self.cpv, place_code="FB", **by,
        )  # fmt: skip
        drafting.estimate(
            self.session, tender=made, value=Money.of(value), value_public=False, starts_on=date(2027, 6, 1),
            ends_on=date(2029, 6, 1), framework=framework, **by,
        )  # fmt: skip
        drafting.choose_procedure(
            self.session,
            tender=made,
            procedure=procedure,
            reason="Iedereen een kans",
            reservation=reservation,
            reservation_reason="Zo dient het de wijk" if reservation else "",
            law=self.law,
            **by,
        )
        for each in invited:
            invitations.invite(
                self.session, tender=made, organisation=each, reason="Aan de beurt", law=self.law, **by
            )
        drafting.arrange_lots(
            self.session, tender=made, no_lots_reason="Eén ploeg", requirements="Een KvK-uittreksel", **by
        )
        drafting.set_scoring(self.session, tender=made, scoring=self.scoring, **by)
        restricted = procedure == "european_restricted"
        when = {
            "closes_at": at + timedelta(days=70 if restricted else 40), "questions_until": at + timedelta(days=25),
            "apply_until": at + timedelta(days=32) if restricted else None, **terms,
        }  # fmt: skip
        return drafting.plan(
            self.session, tender=made, contact_name="Voorbeeld Inkoper",
            contact_email="inkoop@voorbeeld.example", **when, **by,
        )  # fmt: skip

    def reviewed(self, **more: object) -> Tender:
        """A draft that the colleague approved."""
        return self.approved(self.draft(**more))  # type: ignore[arg-type]

    def approved(self, made: Tender) -> Tender:
        """This draft, checked by the colleague."""
        made = tender_by_id(self.session, made.id)  # whole, whatever the session still holds of it
        at = made.edited_at
        for each in counsel_queries.findings(self.session, made, self.law, patterns(), local_date(at)):
            counsel.answer_finding(
                self.session, tender=made, fingerprint=each.fingerprint, answer="Het is ander werk, voorbeeld.",
                law=self.law, user_id=self.author.id, at=at,
            )  # fmt: skip
        approval.ask_review(self.session, tender=made, law=self.law, user_id=self.author.id, at=at)
        return approval.review_tender(
            self.session, tender=made, approved=True, law=self.law, user_id=self.colleague.id, at=at
        )

    def published(self, **more: object) -> Tender:
        """A public tender."""
        made = self.reviewed(**more)
        return self.publish(made, at=made.edited_at)

    def publish(self, tender: Tender, **more: object) -> Tender:
        """Publish with both officers and the auditor; facts may be overridden."""
        given = {
            "officer_ids": (self.author.id, self.colleague.id), "escrow_id": self.auditor.id, "law": self.law,
            "user_id": self.author.id, "at": self.at, "notice": Notice(date(2026, 1, 5), "TN-voorbeeld"),
        }  # fmt: skip
        return approval.publish_tender(self.session, tender=tender, **{**given, **more})  # type: ignore[arg-type]
