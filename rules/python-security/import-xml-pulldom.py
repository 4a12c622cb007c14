import importlib

# ruleid: import-xml-pulldom
import xml.dom.pulldom
# ruleid: import-xml-pulldom
import xml.dom.pulldom as alias
# ruleid: import-xml-pulldom
from xml.dom.pulldom import thing
# ruleid: import-xml-pulldom
module = __import__("xml.dom.pulldom")
# ruleid: import-xml-pulldom
module = importlib.import_module("xml.dom.pulldom")
# ok: import-xml-pulldom
import defusedxml.pulldom
# ok: import-xml-pulldom
from .local import pulldom
# ok: import-xml-pulldom
module = importlib.import_module(name)
# ok: import-xml-pulldom
import xml_extras
