"""Proof: a file with a paper, the winner alone is asked, shows a copy, the buyer looks; what the database refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.files.errors import FileKindRefused
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.proofs import errors, queries, services
from procurement.proofs.models import Proof
from procurement.proofs.rules import Standing
from procurement.statements import queries as statements
from procurement.statements import services as papers
from procurement.statements.gateway import table
from tests.cwb.files.test_gateway import PDF
from tests.procurement.panel import POINTS, PRICES, Panel
from tests.procurement.world import World


class Proofs(Panel):
    """Letters are out, Glans wins."""

    def __init__(self, world) -> None:
        super().__init__(world, PRICES)
        self.decided(POINTS)

    def ask(self, name="Glans", **change):
        facts = {"label": self.label(name), "kinds": ["kvk", "gva"],
                 "last_day": local_date(self.at) + timedelta(days=5), **change}  # fmt: skip
        return self.do(services.ask_winner, change.pop("actor", self.world.anna), **facts)

    def paper(self, actor, kind="kvk", content=PDF, name="uittreksel.pdf"):
        with atomic(self.session) as session:
            made = papers.keep_paper(
                session,
                table=table(),
                kind=kind,
                issued_on=local_date(self.at),
                reference="",
                actor=actor,
                at=self.at,
            )
            services.attach(
                session, paper=made, name=name, content=content, actor=actor, keys=self.world.keys, at=self.at
            )
        return made

    def show(self, made, actor, kind="kvk"):
        with atomic(self.session) as session:
            return services.show_proof(
                session, request=made, kind=kind, actor=actor, keys=self.world.keys, at=self.at
            )

    def judge(self, shown, *, is_good, note="", actor=None):
        with atomic(self.session) as session:
            return services.judge_proof(
                session, proof=queries.proof(session, shown.public_id), is_good=is_good, note=note,
                actor=actor or self.world.anna, at=self.at,
            )  # fmt: skip


def begun(session, folder):
    return Proofs(World(session, folder))


pytestmark = pytest.mark.begins(proofs=begun)


@pytest.fixture
def proofs(root):
    return root


def mails(session, subject):
    return sum(subject in each.subject for each in session.scalars(select(Mail)))


def test_the_winner_shows_a_copy_and_the_buyer_marks_it_as_seen(proofs, world):
    glans = proofs.suppliers["Glans"]
    (made,) = proofs.ask()
    assert mails(world.session, "laat uw bewijs zien") == 1
    with pytest.raises(errors.NoFile):
        proofs.show(made, glans)
    paper = proofs.paper(glans)
    shown = proofs.show(made, glans)
    assert b"PDF" not in shown.content
    with pytest.raises(errors.SentBefore):
        proofs.show(made, glans)
    with pytest.raises(errors.NoteMissing):
        proofs.judge(shown, is_good=False)
    proofs.judge(shown, is_good=False, note="De datum is niet te lezen.")
    with pytest.raises(errors.SeenBefore):
        proofs.judge(shown, is_good=True)
    assert mails(world.session, "een stuk is niet goed") == 1
    again = proofs.show(made, glans)
    with atomic(world.session) as session:
        papers.drop_paper(session, paper=paper, actor=glans)
    proofs.judge(again, is_good=True)
    found = queries.request(world.session, made.public_id)
    assert (found.standing("kvk"), found.standing("gva")) == (Standing.GOOD, Standing.MISSING)
    last, place = again.expires_on, (made.tender_id, proofs.lot.id)
    assert queries.lapsed(world.session, *place, last) == []
    assert queries.lapsed(world.session, *place, last + timedelta(days=1)) == [("Glans", "kvk", last)]
    with atomic(world.session) as session:
        kept = queries.proof(session, again.public_id)
        assert (
            services.read_proof(session, proof=kept, actor=world.anna, keys=world.keys, at=proofs.at) == PDF
        )


def test_only_a_winner_is_asked_and_once(proofs, world):
    with pytest.raises(errors.NoWinner):
        proofs.ask("Boen")
    with pytest.raises(errors.NothingChosen):
        proofs.ask(kinds=["paspoort"])
    with pytest.raises(errors.TermTooShort):
        proofs.ask(last_day=local_date(proofs.at) + timedelta(days=2))
    (made,) = proofs.ask()
    with pytest.raises(errors.AskedBefore):
        proofs.ask()
    boen = proofs.suppliers["Boen"]
    proofs.paper(boen)
    with pytest.raises(errors.NotAsked):
        proofs.show(made, boen)
    with pytest.raises(DBAPIError, match="only a winner"), atomic(world.session) as session:
        session.execute(
            text(
                "INSERT INTO proof_request (public_id, tender_id, opened_bid_id, organisation_id, kinds, until,"
                " asked_by_id, asked_at) SELECT gen_random_uuid(), tender_id, id, organisation_id, '[\"kvk\"]',"
                " now() + interval '9 days', :who, now() FROM opened_bid WHERE organisation_id = :loser"
            ),
            {"who": world.anna.user_id, "loser": boen.organisation_id},
        )


def test_a_disguised_file_is_refused_and_nothing_is_kept(proofs, world):
    glans = proofs.suppliers["Glans"]
    with pytest.raises(FileKindRefused):
        proofs.paper(glans, content=b"MZ" + b"\x00" * 2000)
    assert statements.papers(world.session, glans.organisation_id) == []


def test_what_was_shown_stays_in_the_database(proofs, world):
    glans = proofs.suppliers["Glans"]
    (made,) = proofs.ask()
    proofs.paper(glans)
    proofs.judge(proofs.show(made, glans), is_good=True)
    for change in ("UPDATE proof SET is_good = NULL, seen_at = NULL, seen_by_id = NULL", "DELETE FROM proof",
                   "UPDATE proof SET content = 'x'", "UPDATE proof SET expires_on = expires_on + 1"):  # fmt: skip
        with pytest.raises(DBAPIError, match="stays"), atomic(world.session) as session:
            session.execute(text(change))


def test_rows_are_seen_by_their_party_and_who_asked(proofs, world):
    glans = proofs.suppliers["Glans"]
    (made,) = proofs.ask()
    proofs.paper(glans)
    proofs.show(made, glans)
    seen, session = {}, world.session
    everybody = {
        "winner": glans,
        "loser": proofs.suppliers["Boen"],
        "buyer": world.anna,
        "auditor": world.eva,
    }
    for name, who in everybody.items():
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(who.user_id)},
        )
        seen[name] = tuple(
            len(session.execute(text(f"SELECT 1 FROM {name}")).all())
            for name in ("statement_paper_file", "proof_request", "proof")
        )
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
    assert seen == {"winner": (1, 1, 1), "loser": (0, 0, 0), "buyer": (0, 1, 1), "auditor": (0, 1, 1)}


def test_one_is_reminded_once_and_only_of_what_is_missing(proofs, world):
    proofs.ask()
    with atomic(world.session) as session:
        assert services.remind(session, at=proofs.at) == 0
        late = proofs.at + timedelta(days=4)
        assert services.remind(session, at=late) == 1
        assert services.remind(session, at=late) == 0
    assert mails(world.session, "uw bewijs ontbreekt nog") == 1


def test_files_and_proof_move_to_a_new_key(proofs, world):
    glans = proofs.suppliers["Glans"]
    (made,) = proofs.ask()
    paper = proofs.paper(glans)
    proofs.show(made, glans)
    with atomic(world.session) as session:
        world.keys.rotate()
        for act in (papers.relock_files, services.relock):
            assert act(session, keys=world.keys) == 1
            assert act(session, keys=world.keys) == 0
    assert services.read_paper(world.session, paper=paper, keys=world.keys)[1] == PDF
    (shown,) = world.session.scalars(select(Proof))
    shown = queries.proof(world.session, shown.public_id)
    assert services.read_proof(world.session, proof=shown, actor=glans, keys=world.keys, at=proofs.at) == PDF
