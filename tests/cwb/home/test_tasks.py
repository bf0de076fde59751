"""What all storeys say of waiting work, read as SQL."""

import re

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql

from coops.feature import FEATURE as COOPS
from coops.meetings.models import Meeting, Motion
from coops.votes.models import Turnout
from cwb.feature import FEATURE as CWB
from cwb.kernel.waiting import Tasks
from ledger.feature import FEATURE as LEDGER
from procurement.feature import FEATURE as PROCUREMENT

KINDS = [
    (kind.endpoint, kind.rows)
    for feature in (CWB, LEDGER, COOPS, PROCUREMENT)
    for tasks in feature.tasks
    if isinstance(tasks, Tasks)
    for kind in tasks.kinds
]
NAME = "([a-z_]+)(?: AS ([a-z_0-9]+))?"
PART = re.compile(rf"[()]|FROM ({NAME}(?:, {NAME})*)|JOIN {NAME}")


def joined_anew(statement):
    """Tables that a nested SELECT lists beside others although a SELECT around it has them: it then asks of any row.

    SQLAlchemy correlates a SELECT by itself with the one just around it, and no further out.
    """
    sql = " ".join(str(statement.compile(dialect=postgresql.dialect())).split())
    around, found = [set()], set()
    for part in PART.finditer(sql):
        if part[0] == "(":
            around.append(set())
        elif part[0] == ")":
            around.pop()
        else:
            names = [other or name for name, other in re.findall(NAME, part[0].split(" ", 1)[1])]
            outer = set().union(*around[:-1])
            found |= {name for name in names if len(names) > 1 and name in outer}
            around[-1] |= set(names)
    return found


def test_no_waiting_work_asks_of_any_row_where_it_means_this_one():
    assert {endpoint: found for endpoint, rows in KINDS if (found := joined_anew(rows))} == {}


def test_a_table_that_is_joined_anew_is_seen():
    voted = exists().where(Turnout.motion_id == Motion.id)
    inner = exists().where(Meeting.id == Motion.meeting_id, ~voted)
    deeper = exists().where(Meeting.title == Motion.title, exists().where(Meeting.place != "", ~voted))
    assert joined_anew(select(Motion.id).where(inner)) == {"motion"}
    assert joined_anew(select(Motion.id).where(~voted)) == set()
    assert joined_anew(select(Motion.id).where(deeper)) == {"motion"}
    named = exists().where(Meeting.id == Motion.meeting_id, ~voted.correlate_except(Turnout))
    assert joined_anew(select(Motion.id).where(named)) == set()
