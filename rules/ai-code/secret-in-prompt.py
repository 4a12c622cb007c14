# ruleid: secret-in-prompt
messages = [{"role": "system", "content": f"Use the key {settings.api_key} to log in."}]
# ruleid: secret-in-prompt
system_prompt = f"The database password is {db_password}."
# ok: secret-in-prompt
messages = [{"role": "system", "content": f"Help {user.name}."}]
# ok: secret-in-prompt
client = OpenAI(api_key=settings.api_key)
# ok: secret-in-prompt
url = f"https://{user}:{password}@host"
