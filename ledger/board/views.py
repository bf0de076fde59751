"""The report as PDF, for everybody."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.web.guards import public
from cwb.web.i18n import language
from cwb.web.pages import pdf_file
from cwb.web.request import db
from ledger.board import rules
from ledger.publication.queries import comments, document, publication
from ledger.publication.views import cut_name
from ledger.share.rules import ratio
from ledger.targets.queries import targets
from ledger.targets.rules import WHOLE
from ledger.targets.services import judged_by

bp = Blueprint("board", __name__, url_prefix="/spend/published")

_KEPT: Kept[bytes] = Kept(16)


@bp.get("/<period>/<int:version>.pdf")
@public
def report(period: str, version: int) -> Any:
    """A published figure on two pages."""
    one = publication(db(), period, version)
    prepared, span = one.preparation, Period.parse(one.period)
    body = document(db(), prepared)
    names = body["anchors"]
    agreed = [each for each in targets(db()) if each.decision is not None and each.decision.at <= one.at]
    beside = rules.Beside(
        targets=[
            rules.Target(
                each.target.measure, Decimal(each.target.share) / WHOLE, each.verdict,
                ratio(each.found.lo) if each.found else None,
            )
            for each in judged_by(agreed, span, lambda: body)
            if each.target.anchor is None
        ],
        comments=[
            (names.get(str(each.anchor.public_id), each.anchor.name), each.text)
            for each in comments(db(), prepared).now
        ],
        url=url_for("publication.show", period=period, version=version, _external=True),
    )  # fmt: skip
    made = rules.report(
        Words(language()), _in_language(body), beside, version=version, checksum=prepared.checksum, at=one.at
    )  # fmt: skip
    return pdf_file(f"inkoop-{period}-{version}", _KEPT.get(str(made), lambda: pdf(made)))


def _in_language(body: dict[str, Any]) -> dict[str, Any]:
    """A signed export with the cuts of its area called as the reader calls them."""
    area = body["area"]
    cuts = {
        part: [{**each, "name": cut_name(each)} for each in area[part]] for part in ("variants", "around")
    }
    return {**body, "area": {**area, **cuts}}
