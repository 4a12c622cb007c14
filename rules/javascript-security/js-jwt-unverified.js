const jwt = require("jsonwebtoken");

// ruleid: js-jwt-none
jwt.verify(token, key, { algorithms: ["HS256", "none"] });
// ruleid: js-jwt-none
jwt.sign(claims, key, { algorithm: "none" });
// ok: js-jwt-none, js-jwt-hardcoded-key
jwt.verify(token, process.env.JWT_KEY, { algorithms: ["HS256"] });
// ok: js-jwt-none
jwt.sign(claims, key, { algorithm: "HS256" });
// ruleid: js-jwt-hardcoded-key
jwt.sign(claims, "secret", { expiresIn: "1h" });
// ruleid: js-jwt-hardcoded-key
jwt.verify(token, "secret");
// ok: js-jwt-hardcoded-key
jwt.sign(claims, config.jwtKey);
// ruleid: js-jwt-decoded
const claims = jwt.decode(token);
// ruleid: js-jwt-decoded
const role = jwt.decode(req.headers.authorization).role;
// ok: js-jwt-decoded
const verified = jwt.verify(token, key);
// ok: js-jwt-decoded
const text = base64.decode(token);
