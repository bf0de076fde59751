"""Who opens the bids of a tender."""

from collections.abc import Collection, Sequence

from procurement.tenders import errors


def check_officers(
    officer_ids: Sequence[int], holders: Collection[int], escrow_id: int | None, keepers: Collection[int]
) -> None:
    """Two different people of the buyer with a key, and one outside who keeps the third share.

    Raises:
        OfficersNotTwo, OfficerWithoutKey, EscrowMissing: at the field.
    """
    if len(officer_ids) != 2 or len(set(officer_ids)) != 2:
        raise errors.OfficersNotTwo(field="second_officer")
    for field, officer in zip(("first_officer", "second_officer"), officer_ids, strict=True):
        if officer not in holders:
            raise errors.OfficerWithoutKey(field=field)
    if escrow_id is None or escrow_id not in keepers or escrow_id in officer_ids:
        raise errors.EscrowMissing(field="escrow")
