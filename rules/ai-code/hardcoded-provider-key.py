import os

# ruleid: hardcoded-provider-key
client = OpenAI(api_key="sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2m3N4")
# ruleid: hardcoded-provider-key
HF_TOKEN = "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"
# ok: hardcoded-provider-key
client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
# ok: hardcoded-provider-key
client = OpenAI(api_key="sk-...")
# ok: hardcoded-provider-key
risk = "task-with-a-long-name-and-no-key"
