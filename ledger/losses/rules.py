"""How a loss is spread: equal parts, no member above what was agreed or has room for, exact to the cent."""

from collections.abc import Mapping

from ledger.losses.errors import CoverTooSmall, MostMissing, SecondPerson


def check_most(most: int) -> None:
    """Whether a member bears something. `most`: cents, per loss.

    Raises:
        MostMissing.
    """
    if most <= 0:
        raise MostMissing(field="most")


def check_second(first_id: int, user_id: int) -> None:
    """Somebody else confirms.

    Raises:
        SecondPerson.
    """
    if first_id == user_id:
        raise SecondPerson


def spread(amount: int, room: Mapping[int, int], most: int) -> dict[int, int]:
    """Wallet → cents that it bears of a loss. `room`: what each may still go down by; `most`: agreed, per member.

    All bear the same; who has less room bears that, and the others the rest. Cents that do not divide go one each to
    the lowest wallets that have room. The parts add up to the amount.

    Raises:
        CoverTooSmall: together they have less.
    """
    bound = {wallet: max(0, min(most, cents)) for wallet, cents in sorted(room.items())}
    together = sum(bound.values())
    if together < amount:
        raise CoverTooSmall(most=f"€ {together // 100},{together % 100:02}")
    parts: dict[int, int] = {}
    left, waiting = amount, sorted(bound, key=lambda wallet: (bound[wallet], wallet))
    while waiting and bound[waiting[0]] <= left // len(waiting):  # less room than an equal part
        wallet = waiting.pop(0)
        parts[wallet] = bound[wallet]
        left -= bound[wallet]
    for place, wallet in enumerate(sorted(waiting)):
        parts[wallet] = left // len(waiting) + (place < left % len(waiting))
    return {wallet: cents for wallet, cents in sorted(parts.items()) if cents}
