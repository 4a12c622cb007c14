import importlib

# ruleid: import-xml-minidom
import xml.dom.minidom
# ruleid: import-xml-minidom
import xml.dom.minidom as alias
# ruleid: import-xml-minidom
from xml.dom.minidom import thing
# ruleid: import-xml-minidom
module = __import__("xml.dom.minidom")
# ruleid: import-xml-minidom
module = importlib.import_module("xml.dom.minidom")
# ok: import-xml-minidom
import defusedxml.minidom
# ok: import-xml-minidom
from .local import minidom
# ok: import-xml-minidom
module = importlib.import_module(name)
# ok: import-xml-minidom
import xml_extras
