import os
import uuid
from pathlib import Path

import streamlit as st


@app.post("/upload")
async def upload(file: UploadFile):
    # ruleid: upload-saved-by-its-name
    with open(f"uploads/{file.filename}", "wb") as out:
        out.write(await file.read())
    # ok: upload-saved-by-its-name
    with open(os.path.join("uploads", os.path.basename(file.filename)), "wb") as out:
        out.write(await file.read())
    # ok: upload-saved-by-its-name
    with open(f"uploads/{uuid.uuid4().hex}", "wb") as out:
        out.write(await file.read())


def page():
    picture = st.file_uploader("Picture")
    # ruleid: upload-saved-by-its-name
    (Path("pictures") / picture.name).write_bytes(picture.read())
