"""Reading what landed in each wijk."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.share.rules import Standing
from ledger.spend.models import SpendLine
from ledger.spend.queries import BRANCH, BRANCH_THEN, SEAT, SEAT_THEN, STANDING, fingerprint, proven
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import WHOSE
from ledger.wijken.rules import Bought, WijkFigure, figures

_KEPT: Kept[Mapping[str, WijkFigure]] = Kept(32)


def by_wijk(session: Session, period: Period, area: AreaPack) -> Mapping[str, WijkFigure]:
    """Wijk → its figure over a period; made anew when what it rests on has changed, else from memory."""
    key = (
        str(session.get_bind().engine.url),
        str(period),
        area.id,
        area.version,
        *fingerprint(session, period),
    )
    return _KEPT.get(key, lambda: figures(_bought(session, period), area.wijken))


def _bought(session: Session, period: Period) -> list[Bought]:
    keys = (WHOSE, STANDING, proven("wijk", ""))
    rows = session.execute(
        select(*keys, func.sum(SpendLine.net_amount))
        .join(Supplier, Supplier.id == SpendLine.supplier_id)
        .outerjoin(SEAT, SEAT_THEN)
        .outerjoin(BRANCH, BRANCH_THEN)
        .where(
            SpendLine.period_on >= period.start, SpendLine.period_on < period.end, SpendLine.weight != 0,
            SpendLine.exclusion.is_(None),
        )
        .group_by(*keys)
    )  # fmt: skip
    return [Bought(supplier, Standing(standing), wijk, int(net)) for supplier, standing, wijk, net in rows]
