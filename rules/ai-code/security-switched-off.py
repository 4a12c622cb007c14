from langchain_community.vectorstores import FAISS

# ruleid: security-switched-off
client = Client(url, verify_ssl=False)
# ruleid: security-switched-off
SKIP_AUTH = True
# ruleid: security-switched-off
AUTH_ENABLED = False
# ok: security-switched-off
client = Client(url, verify_ssl=settings.VERIFY)
# ok: security-switched-off
SKIP_TESTS = True
# ok: security-switched-off
verbose = False
# ruleid: langchain-dangerous-option
store = FAISS.load_local("index", embeddings, allow_dangerous_deserialization=True)
# ruleid: langchain-dangerous-option
agent = create_pandas_dataframe_agent(llm, frame, allow_dangerous_code=True)
# ok: langchain-dangerous-option
store = FAISS.from_texts(texts, embeddings)
# ok: langchain-dangerous-option
agent = create_pandas_dataframe_agent(llm, frame, allow_dangerous_code=False)
