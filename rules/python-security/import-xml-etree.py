import importlib

# ruleid: import-xml-etree
import xml.etree.ElementTree
# ruleid: import-xml-etree
import xml.etree.ElementTree as alias
# ruleid: import-xml-etree
from xml.etree.ElementTree import thing
# ruleid: import-xml-etree
module = __import__("xml.etree.ElementTree")
# ruleid: import-xml-etree
module = importlib.import_module("xml.etree.ElementTree")
# ok: import-xml-etree
import xml.etree.ElementInclude
# ok: import-xml-etree
from .local import ElementTree
# ok: import-xml-etree
module = importlib.import_module(name)
# ok: import-xml-etree
import xml_extras
