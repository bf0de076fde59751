"""The auditfile of a year as a download."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from flask import Blueprint, Response

from cwb.kernel.errors import NotFound
from cwb.web.guards import guarded
from cwb.web.request import db, now
from ledger.auditfile.gateway import write_auditfile
from ledger.books import policy
from ledger.books.views import file_name, keeper

bp = Blueprint("auditfile", __name__, url_prefix="/books")
_MOST_IN_MEMORY = 1 << 20
_AT_ONCE = 1 << 16


@bp.get("/<uuid:public_id>/auditfile/<int:year>.xaf")
@guarded(policy.SEE)
def download(public_id: UUID, year: int) -> Any:
    """Written whole before it is sent: a file that breaks off halfway looks whole to whoever gets it."""
    party = keeper(public_id)
    if not 1900 <= year <= 2200:
        raise NotFound
    file = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115 (closed when it has been sent)
    write_auditfile(db(), party, year, file, at=now())
    file.seek(0)
    answer = Response(_pieces(file), mimetype="application/xml")
    answer.call_on_close(file.close)  # also when nobody read it
    name = file_name("auditfile", party, year)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xaf"'
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece
