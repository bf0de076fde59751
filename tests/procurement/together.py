"""Three organisations that bid together, step by step, for the tests of joint bids."""

from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor
from cwb.kernel.transaction import atomic
from procurement.bids import queries as bid_queries
from procurement.bids.rules import BidState
from procurement.consortia import queries as members
from procurement.consortia.models import BidMember
from procurement.joining import services

REASON = "Wij hebben alleen niet genoeg mensen."


class Together:
    """A lead and two members on the world's tender, its steps one by one."""

    def __init__(self, world, lead: Actor | None = None, **facts) -> None:
        self.world, self.session = world, world.session
        self.lead = lead or world.supplier("Lid A")
        self.one, self.two = (world.supplier(f"Lid {name}") for name in ("B", "C"))
        self.bid = world.start(self.lead)
        world.fill(self.bid, self.lead, **facts)

    def do(self, what, *, actor, **facts):
        if what != services.take_back:
            facts["keys"] = self.world.keys
        if what not in {services.share_out, services.name_subcontractors}:
            facts["at"] = self.world.at
        with atomic(self.session) as session:
            return what(session, chance=self.world.chance(), bid=self.bid, actor=actor, **facts)

    def organisation(self, actor: Actor) -> Organisation:
        return self.session.get_one(Organisation, actor.organisation_id)

    def row(self, actor: Actor) -> BidMember:
        return next(
            each
            for each in members.running(self.session, self.bid.id)
            if each.organisation_id == actor.organisation_id
        )

    def invite(self, *actors: Actor) -> None:
        for each in actors or (self.one, self.two):
            self.do(services.invite, actor=self.lead, kvk=self.organisation(each).kvk_number)

    def say(self, *actors: Actor) -> None:
        self.do(services.explain, actor=self.lead, member=None, reason=REASON, liable=True)
        for each in actors or (self.one, self.two):
            self.do(services.explain, actor=each, member=self.row(each), reason=REASON, liable=True)

    def share(self, *shares: int) -> None:
        parties = [self.lead, self.one, self.two][: len(shares)]
        said = {
            str(self.organisation(each).public_id): ("Schoonmaak", share)
            for each, share in zip(parties, shares, strict=True)
        }
        self.do(services.share_out, actor=self.lead, said=said)

    def ask(self) -> None:
        self.do(services.ask, actor=self.lead)

    def sign(self, *actors: Actor, seen: int | None = None) -> None:
        for each in actors or (self.one, self.two):
            self.do(
                services.sign, actor=each, member=self.row(each),
                seen=self.bid.draft_version if seen is None else seen,
            )  # fmt: skip

    def ready(self) -> None:
        self.invite()
        self.say()
        self.share(6000, 2500, 1500)
        self.ask()

    def hand_in(self):
        return self.world.hand_in(self.bid, self.lead)

    def state(self) -> BidState:
        return bid_queries.state_of(self.bid, self.world.tender, self.world.at)
