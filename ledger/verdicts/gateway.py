"""Reads pain.002: no DOCTYPE, no entities, no other files. What is broken anywhere is not read at all."""

import re
from collections.abc import Mapping

from lxml import etree

from cwb.kernel.errors import RuleBroken
from ledger.bankfiles.rules import cents
from ledger.verdicts.errors import ReportDangerous, ReportTooLarge, ReportUnreadable
from ledger.verdicts.rules import Report, Told

MOST_BYTES = 8 * 1024 * 1024
"""Largest answer that is read: some ten thousand payments."""
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.[0-9]{2}")
_CODE = re.compile(r"[A-Z0-9]{2,10}")
_MOST_MARK = 35


def read(content: bytes) -> Report:
    """The answer in a file.

    Raises:
        ReportUnreadable, ReportDangerous, ReportTooLarge: it is none.
    """
    if len(content) > MOST_BYTES:
        raise ReportTooLarge(field="file")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ReportUnreadable(field="file") from None
    if root.getroottree().docinfo.doctype:
        raise ReportDangerous(field="file")
    if not _NAMESPACE.fullmatch(etree.QName(root).namespace or ""):
        raise ReportUnreadable(field="file")
    whole = root.find("{*}CstmrPmtStsRpt")
    head = None if whole is None else whole.find("{*}OrgnlGrpInfAndSts")
    number = "" if whole is None else _text(whole, "GrpHdr/MsgId")
    if whole is None or head is None or not number or not _text(head, "OrgnlMsgId"):
        raise ReportUnreadable(field="file")
    try:
        return _report(whole, head, number)
    except (RuleBroken, ValueError):
        raise ReportUnreadable(field="file") from None


def _report(whole: etree._Element, head: etree._Element, number: str) -> Report:
    groups: dict[str, Told] = {}
    lines: list[Told] = []
    for group in whole.iterfind("{*}OrgnlPmtInfAndSts"):
        groups[_text(group, "OrgnlPmtInfId")] = Told(_text(group, "PmtInfSts"), _code(group))
        for each in group.iterfind("{*}TxInfAndSts"):
            amount = _text(each, "OrgnlTxRef/Amt/InstdAmt")
            lines.append(
                Told(
                    _text(each, "TxSts"), _code(each), _text(each, "OrgnlEndToEndId"),
                    cents(amount) if amount else None,
                )
            )  # fmt: skip
    count, total = _text(head, "OrgnlNbOfTxs"), _text(head, "OrgnlCtrlSum")
    return Report(
        number, _text(head, "OrgnlMsgId"), Told(_text(head, "GrpSts"), _code(head)),
        int(count) if count else None, cents(total) if total else None, groups, lines,
    )  # fmt: skip


def _text(element: etree._Element, path: str) -> str:
    """The text on a path of names, as far as a mark may be long; "" for none."""
    found = element.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or ""
    if len(found.strip()) > _MOST_MARK:
        raise ReportUnreadable(field="file")
    return str(found.strip())


def _code(element: etree._Element) -> str:
    """The first reason, by its code; a bank's own word only where it looks like one."""
    reason = element.find("{*}StsRsnInf/{*}Rsn")
    found = "" if reason is None else (reason.findtext("{*}Cd") or reason.findtext("{*}Prtry") or "").strip()
    return found if _CODE.fullmatch(found) else ""


def groups_of(content: str) -> Mapping[str, str]:
    """Mark → number of its group, in a file of our own."""
    root = etree.fromstring(content.encode())
    return {
        mark.text or "": group.findtext("{*}PmtInfId") or ""
        for group in root.iter("{*}PmtInf")
        for mark in group.iter("{*}EndToEndId")
    }
