// ruleid: key-in-browser
const client = new OpenAI({ apiKey: key, dangerouslyAllowBrowser: true });
// ruleid: key-in-browser
const secret = process.env.NEXT_PUBLIC_OPENAI_API_KEY;
// ruleid: key-in-browser
const role = import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY;
// ok: key-in-browser
const server = process.env.OPENAI_API_KEY;
// ok: key-in-browser
const publishable = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY;
