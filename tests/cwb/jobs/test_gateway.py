"""The queue: a job runs after the commit, once, in its own transaction; the beat seals what was committed."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from cwb.audit import services as audit
from cwb.config import Config
from cwb.jobs import gateway
from cwb.jobs.services import enqueue
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.feature import Feature
from cwb.kernel.transaction import atomic


@pytest.fixture
def committed(database_url):
    engine = make_engine(database_url, poolclass=NullPool)
    with make_sessions(engine)() as session:
        yield session
    engine.dispose()


def waiting(url):
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return (
            connection.execute(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'"))
            .scalars()
            .all()
        )


def test_a_key_keeps_one_job_waiting_and_a_rollback_leaves_none(committed, database_url):
    with atomic(committed) as session:
        enqueue(session, "a", {}, key="k")
        enqueue(session, "a", {}, key="k")
        enqueue(session, "b", {"id": 1})
    assert sorted(waiting(database_url)) == ["a", "b"]
    with pytest.raises(ZeroDivisionError), atomic(committed) as session:
        enqueue(session, "c", {})
        _ = 1 / 0
    assert sorted(waiting(database_url)) == ["a", "b"]


def test_the_worker_runs_what_waits_and_seals(committed, database_url, tmp_path, monkeypatch):
    seen = []
    feature = Feature(
        name="test",
        jobs={"a": lambda _session, at, number: seen.append((number, at.tzinfo is not None))},
        pulses=(audit.seal,),
    )
    monkeypatch.setattr(gateway, "load", lambda _names: (feature,))
    with atomic(committed) as session:
        audit.record(session, action="x", subject="s", actor_id=None, at=clock.now())
        enqueue(session, "a", {"number": 3})
    config = replace(Config(data_dir=tmp_path), database_url=database_url)
    # a thread of its own: the browser of other tests keeps an event loop in this one
    worker = threading.Thread(target=gateway.run_worker, args=(config,), kwargs={"once": True})
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert seen == [(3, True)]
    assert waiting(database_url) == []
    with atomic(committed) as session:
        assert session.execute(text("SELECT count(*) FROM audit_waiting")).scalar() == 0
