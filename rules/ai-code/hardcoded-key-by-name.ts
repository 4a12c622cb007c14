// ruleid: hardcoded-key-by-name-js
const apiKey = "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c";
// ruleid: hardcoded-key-by-name-js
const client = new Service({ clientSecret: "Zx81Kq93Lm20Pv75Rt46Wn" });
// ruleid: hardcoded-key-by-name-js
const options = { region: "eu", apiKey: "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c" };
// ok: hardcoded-key-by-name-js
const fromEnvironment = new Service({ apiKey: process.env.API_KEY });
// ok: hardcoded-key-by-name-js
const placeholder = { apiKey: "your-api-key-here-123" };
