from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.sealing import queries, rules, services
from procurement.sealing.errors import (
    EscrowNotIndependent,
    KeyExists,
    KeyMissing,
    NoShare,
    NothingReleased,
    OfficerNotOfBuyer,
    OfficersSame,
    PassphraseWrong,
    ReasonMissing,
    SamePerson,
    ShareBroken,
    TenderKeyNotFound,
    TooEarly,
    TooManyPassphrases,
)
from procurement.sealing.models import KeyHolder, KeyShare, PassphraseAttempt, ShareRelease

CHEAP = rules.Cost(1, 8192)
WORDS = "een lange wachtzin"


class People:
    """A buyer with two officers, and an auditor elsewhere, each with a key."""

    def __init__(self, session: Session, at):
        self.session, self.at = session, at
        self.buyer = self.organisation("Gemeente Voorbeeld", "90000001", anchor_type="municipality")
        self.office = self.organisation("Rekenkamer Voorbeeld", "90000002")
        self.anna = self.user("anna", self.buyer, Role.PURCHASER)
        self.bram = self.user("bram", self.buyer, Role.PURCHASER)
        self.eva = self.user("eva", self.office, Role.AUDITOR)

    def organisation(self, name, kvk, **facts):
        made = Organisation(
            name=name, created_at=self.at, kvk_number=kvk, legal_form="public_body", street="Plein",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@example.org", **facts,
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def user(self, name, organisation, *roles, key=True):
        made = User(email=f"{name}@example.org", name=name.title(), created_at=self.at, locale="nl")
        self.session.add(made)
        self.session.flush()
        for role in roles:
            self.session.add(
                Mandate(user_id=made.id, organisation_id=organisation.id, role=role, granted_at=self.at)
            )
        if key:
            services.make_holder_key(
                self.session, user_id=made.id, passphrase=WORDS, repeated=WORDS, cost=CHEAP, at=self.at
            )
        self.session.flush()
        return made

    def key(self):
        with atomic(self.session) as session:
            return services.make_tender_key(
                session, officer_ids=(self.anna.id, self.bram.id), escrow_id=self.eva.id, at=self.at
            )


@pytest.fixture
def people(session, at):
    with atomic(session):
        return People(session, at)


@pytest.fixture
def past(session):
    return session.scalar(text("SELECT cwb_now() - interval '1 minute'"))


def release(people, key, giver, receiver, past, **facts):
    facts = {"passphrase": WORDS, **facts}
    with atomic(people.session) as session:
        return services.release_share(
            session,
            key_id=key.id,
            user_id=giver.id,
            to_user_id=receiver.id,
            opens_from=past,
            at=people.at,
            **facts,
        )


def open_key(people, key, opener, past, passphrase=WORDS):
    with atomic(people.session) as session:
        return services.open_tender_key(
            session, key_id=key.id, user_id=opener.id, passphrase=passphrase, opens_from=past, at=people.at
        )


def test_two_officers_open_together(people, past):
    key = people.key()
    sealed = rules.seal(key.public_key, b"inhoud")
    release(people, key, people.anna, people.bram, past)
    private, given = open_key(people, key, people.bram, past)
    assert rules.unseal(private, sealed) == b"inhoud"
    assert given.share.user_id == people.anna.id
    assert given.reason is None


def test_releasing_twice_is_one_release(people, past):
    key = people.key()
    first = release(people, key, people.anna, people.bram, past)
    assert release(people, key, people.anna, people.bram, past) is first
    assert len(queries.releases(people.session, key.id)) == 1


def test_the_escrow_holder_stands_in_with_a_reason(people, past):
    key = people.key()
    with pytest.raises(ReasonMissing):
        release(people, key, people.eva, people.bram, past, reason="  ")
    release(people, key, people.eva, people.bram, past, reason="Anna is ziek")
    private, given = open_key(people, key, people.bram, past)
    assert rules.public_of(private) == key.public_key
    assert given.reason == "Anna is ziek"
    release(people, key, people.anna, people.eva, past, reason="Bram is ziek")
    assert rules.public_of(open_key(people, key, people.eva, past)[0]) == key.public_key


def test_nobody_opens_alone(people, past):
    key = people.key()
    with pytest.raises(SamePerson):
        release(people, key, people.anna, people.anna, past)
    with pytest.raises(NothingReleased):
        open_key(people, key, people.anna, past)
    release(people, key, people.anna, people.bram, past)
    with pytest.raises(NothingReleased):
        open_key(people, key, people.anna, past)


def test_the_same_person_twice_is_refused_even_with_a_forged_release(people, past):
    key = people.key()
    given = release(people, key, people.anna, people.bram, past)
    holder = queries.find_holder(people.session, people.anna.id)
    people.session.add(
        ShareRelease(
            key_id=key.id,
            share_id=given.share_id,
            to_user_id=people.anna.id,
            to_holder_id=holder.id,
            sealed=given.sealed,
            released_at=people.at,
        )
    )
    people.session.flush()
    with pytest.raises(SamePerson):
        open_key(people, key, people.anna, past)


def test_nothing_is_released_or_opened_before_the_deadline(people, past):
    key = people.key()
    future = past + timedelta(hours=1)
    with pytest.raises(TooEarly):
        release(people, key, people.anna, people.bram, future)
    release(people, key, people.anna, people.bram, past)
    with pytest.raises(TooEarly):
        open_key(people, key, people.bram, future)


def test_the_deadline_is_the_databases_not_the_callers(people, past):
    """A caller that lies about the time gains nothing."""
    key = people.key()
    people.at = past + timedelta(days=365)
    with pytest.raises(TooEarly):
        release(people, key, people.anna, people.bram, past + timedelta(hours=1))


def test_strangers_hold_no_share(people, past):
    key = people.key()
    with atomic(people.session):
        carla = people.user("carla", people.buyer, Role.PURCHASER)
    with pytest.raises(NoShare):
        release(people, key, carla, people.bram, past)
    with pytest.raises(NoShare):
        release(people, key, people.anna, carla, past)
    with pytest.raises(NoShare):
        open_key(people, key, carla, past)
    with pytest.raises(TenderKeyNotFound):
        services.open_tender_key(
            people.session, key_id=-1, user_id=carla.id, passphrase=WORDS, opens_from=past, at=people.at
        )


def test_officers_are_different_and_of_the_buyer_and_the_escrow_is_independent(people):
    make = services.make_tender_key
    session, at = people.session, people.at
    anna, bram, eva = people.anna.id, people.bram.id, people.eva.id
    for officers, escrow in (((anna, anna), eva), ((anna, bram), anna), ((anna, -1), eva)):
        with pytest.raises(OfficersSame):
            make(session, officer_ids=officers, escrow_id=escrow, at=at)
    stranger = people.user("stan", people.office, Role.PURCHASER)
    for officers in ((anna, stranger.id), (stranger.id, anna)):
        with pytest.raises(OfficerNotOfBuyer):
            make(session, officer_ids=officers, escrow_id=eva, buyer_id=people.buyer.id, at=at)
    with pytest.raises(OfficerNotOfBuyer):
        make(session, officer_ids=(anna, stranger.id), escrow_id=eva, at=at)
    buyer = people.user("pia", people.buyer, Role.PURCHASER)
    resident = people.user("rik", people.office, Role.RESIDENT)
    for escrow in (buyer.id, resident.id):
        with pytest.raises(EscrowNotIndependent):
            make(session, officer_ids=(anna, bram), escrow_id=escrow, at=at)


def test_a_share_needs_a_holder_with_a_key(people):
    keyless = people.user("kees", people.buyer, Role.PURCHASER, key=False)
    with pytest.raises(KeyMissing, match="Kees"):
        services.make_tender_key(
            people.session, officer_ids=(people.anna.id, keyless.id), escrow_id=people.eva.id, at=people.at
        )
    assert keyless not in queries.holders(people.session, people.buyer.id)
    assert [user.name for user in queries.holders(people.session, people.buyer.id)] == ["Anna", "Bram"]
    assert people.eva in queries.escrow_holders(people.session)


def test_a_wrong_passphrase_is_counted_though_refused_and_five_make_a_pause(people, past):
    key = people.key()
    session = people.session
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(PassphraseWrong) as fault, atomic(session):
            release(people, key, people.anna, people.bram, past, passphrase="verkeerd verkeerd")
        assert fault.value.facts == {"left": left}
        assert fault.value.field == "passphrase"
    with pytest.raises(TooManyPassphrases), atomic(session):
        release(people, key, people.anna, people.bram, past)
    people.at += services.PAUSE + timedelta(seconds=1)
    with atomic(session):
        release(people, key, people.anna, people.bram, past)
    good = session.scalars(select(PassphraseAttempt.good).order_by(PassphraseAttempt.id)).all()
    assert good == [False] * 5 + [True]


def test_a_right_passphrase_starts_the_count_again(people, past):
    key = people.key()
    session = people.session
    for step in range(3):
        people.at += timedelta(minutes=1)
        for _ in range(3):
            with pytest.raises(PassphraseWrong), atomic(session):
                release(people, key, people.anna, people.bram, past, passphrase=f"verkeerd verkeerd {step}")
        people.at += timedelta(seconds=1)
        with atomic(session):
            release(people, key, people.anna, people.bram, past)


def test_a_changed_passphrase_keeps_the_shares_and_erases_the_old_lock(people, past):
    key = people.key()
    with atomic(people.session):
        changed = services.change_passphrase(
            people.session, user_id=people.anna.id, old=WORDS, passphrase="een nieuwe wachtzin",
            repeated="een nieuwe wachtzin", cost=CHEAP, at=people.at,
        )  # fmt: skip
        old = queries.history(people.session, people.anna.id)[1]
        assert (old.locked, old.locked_key(), old.public_key) == (None, None, changed.public_key)
        with pytest.raises(PassphraseWrong):
            release(people, key, people.anna, people.bram, past)
        release(people, key, people.anna, people.bram, past, passphrase="een nieuwe wachtzin")
        assert rules.public_of(open_key(people, key, people.bram, past)[0]) == key.public_key


def test_a_receiver_may_change_the_passphrase_after_the_release(people, past):
    key = people.key()
    with atomic(people.session):
        release(people, key, people.anna, people.bram, past)
        services.change_passphrase(
            people.session, user_id=people.bram.id, old=WORDS, passphrase="een nieuwe wachtzin",
            repeated="een nieuwe wachtzin", cost=CHEAP, at=people.at,
        )  # fmt: skip
        private, _ = open_key(people, key, people.bram, past, "een nieuwe wachtzin")
        assert rules.public_of(private) == key.public_key


def test_a_new_key_leaves_running_shares_with_the_old_one(people, past):
    key = people.key()
    replaced = services.replace_key(
        people.session, user_id=people.anna.id, passphrase="een nieuwe wachtzin",
        repeated="een nieuwe wachtzin", cost=CHEAP, at=people.at,
    )  # fmt: skip
    assert replaced.public_key != queries.history(people.session, people.anna.id)[1].public_key
    with atomic(people.session):
        release(people, key, people.anna, people.bram, past)
        assert rules.public_of(open_key(people, key, people.bram, past)[0]) == key.public_key
        with pytest.raises(PassphraseWrong):
            release(people, key, people.anna, people.bram, past, passphrase="een nieuwe wachtzin")


def test_one_running_key_each(people):
    with pytest.raises(KeyExists):
        services.make_holder_key(
            people.session, user_id=people.anna.id, passphrase=WORDS, repeated=WORDS, cost=CHEAP, at=people.at
        )
    keyless = people.user("kees", people.buyer, Role.PURCHASER, key=False)
    with pytest.raises(KeyMissing):
        services.replace_key(
            people.session, user_id=keyless.id, passphrase=WORDS, repeated=WORDS, cost=CHEAP, at=people.at
        )


def test_a_share_whose_lock_is_gone_is_broken(people, past):
    key = people.key()
    erase = (
        "UPDATE key_holder SET locked = NULL, replaced_at = now(), reason = 'changed' WHERE user_id = :user"
    )
    with atomic(people.session) as session:
        session.execute(text(erase), {"user": people.anna.id})
    people.session.expire_all()
    with pytest.raises(ShareBroken):
        release(people, key, people.anna, people.bram, past)
    with pytest.raises(ShareBroken):
        release(people, key, people.bram, people.anna, past)


def test_no_private_key_or_share_stands_in_the_tables(people):
    key = people.key()
    assert people.session.scalars(select(KeyHolder.locked)).all()
    for share in people.session.scalars(select(KeyShare).where(KeyShare.key_id == key.id)):
        assert len(share.sealed) == 48 + 1 + 32 + 32 + 1
        assert key.public_key not in share.sealed


@pytest.mark.parametrize("table", ["tender_key", "key_share", "share_release"])
def test_what_was_handed_out_never_changes(people, past, table):
    key = people.key()
    release(people, key, people.anna, people.bram, past)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = DEFAULT"):
        with pytest.raises(DBAPIError, match="never changed"), people.session.begin_nested():
            people.session.execute(text(statement))


def test_the_database_refuses_one_person_with_two_shares(people):
    key = people.key()
    share = people.session.scalars(
        select(KeyShare).where(KeyShare.key_id == key.id, KeyShare.number == 1)
    ).one()
    copy = text(
        "INSERT INTO key_share (key_id, number, part, user_id, holder_id, sealed, digest) "
        "VALUES (:key, :number, 'officer', :user, :holder, '', '')"
    )
    other = people.key()
    people.session.expire_all()
    with pytest.raises(IntegrityError), people.session.begin_nested():
        people.session.execute(
            copy, {"key": other.id, "number": 3, "user": share.user_id, "holder": share.holder_id}
        )
