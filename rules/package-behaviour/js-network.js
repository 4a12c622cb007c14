// ruleid: pkg-js-network
https.get("https://example.invalid/");
// ruleid: pkg-js-network
fetch("https://example.invalid/");
// ok: pkg-js-network
map.get("x");
// ok: pkg-js-network
https.createServer(f);
import o from "https";
// ruleid: pkg-js-network
o.get("https://example.invalid/x");
// ok: pkg-js-network
p.get("x");
