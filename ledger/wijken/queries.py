"""Reading what landed in each wijk."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.rollups.models import SpendRollup
from ledger.rollups.queries import inside, version
from ledger.share.rules import Standing
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
        *version(session, period),
    )
    return _KEPT.get(key, lambda: figures(_bought(session, period), area.wijken))


def _bought(session: Session, period: Period) -> list[Bought]:
    keys = (WHOSE, SpendRollup.standing, SpendRollup.wijk)
    rows = session.execute(
        select(*keys, func.sum(SpendRollup.net_amount))
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(inside(period), SpendRollup.exclusion.is_(None))
        .group_by(*keys)
    )
    return [Bought(supplier, Standing(standing), wijk, int(net)) for supplier, standing, wijk, net in rows]
