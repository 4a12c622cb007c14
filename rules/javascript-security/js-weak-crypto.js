const crypto = require("crypto");

// ruleid: js-weak-hash
crypto.createHash("md5").update(data);
// ruleid: js-weak-hash
crypto.createHmac("sha1", key);
// ok: js-weak-hash
crypto.createHash("sha256").update(data);
// ok: js-weak-hash
cache.createKey("md5");
// ruleid: js-weak-cipher
crypto.createCipheriv("aes-256-ecb", key, null);
// ruleid: js-weak-cipher
crypto.createCipheriv("des-ede3-cbc", key, iv);
// ok: js-weak-cipher
crypto.createCipheriv("aes-256-gcm", key, nonce);
// ok: js-weak-cipher
crypto.randomBytes(16);
// ruleid: js-password-fast-hash
crypto.createHash("sha256").update(password);
// ruleid: js-password-fast-hash
crypto.createHash("sha512").update(req.body.password, "utf8");
// ok: js-password-fast-hash
crypto.createHash("sha256").update(content);
// ok: js-password-fast-hash
crypto.scryptSync(password, salt, 64);
