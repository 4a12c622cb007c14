// ruleid: js-tls-unverified
const agent = new https.Agent({ rejectUnauthorized: false });
// ruleid: js-tls-unverified
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
// ok: js-tls-unverified
const safe = new https.Agent({ ca: certificate });
// ok: js-tls-unverified
const modern = tls.connect({ minVersion: "TLSv1.2" });
