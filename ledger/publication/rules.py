"""When a figure may be prepared and signed, and what changed between two exports of one period."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, NamedTuple

from cwb.kernel.canonical import digest
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.municipalities.rules import Table
from cwb.places.rules import AreaPack, Buurt, Hosting, PostcodeArea, Wijk
from ledger.declarations.rules import LEVELS
from ledger.disclosure.rules import EXCLUSIONS, LEAST_SUPPLIERS, PERSONAL_CODES, POOLED
from ledger.figure.rules import as_published, same_numbers
from ledger.publication.errors import (
    ConsentInFuture,
    ConsentMissing,
    NarrowChange,
    NothingBought,
    NothingChanged,
    PeriodRunning,
    PersonShown,
    SamePerson,
    Stale,
)
from ledger.rows.rules import Body, Row
from ledger.share.rules import MAX_WIDTH, MIN_COVERAGE, minor
from ledger.suppliers.rules import MONTHS_VALID, PROVES

PARTS: Mapping[str, str] = {
    "lo": N_("Deel lokaal, minstens"),
    "hi": N_("Deel lokaal, hooguit"),
    "coverage": N_("Bekend"),
    "floor": N_("Geland bij bewoners, minstens"),
    "declared": N_("Opgegeven door leveranciers van dit deel van de inkoop"),
    "d0": N_("Alles wat is gefactureerd (D0)"),
    "d1": N_("Inkoop bij anderen (D1)"),
}
"""The figures that two exports of one period are compared by: ratios, but for the amounts D0 and D1."""

AMOUNTS = frozenset({"d0", "d1"})


_HEADLINES = frozenset({"lo", "floor"})


class Change(NamedTuple):
    """One figure that differs: of an anchor, or ("") of all together; None where there is no figure."""

    anchor: str
    part: str
    before: str | None
    after: str | None


def choices(quarters: list[Period], today: date) -> list[Period]:
    """What can be published: quarters and years with lines that are over, latest first."""
    years = {each.start.year: Period.parse(f"{each.start.year:04}") for each in quarters}
    return [each for each in (*quarters, *years.values()) if each.end <= today]


def check_prepared(export: Body, *, period: Period, today: date, published: str | None, reason: str) -> str:
    """The reason of a new version, cleaned ("" for the first). `published`: the hash of the version that stands.

    Raises:
        PeriodRunning, NothingBought, NothingChanged; ReasonTooShort: a restatement says why.
    """
    if period.end > today:
        raise PeriodRunning(field="period", on=period.end)
    if not export["rows"] and not export["excluded"]:
        raise NothingBought(field="period")
    if published is None:
        return ""
    if export["hash"] == published:
        raise NothingChanged(field="period")
    return words(reason, "reason", short=ReasonTooShort)


class Stands(NamedTuple):
    """The version of a period that stands: its number, its hash, and the hash of the export it was made of."""

    version: int
    hash: str
    measured: str


def published(export: Body, stands: Stands | None, reason: str, read: Sequence[Table]) -> Body:
    """An export as it is prepared for signature: which version, which one it restates and why, by which tables."""
    tables = [
        {
            "kind": each.kind,
            "valid_from": str(each.valid_from),
            "source": each.source,
            "checksum": each.checksum,
        }
        for each in read
    ]
    if stands is None:
        return as_published(export, version=1, restates=None, tables=tables)
    restates = {"version": stands.version, "hash": stands.hash, "reason": reason}
    return as_published(export, version=stands.version + 1, restates=restates, tables=tables)


def check_signed(prepared: Body, *, version: int, now: Body, prepared_by_id: int, actor_id: int) -> None:
    """Somebody else signs, and only what still is so: the export `now` says the same as the one that was prepared.

    A file that came and went since changes nothing that is told, and what buyers said of the figure stays with it.

    What was prepared before versions stood in it may be signed.

    Raises:
        SamePerson, Stale.
    """
    if prepared_by_id == actor_id:
        raise SamePerson
    if (
        not same_numbers(prepared, now)
        or prepared.get("publication", {"version": version})["version"] != version
    ):
        raise Stale


COMMENT_DAYS = 5
"""Working days that buyers have to comment on a prepared figure, unless the installation says otherwise."""


def may_comment_still(until: date | None, today: date) -> bool:
    """Whether the days to comment run; what was prepared before there was a term has none."""
    return until is not None and today <= until


def early_reason(until: date | None, *, today: date, reason: str) -> str:
    """Why a figure is signed while buyers may still comment, cleaned; "" when they no longer may.

    Raises:
        ReasonTooShort: they may, and no reason is given.
    """
    return words(reason, "reason", short=ReasonTooShort) if may_comment_still(until, today) else ""


_SUMS = frozenset({"suppliers", "lines", "up", "down"})


def narrow(before: Body, after: Body) -> list[str]:
    """The buyers of whom a new version tells a change that fewer than five suppliers may have made.

    Two files of one period lie beside each other for good, and anybody may subtract them: a group that differs by one
    supplier then shows that supplier's amount (domain/spend.md §5.4, attack 19). Compared are the groups as they are
    published, all groups of a buyer together, what of it is excluded, and what was declared and landed: by class, of
    all classes together, and where other classes are joined than before. A file tells how many suppliers a group has
    and not which, so a change of many that leaves their number as it was is named too: rather too often.
    """
    groups = [(_groups(each), _together(each), _excluded(each), _landed(each)) for each in (before, after)]
    found = set()
    for was, now in zip(*groups, strict=True):
        for key in was.keys() | now.keys():
            (up, down, many), (up_now, down_now, many_now) = was.get(key, (0, 0, 0)), now.get(key, (0, 0, 0))
            if (up, down) != (up_now, down_now) and abs(many_now - many) < LEAST_SUPPLIERS:
                found.add(str(key[0]))
    return sorted(found)


_Sums = dict[tuple[object, ...], tuple[int, int, int]]


def _groups(body: Body) -> _Sums:
    return {
        (row["anchor"], digest({name: row[name] for name in sorted(row.keys() - _SUMS)})): _sum(row)
        for row in body["rows"]
    }


def _together(body: Body) -> _Sums:
    found: _Sums = {}
    for row in body["rows"]:
        held = found.get((row["anchor"],), (0, 0, 0))
        up, down, many = _sum(row)
        found[row["anchor"],] = held[0] + up, held[1] + down, held[2] + many
    return found


def _excluded(body: Body) -> _Sums:
    return {
        (row["anchor"], row["code"]): (minor(row["amount"]), 0, int(row["lines"])) for row in body["excluded"]
    }


def _landed(body: Body) -> _Sums:
    """What suppliers of a buyer declared and what of it landed, by class and together; which classes are joined."""
    found: _Sums = {}
    joined = {row["anchor"] for row in body["landed"] if row["class"] == POOLED}
    for row in body["landed"]:
        many = int(row["suppliers"])
        for part in (row["class"], ""):
            for what, up, down in (
                ("declared", minor(row["declared_up"]), minor(row["declared_down"])),
                ("landed", minor(row["landed"]), 0),
            ):
                held = found.get((row["anchor"], what, part), (0, 0, 0))
                found[row["anchor"], what, part] = held[0] + up, held[1] + down, held[2] + many
        if row["anchor"] in joined:
            found[row["anchor"], "joined", row["class"]] = 1, 0, 0
    return found


def _sum(row: Row) -> tuple[int, int, int]:
    return minor(row["up"]), minor(row["down"]), int(row["suppliers"])


def personal(before: Body | None, after: Body, persons: AbstractSet[str]) -> list[str]:
    """The buyers of whom a new version would tell what a sole trader got: it is not signed (`narrow_reason`)."""
    return [] if before is None else [each for each in narrow(before, after) if each in persons]


def narrow_reason(
    before: Body | None, after: Body, reason: str, persons: AbstractSet[str] = frozenset()
) -> str:
    """Why a new version cannot wait though it tells of a few suppliers, cleaned; "" when it does not.

    `persons`: the buyers of whom fewer than five suppliers changed, with a sole trader among them.

    Raises:
        PersonShown: it tells of one of these. NarrowChange: it tells of a few, and no reason is given.
    """
    told = [] if before is None else narrow(before, after)
    if not told:
        return ""
    if personal(before, after, persons):
        raise PersonShown
    return words(reason, "cannot_wait", short=NarrowChange)


def check_consent(*, agreed: bool, on: date, today: date) -> None:
    """The person in a story said yes, on a day that was.

    Raises:
        ConsentMissing, ConsentInFuture.
    """
    if not agreed:
        raise ConsentMissing(field="agreed")
    if on > today:
        raise ConsentInFuture(field="consented_on")


def touched(before: Body, after: Body) -> bool:
    """Whether other files or corrections stand behind the one export than behind the other."""
    return _papers(before) != _papers(after)


def _papers(body: Body) -> tuple[object, object]:
    facts = body["facts"]
    return facts["import_checksums"], facts.get("corrections", facts.get("restatement"))


def changes(before: Body, after: Body) -> list[Change]:
    """The figures that differ between two exports of one period: of all together first, then of each anchor."""
    anchors = sorted({*_anchors(before), *_anchors(after)})
    return [each for anchor in ("", *anchors) for each in _changes(before, after, anchor)]


def gone(before: Body, after: Body) -> list[dict[str, str]]:
    """The headlines of the version that stands for which a new one has no figure, as it is kept with a signature."""
    names = {"": "", **before["anchors"], **after["anchors"]}
    return [
        {"kind": "gone", "anchor": names[each.anchor], "quarter": after["period"], "part": each.part}
        for each in changes(before, after)
        if each.part in _HEADLINES and each.after is None and each.anchor in names
    ]


def _changes(before: Body, after: Body, anchor: str) -> Iterator[Change]:
    was, now = facts_of(before, anchor), facts_of(after, anchor)
    for part in PARTS:
        if was.get(part) != now.get(part):
            yield Change(anchor, part, was.get(part), now.get(part))


def _anchors(body: Body) -> Mapping[str, Any]:
    found: Mapping[str, Any] = body["figures"]["bridge"]["by_anchor"]
    return found


def facts_of(body: Body, anchor: str = "") -> dict[str, str | None]:
    """The figures of `PARTS` in an export, of one anchor or ("") of all together."""
    figures = body["figures"]
    share, bridge = figures["local_supplier_share"], figures["bridge"]
    landed = figures["landed_share"]
    if anchor:
        share, bridge = share["by_anchor"].get(anchor, {}), bridge["by_anchor"].get(anchor, {})
        landed = landed["by_anchor"].get(anchor, {})
    else:
        share, bridge = share["total"], bridge["total"]
    measured = landed.get("measured", False)
    return {
        **{part: share.get(part) for part in ("lo", "hi", "coverage")},
        "floor": landed["floor"] if measured else None, "declared": landed["coverage"] if measured else None,
        **{part: bridge.get(part) for part in ("d0", "d1")},
    }  # fmt: skip


def place_content(area: AreaPack) -> str:
    """SHA-256 over all in an area's pack that says where an address lies: the same for the same version."""

    def dates(each: Wijk | Buurt | PostcodeArea | Hosting) -> list[str]:
        return [str(each.valid_from), str(each.valid_to or "")]

    return digest(
        {
            "id": area.id, "gemeente": area.gemeente_code,
            "wijken": [[each.code, *dates(each)] for each in area.wijken.values()],
            "buurten": [[each.code, each.wijk, each.focus, *dates(each)] for each in area.buurten.values()],
            "postcodes": [
                [each.pc4, each.verdict, [*each.buurten], [*each.wijken], [*each.excludes], *dates(each)]
                for those in area.postcodes.values() for each in those
            ],
            "hosting": [
                [each.postcode, each.house_number, *dates(each)] for those in area.hosting.values() for each in those
            ],
            "variants": [
                [each.id, [*each.without_wijken], each.only_focus, [*each.gemeenten]] for each in area.variants
            ],
        }
    )  # fmt: skip


def measure_content() -> str:
    """SHA-256 over the numbers and lists that the measure is made with: the same for the same version."""
    months = [list(each) for each in sorted(MONTHS_VALID.items())]
    return digest(
        {
            "coverage": str(MIN_COVERAGE), "width": str(MAX_WIDTH), "excluded": list(EXCLUSIONS),
            "personal": sorted(PERSONAL_CODES), "least": LEAST_SUPPLIERS, "proves": PROVES, "months": months,
            "levels": {level: least for level, (_text, least) in LEVELS.items()},
        }
    )  # fmt: skip
