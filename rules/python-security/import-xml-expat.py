import importlib

# ruleid: import-xml-expat
import xml.dom.expatbuilder
# ruleid: import-xml-expat
import xml.dom.expatbuilder as alias
# ruleid: import-xml-expat
from xml.dom.expatbuilder import thing
# ruleid: import-xml-expat
module = __import__("xml.dom.expatbuilder")
# ruleid: import-xml-expat
module = importlib.import_module("xml.dom.expatbuilder")
# ok: import-xml-expat
import defusedxml.expatbuilder
# ok: import-xml-expat
from .local import expatbuilder
# ok: import-xml-expat
module = importlib.import_module(name)
# ok: import-xml-expat
import xml_extras
