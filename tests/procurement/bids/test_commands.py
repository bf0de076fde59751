from click.testing import CliRunner

from cwb.kernel.database import make_engine, make_sessions
from procurement.bids import services
from procurement.bids.models import Bid
from procurement.substitutes import commands


def test_rotating_the_key_moves_drafts_and_copies(database_url, make_world, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CWB_DATA", str(tmp_path))
    engine = make_engine(database_url)
    with make_sessions(engine)() as session:
        world = make_world(session)
        bid = world.bid_of(world.supplier())
        old = bid.draft_key
        session.rollback()
        done = CliRunner().invoke(commands.bids, ["rotate-key"], catch_exceptions=False)
        assert (done.exit_code, "2 texts" in done.output) == (0, True)
        session.expire_all()
        bid = session.get_one(Bid, bid.id)
        assert bid.draft_key != old
        (world.keys.folder / f"{old}.key").unlink()
        assert services.read_draft(bid, world.keys).saves == 4
    engine.dispose()
