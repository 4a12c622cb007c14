const serialize = require("node-serialize");

// ruleid: js-deserialization
serialize.unserialize(cookie);
// ruleid: js-deserialization
yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA });
// ok: js-deserialization
JSON.parse(cookie);
// ok: js-deserialization
yaml.load(text);
// ruleid: js-xml-entities
libxmljs.parseXml(text, { noent: true });
// ruleid: js-xml-entities
libxmljs.parseXmlString(text, { noblanks: true, noent: true });
// ok: js-xml-entities
libxmljs.parseXml(text);
// ok: js-xml-entities
libxmljs.parseXml(text, { noent: false });
