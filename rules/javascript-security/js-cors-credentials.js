// ruleid: js-cors-credentials
app.use(cors({ origin: true, credentials: true }));
// ruleid: js-cors-credentials
res.setHeader("Access-Control-Allow-Origin", req.headers.origin);
// ok: js-cors-credentials
app.use(cors({ origin: "https://example.org", credentials: true }));
// ok: js-cors-credentials
app.use(cors({ origin: "*" }));
// ruleid: js-cors-any-origin
app.use(cors());
// ruleid: js-cors-any-origin
res.setHeader("Access-Control-Allow-Origin", "*");
// ok: js-cors-any-origin
app.use(cors({ origin: ["https://example.org"] }));
// ok: js-cors-any-origin
res.setHeader("Access-Control-Allow-Methods", "GET");
