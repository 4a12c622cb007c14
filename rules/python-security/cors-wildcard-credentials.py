from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask_cors import CORS

app = FastAPI()
# ruleid: cors-wildcard-credentials
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
# ruleid: cors-wildcard-credentials
CORS(flask_app, origins="*", supports_credentials=True)
# ruleid: cors-wildcard-credentials
response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")
# ok: cors-wildcard-credentials
app.add_middleware(CORSMiddleware, allow_origins=["https://example.org"], allow_credentials=True)
# ok: cors-wildcard-credentials
CORS(flask_app, origins="*")
# ruleid: cors-any-origin
CORS_ALLOW_ALL_ORIGINS = True
# ruleid: cors-any-origin
response.headers["Access-Control-Allow-Origin"] = "*"
# ok: cors-any-origin
CORS_ALLOWED_ORIGINS = ["https://example.org"]
# ok: cors-any-origin
response.headers["Access-Control-Allow-Origin"] = "https://example.org"
