from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from coops.capital import queries as capital
from coops.capital import services as money
from coops.capital.errors import MoreThanOwed
from coops.capital.rules import Pot
from coops.meetings import queries as meetings
from coops.meetings import services as held
from coops.meetings.rules import MeetingFacts, MotionFacts
from coops.patronage import errors, queries, services
from coops.patronage.rules import Basis
from coops.votes import services as votes
from coops.votes.rules import Tally
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.books.errors import CeilingPassed

UNITS = "1; 300\n2; 200\n3; 200"


COPY = text(
    "INSERT INTO surplus_distribution (public_id, organisation_id, year, surplus_minor, reserve_minor, basis, proposed_at,"
    " proposed_by_id, motion_id, posted_at, transfer) SELECT gen_random_uuid(), organisation_id, year, surplus_minor,"
    " reserve_minor, basis, proposed_at, proposed_by_id, motion_id, posted_at, transfer FROM surplus_distribution"
    " WHERE id = :id"
)


def proposed(session, club, at):
    return services.propose(
        session, year=2025, surplus=Money(1000_00), reserve=Money(300_00), basis=Basis.HOURS, units=UNITS,
        actor=club.board, at=at,
    )  # fmt: skip


def decided(session, club, at, *, yes=3):
    """A meeting that carries (or not) the distribution."""
    facts = MeetingFacts("Vergadering", at + timedelta(days=8), "Hier")
    made = held.plan_meeting(session, facts=facts, actor=club.board, at=at)
    held.add_motion(session, meeting=made, facts=MotionFacts("Verdelen", "Zo."), actor=club.board, at=at)
    held.convene(session, meeting=made, actor=club.board, at=at)
    day = at + timedelta(days=8)
    held.open_meeting(session, meeting=made, actor=club.board, at=day)
    held.note_present(session, meeting=made, members=club.members, actor=club.board, at=day)
    motion = meetings.motion(session, made.motions[0].public_id, club.organisation.id)
    votes.open_vote(session, motion=motion, actor=club.board, at=day)
    tally = Tally(yes, 3 - yes)
    votes.count_room(session, motion=motion, members=club.members, tally=tally, actor=club.board, at=day)
    votes.close_vote(session, motion=motion, actor=club.board, at=day)
    session.commit()
    return motion, day


def surplus(session, club):
    return [each.pots[Pot.SURPLUS] for each in capital.holdings(session, club.members)]


def test_what_members_carry_is_posted_and_can_be_taken_back(session, club, at):
    made = proposed(session, club, at)
    motion, day = decided(session, club, at)
    services.post_distribution(
        session, distribution=made, motion_id=motion.public_id, actor=club.board, at=day
    )
    with pytest.raises(errors.DecidedBefore):
        services.post_distribution(
            session, distribution=made, motion_id=motion.public_id, actor=club.board, at=day
        )
    assert surplus(session, club) == [300_00, 200_00, 200_00]
    with pytest.raises(errors.YearDivided):
        proposed(session, club, day)
    assert session.scalar(text("SELECT posted FROM account WHERE subkey = 'reserve'")) == -300_00
    services.undo_distribution(
        session, distribution=made, why="De jaarrekening klopte niet", actor=club.board, at=day
    )
    assert surplus(session, club) == [0, 0, 0]
    with pytest.raises(errors.DecidedBefore):
        services.undo_distribution(
            session, distribution=made, why="De jaarrekening klopte niet", actor=club.board, at=day
        )


def test_what_was_paid_out_is_not_taken_back(session, club, at):
    made = proposed(session, club, at)
    motion, day = decided(session, club, at)
    services.post_distribution(
        session, distribution=made, motion_id=motion.public_id, actor=club.board, at=day
    )
    with pytest.raises(DatabaseError, match="uq_surplus_distribution_counts"), session.begin_nested():
        session.execute(COPY, {"id": made.id})
    paying = {"session": session, "member": club.members[0], "actor": club.board}
    facts = {"pot": Pot.SURPLUS, "amount": Money(1), "key": uuid7(), "at": day + timedelta(days=9)}
    with pytest.raises(MoreThanOwed):  # it was owed from the day of the decision on
        money.pay_out(**paying, **facts, paid_on=local_date(day) - timedelta(days=1))
    paid = money.pay_out(**paying, **facts, paid_on=local_date(day) + timedelta(days=2))
    [line] = [each for each in capital.lines(session, club.members)[club.members[0].id] if each.minor < 0]
    assert line.day == local_date(day) + timedelta(days=2)
    with pytest.raises(CeilingPassed), session.begin_nested():
        services.undo_distribution(
            session, distribution=made, why="De jaarrekening klopte niet", actor=club.board, at=day
        )
    money.undo_receipt(**paying, transfer_id=paid, at=facts["at"])
    assert surplus(session, club) == [300_00, 200_00, 200_00]
    services.undo_distribution(
        session, distribution=made, why="De jaarrekening klopte niet", actor=club.board, at=facts["at"]
    )
    proposed(session, club, facts["at"])


