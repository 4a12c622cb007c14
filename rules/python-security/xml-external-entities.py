import xml.etree.ElementTree as ET

import defusedxml.ElementTree as safe
from flask import request
from lxml import etree

# ruleid: xml-external-entities
parser = etree.XMLParser(resolve_entities=True)
# ruleid: xml-external-entities
parser = etree.XMLParser(load_dtd=True, no_network=False)
# ok: xml-external-entities
parser = etree.XMLParser(resolve_entities=False, no_network=True)
# ok: xml-external-entities
parser = etree.HTMLParser()


@app.route("/import", methods=["POST"])
def load():
    # ruleid: xml-request-parsed
    a = ET.fromstring(request.data)
    # ruleid: xml-request-parsed
    b = etree.fromstring(request.data)
    # ok: xml-request-parsed
    c = safe.fromstring(request.data)
    # ok: xml-request-parsed
    d = ET.fromstring(TEMPLATE)
    return a, b, c, d
