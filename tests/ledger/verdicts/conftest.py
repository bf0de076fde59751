"""Answers of a bank, in the order of the schema."""


def answer(
    original: str, status: str = "", *lines: str, number: str = "STS-1", group: tuple[str, str] = ("", ""),
    version: str = "10", count: str = "", total: str = "", code: str = "",
) -> bytes:  # fmt: skip
    """A pain.002 about one file."""
    counted = (f"<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs>" if count else "") + (
        f"<OrgnlCtrlSum>{total}</OrgnlCtrlSum>" if total else ""
    )
    said = f"<GrpSts>{status}</GrpSts>" if status else ""
    name, standing = group
    told = f"<PmtInfSts>{standing}</PmtInfSts>" if standing else ""
    groups = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{name}</OrgnlPmtInfId>{told}{''.join(lines)}</OrgnlPmtInfAndSts>"
    )
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>{number}</MsgId><CreDtTm>2026-09-02T10:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"{counted}{said}{reason(code)}</OrgnlGrpInfAndSts>{groups if lines or name else ''}"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def line(mark: str, status: str, code: str = "", amount: str = "") -> str:
    """What it says of one payment."""
    money = f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt></OrgnlTxRef>' if amount else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{mark}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason(code)}{money}</TxInfAndSts>"


def reason(code: str) -> str:
    """Why."""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""