def test_of_a_year_one_proposal_waits_and_it_can_be_taken_back(session, club, at):
    made = proposed(session, club, at)
    with pytest.raises(errors.YearProposed):
        proposed(session, club, at)
    with pytest.raises(DatabaseError, match="uq_surplus_distribution_open"), session.begin_nested():
        session.execute(COPY, {"id": made.id})
    services.withdraw_distribution(session, distribution=made, actor=club.board, at=at)
    with pytest.raises(errors.DecidedBefore):
        services.withdraw_distribution(session, distribution=made, actor=club.board, at=at)
    motion, day = decided(session, club, at)
    with pytest.raises(errors.DecidedBefore):
        services.post_distribution(
            session, distribution=made, motion_id=motion.public_id, actor=club.board, at=day
        )
    with pytest.raises(DatabaseError, match="ck_surplus_distribution_withdrawn"), session.begin_nested():
        session.execute(
            text(
                "UPDATE surplus_distribution SET motion_id = :id, posted_at = :at, transfer = gen_random_uuid()"
            ),
            {"id": motion.id, "at": day},
        )
    again = proposed(session, club, day)
    with pytest.raises(Forbidden):
        services.withdraw_distribution(
            session, distribution=again, actor=replace(club.board, roles=frozenset({Role.MEMBER})), at=day
        )


def test_who_divides_more_than_the_books_here_say_reads_so(session, club, at, sign_in_user):
    made = proposed(session, club, at)
    assert queries.result(session, club.organisation.id, 2025) == Money(0)
    session.commit()
    board = sign_in_user(club.user)
    assert "Meer dan in de boeken hier" in board.get(f"/surplus/{made.public_id}").text
    assert board.post(f"/surplus/{made.public_id}/withdraw").status_code == 303
    assert "Dit voorstel is teruggenomen" in board.get(f"/surplus/{made.public_id}").text
    assert board.post(f"/surplus/{made.public_id}/withdraw").status_code == 409


def test_without_the_members_nothing_is_posted(session, club, make_organisation, at):
    early, _ = decided(session, club, at - timedelta(days=30))
    made = proposed(session, club, at)
    lost, day = decided(session, club, at, yes=1)
    assert queries.carried(session, made) == []
    for motion in (early, lost):
        with pytest.raises(errors.NotCarried):
            services.post_distribution(
                session, distribution=made, motion_id=motion.public_id, actor=club.board, at=day
            )
        with pytest.raises(DatabaseError, match="members carry"), session.begin_nested():
            session.execute(
                text(
                    "UPDATE surplus_distribution SET motion_id = :id, posted_at = now(), transfer = gen_random_uuid()"
                ),
                {"id": motion.id},
            )
    plain = replace(club.board, roles=frozenset({Role.MEMBER}))
    other = replace(club.board, organisation_id=make_organisation().id)
    for actor, error in ((plain, Forbidden), (other, errors.DistributionNotFound)):
        with pytest.raises(error):
            services.post_distribution(
                session, distribution=made, motion_id=lost.public_id, actor=actor, at=day
            )
        with pytest.raises(error):
            services.undo_distribution(
                session, distribution=made, why="De jaarrekening klopte niet", actor=actor, at=day
            )
    with pytest.raises(Forbidden):
        proposed(session, replace(club, board=plain), at)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE surplus_distribution SET reserve_minor = 1", "stays as it was"),
        ("UPDATE surplus_share SET minor = 1", "stays as it was"), ("DELETE FROM surplus_share", "stays as it was"),
        (
            ("INSERT INTO surplus_share SELECT distribution_id, (SELECT max(id) FROM member), 1, 1 FROM surplus_share "
            "LIMIT 1"),
            "do not add up",
        ),
    ],
)  # fmt: skip
def test_the_database_holds_it(session, club, at, change, said):
    services.propose(
        session, year=2025, surplus=Money(100), reserve=Money(0), basis=Basis.HOURS, units="1; 1", actor=club.board,
        at=at,
    )  # fmt: skip
    session.commit()
    with pytest.raises(DatabaseError, match=said), session.begin_nested():
        session.execute(text(change))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_pages_from_proposal_to_ones_own_part(session, sign_in_user, sign_in, club, at):
    browser = sign_in_user(club.user)
    assert "Nog geen verdeling" in browser.get("/surplus").text
    form = {"year": "2025", "surplus": "1000", "reserve": "300", "basis": "hours", "units": UNITS}
    assert browser.post("/surplus/propose", data={**form, "units": "9; 1"}).status_code == 422
    page = browser.post("/surplus/propose", data=form).location
    shown = browser.get(page).text
    assert "Zet deze verdeling op de agenda" in shown
    assert browser.post(page, data={"motion": str(uuid7())}).status_code == 422
    session.execute(text("ALTER TABLE surplus_distribution DISABLE TRIGGER keep_distribution"))
    session.execute(text("UPDATE surplus_distribution SET proposed_at = '2026-08-01'"))
    session.execute(text("ALTER TABLE surplus_distribution ENABLE TRIGGER keep_distribution"))
    session.commit()
    session.expire_all()
    motion, _ = decided(session, club, at)
    assert browser.post(page, data={"motion": str(motion.public_id)}).status_code == 303
    assert "geboekt" in browser.get(page).text
    assert "2025,1,hours,300,300.00" in browser.get(f"{page}/members.csv").text
    member = sign_in(Role.MEMBER, club.organisation)
    session.execute(
        text("UPDATE member SET user_id = :user WHERE id = :member"),
        {"user": member.user.id, "member": club.members[0].id},
    )
    session.commit()
    assert "300,00" in member.get("/membership/surplus").text
    assert "De leden besloten dit" in browser.get(f"{page}/undo").text
    assert browser.post(f"{page}/undo", data={"why": "fout"}).status_code == 422
    assert browser.post(f"{page}/undo", data={"why": "De jaarrekening klopte niet"}).status_code == 303
    assert "De jaarrekening klopte niet" in browser.get(page).text
    assert "De jaarrekening klopte niet" in browser.get(f"{page}/members.csv").text
    assert browser.get(f"{page}/undo").status_code == 303
    assert "teruggedraaid" in member.get("/membership/surplus").text
    assert sign_in(Role.BOARD).get(page).status_code == 404
