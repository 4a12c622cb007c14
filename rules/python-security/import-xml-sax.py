import importlib

# ruleid: import-xml-sax
import xml.sax
# ruleid: import-xml-sax
import xml.sax as alias
# ruleid: import-xml-sax
from xml.sax import thing
# ruleid: import-xml-sax
module = __import__("xml.sax")
# ruleid: import-xml-sax
module = importlib.import_module("xml.sax")
# ok: import-xml-sax
import defusedxml.sax
# ok: import-xml-sax
from .local import sax
# ok: import-xml-sax
module = importlib.import_module(name)
# ok: import-xml-sax
import xml_extras
