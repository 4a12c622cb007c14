// ruleid: hardcoded-provider-key
const client = new Anthropic({ apiKey: "sk-ant-api03-a1B2c3D4e5F6g7H8i9J0" });
// ruleid: hardcoded-provider-key
const key = "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q";
// ok: hardcoded-provider-key
const safe = new Anthropic({ apiKey: process.env.ANTHROPIC_API_KEY });
// ok: hardcoded-provider-key
const placeholder = "sk-ant-your-key";
