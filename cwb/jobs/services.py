"""Work after the commit: a row in PostgreSQL, written in the caller's transaction."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_DEFER = text("""
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES ('default', :name, 0, NULL, CAST(:key AS text), CAST(:payload AS jsonb), :at)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
""")


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, object],
    *,
    at: datetime | None = None,
    key: str | None = None,
) -> None:
    """Have the worker run the job `name` once, not before `at`. With `key`, at most one such job waits.

    `payload` holds JSON values: ids, never objects.
    """
    session.execute(_DEFER, {"name": name, "payload": json.dumps(dict(payload)), "at": at, "key": key})
