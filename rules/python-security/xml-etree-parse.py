import xml.dom.expatbuilder
import xml.dom.minidom
import xml.dom.pulldom
import xml.etree.cElementTree as cET
import xml.etree.ElementTree as ET
import xml.sax
import xml.sax.expatreader
from xml.dom.minidom import parseString

import defusedxml.ElementTree as safe
import defusedxml.minidom
import defusedxml.sax

# ruleid: xml-elementtree-parse
ET.parse(path)
# ruleid: xml-elementtree-parse
ET.fromstring(text)
# ok: xml-elementtree-parse
safe.parse(path)
# ok: xml-elementtree-parse
ET.tostring(node)

# ruleid: xml-celementtree-parse
cET.parse(path)
# ruleid: xml-celementtree-parse
cET.XMLParser()
# ok: xml-celementtree-parse
safe.fromstring(text)
# ok: xml-celementtree-parse
cET.Element("a")

# ruleid: xml-expatreader-parser
xml.sax.expatreader.create_parser()
# ruleid: xml-expatreader-parser
xml.sax.expatreader.create_parser(True)
# ok: xml-expatreader-parser
defusedxml.expatreader.create_parser()
# ok: xml-expatreader-parser
xml.sax.expatreader.ExpatLocator(p)

# ruleid: xml-expatbuilder-parse
xml.dom.expatbuilder.parse(path)
# ruleid: xml-expatbuilder-parse
xml.dom.expatbuilder.parseString(text)
# ok: xml-expatbuilder-parse
defusedxml.expatbuilder.parse(path)
# ok: xml-expatbuilder-parse
xml.dom.expatbuilder.makeBuilder(options)

# ruleid: xml-sax-parse
xml.sax.parse(path, handler)
# ruleid: xml-sax-parse
reader = xml.sax.make_parser()
# ok: xml-sax-parse
defusedxml.sax.parse(path, handler)
# ok: xml-sax-parse
handler = xml.sax.ContentHandler()

# ruleid: xml-minidom-parse
xml.dom.minidom.parse(path)
# ruleid: xml-minidom-parse
parseString(text)
# ok: xml-minidom-parse
defusedxml.minidom.parseString(text)
# ok: xml-minidom-parse
xml.dom.minidom.Document()

# ruleid: xml-pulldom-parse
xml.dom.pulldom.parse(path)
# ruleid: xml-pulldom-parse
xml.dom.pulldom.parseString(text)
# ok: xml-pulldom-parse
defusedxml.pulldom.parse(path)
# ok: xml-pulldom-parse
xml.dom.pulldom.PullDOM()
