"""What an answer of a bank (ISO 20022 pain.002) means for the lines of a file, on bare values. Amounts are cents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from cwb.kernel.text import N_
from ledger.verdicts.errors import ReportDiffers

REFUSED = frozenset({"RJCT", "CANC"})
ACCEPTED = frozenset({"ACCP", "ACTC", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC"})
"""External Payment Transaction Status codes that are an answer; all others (PDNG, RCVD, PART …) decide nothing."""


class Standing(StrEnum):
    """What the bank says of a file as a whole. `PENDING`: it has it, and decided nothing yet."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    PENDING = "pending"


NAMES: Mapping[str, str] = {
    Standing.ACCEPTED: N_("aangenomen"),
    Standing.PARTLY: N_("deels geweigerd"),
    Standing.REFUSED: N_("helemaal geweigerd"),
    Standing.PENDING: N_("nog in behandeling"),
}
TONES: Mapping[str, str] = {
    Standing.ACCEPTED: "good", Standing.PARTLY: "warn", Standing.REFUSED: "bad", Standing.PENDING: "neutral",
}  # fmt: skip


class Skip(StrEnum):
    """Why nothing was done for a line that the answer names."""

    UNKNOWN = "unknown"
    AMOUNT = "amount"
    UNCLEAR = "unclear"
    CAME = "came"
    DECIDED = "decided"


SKIPS: Mapping[str, str] = {
    Skip.UNKNOWN: N_("Deze regel staat niet in uw bestand."),
    Skip.AMOUNT: N_("Het bedrag is anders dan in uw bestand."),
    Skip.UNCLEAR: N_("Het antwoord zegt hier twee dingen tegelijk. Bel uw bank."),
    Skip.CAME: N_("Uw afschrift noemt deze regel al. Dat telt. Bel uw bank."),
    Skip.DECIDED: N_("Over deze regel was al beslist."),
}


class Told(NamedTuple):
    """A status, its reason code ("" for none), and of a single payment its mark and, where told, its amount."""

    status: str
    code: str = ""
    mark: str = ""
    amount: int | None = None


class Report(NamedTuple):
    """A pain.002: `number` is the bank's own, `original` the file's; `groups` by their number; `lines` one by one."""

    number: str
    original: str
    whole: Told
    payments: int | None = None
    total: int | None = None
    groups: Mapping[str, Told] = {}
    lines: Sequence[Told] = ()


class Line(NamedTuple):
    """A payment in a file of ours, as it was sent."""

    key: int
    mark: str
    group: str
    amount: int


class Verdict(NamedTuple):
    """The lines that are refused with their reason codes, what was left alone and why, and how the file stands."""

    refused: Mapping[int, str]
    skipped: Sequence[tuple[str, Skip]]
    standing: Standing


def judge(report: Report, lines: Sequence[Line]) -> Verdict:
    """What an answer says of each line: its own word, else that of its group, else that of the file.

    A line of which two words differ is left alone, and so is one that is not ours or has another amount.

    Raises:
        ReportDiffers: it counts another number of payments, or another sum.
    """
    if report.payments not in {None, len(lines)} or report.total not in {
        None,
        sum(each.amount for each in lines),
    }:
        raise ReportDiffers
    ours = {each.mark.upper(): each for each in lines}
    named: dict[int, list[Told]] = defaultdict(list)
    skipped: list[tuple[str, Skip]] = []
    for told in report.lines:
        line = ours.get(told.mark.upper())
        if line is None:
            skipped.append((told.mark, Skip.UNKNOWN))
        elif told.amount not in {None, line.amount}:
            skipped.append((line.mark, Skip.AMOUNT))
        else:
            named[line.key].append(told)
    wrong = {mark for mark, _ in skipped}
    refused: dict[int, str] = {}
    decided = 0
    for line in lines:
        words = named[line.key] + [each for each in (report.groups.get(line.group), report.whole) if each]
        said = [each for each in words if each.status in REFUSED | ACCEPTED]
        refusals = [each for each in said if each.status in REFUSED]
        if line.mark in wrong or not said:
            continue
        if refusals and len(refusals) < len(said):
            skipped.append((line.mark, Skip.UNCLEAR))
        elif refusals:
            refused[line.key] = next((each.code for each in refusals if each.code), "")
        else:
            decided += 1
    return Verdict(refused, skipped, _standing(len(refused), decided, len(lines)))


def _standing(refused: int, accepted: int, count: int) -> Standing:
    if refused:
        return Standing.REFUSED if refused == count else Standing.PARTLY
    return Standing.ACCEPTED if accepted == count else Standing.PENDING
