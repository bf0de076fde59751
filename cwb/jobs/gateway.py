"""The one door to the queue library: the worker."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from cwb.config import Config
from cwb.kernel import clock, events, logs
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.feature import Feature, load
from cwb.kernel.runtime import database_url, listeners
from cwb.kernel.transaction import atomic

log = structlog.get_logger()

PULSE = 0.5
"""Seconds between two beats: what is committed is sealed within a second."""

_RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


def run_worker(config: Config, *, once: bool = False) -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT). `once` runs what is due and returns."""
    logs.set_up()
    features = load(config.features)
    engine = make_engine(database_url(config))
    sessions = make_sessions(engine)
    heard = listeners(config)

    def in_transaction(act: Callable[..., object], *arguments: Any, **facts: Any) -> None:
        with sessions() as session:
            events.listen(session, heard)
            with atomic(session):
                act(session, *arguments, **facts)

    app = _queue(engine, features, in_transaction)
    stop = threading.Event()
    pulse = threading.Thread(target=_beat, args=(stop, features, sessions), daemon=True)
    pulse.start()
    try:
        asyncio.run(_work(app, once=once))
    finally:
        stop.set()
        pulse.join(timeout=10)
        if once:
            _pulse_once(features, sessions)
        engine.dispose()


def _queue(engine: Engine, features: Sequence[Feature], in_transaction: Callable[..., None]) -> App:
    url = make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url))
    for feature in features:
        for name, act in feature.jobs.items():
            task = app.task(name=name, retry=_RETRY)(_job(act, in_transaction))
            if cron := feature.timers.get(name):
                app.periodic(cron=cron)(task)
    return app


def _job(act: Callable[..., None], in_transaction: Callable[..., None]) -> Callable[..., None]:
    def run(timestamp: int | None = None, **payload: Any) -> None:
        del timestamp
        in_transaction(act, clock.now(), **payload)

    return run


async def _work(app: App, *, once: bool) -> None:
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                wait=not once, install_signal_handlers=False, concurrency=2, delete_jobs="successful"
            )
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, worker.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def _beat(stop: threading.Event, features: Sequence[Feature], sessions: sessionmaker[Session]) -> None:
    while not stop.wait(PULSE):
        try:
            _pulse_once(features, sessions)
        except SQLAlchemyError:
            log.exception("pulse")
            stop.wait(5)


def _pulse_once(features: Sequence[Feature], sessions: sessionmaker[Session]) -> None:
    for feature in features:
        for act in feature.pulses:
            with sessions() as session, atomic(session):
                act(session)
