import traceback

from fastapi import FastAPI, HTTPException
from flask import jsonify

app = FastAPI()


@app.get("/a")
def a():
    try:
        return work()
    except Exception as e:
        # ruleid: error-detail-returned
        raise HTTPException(status_code=500, detail=str(e))


@app.get("/b")
def b():
    try:
        return work()
    except Exception as error:
        # ruleid: error-detail-returned
        return {"error": str(error)}


@app.get("/c")
def c():
    try:
        return work()
    except ValueError as e:
        # ok: error-detail-returned
        raise HTTPException(status_code=400, detail=str(e))


@app.get("/d")
def d():
    try:
        return work()
    except Exception as e:
        # ok: error-detail-returned
        log.error(str(e))
        # ok: error-detail-returned
        return {"error": "internal error"}


@app.get("/e")
def e():
    try:
        return work()
    except Exception:
        # ruleid: traceback-returned
        return {"trace": traceback.format_exc()}


@app.get("/f")
def f():
    try:
        return work()
    except Exception:
        # ruleid: traceback-returned
        raise HTTPException(500, detail=traceback.format_exc())


def g():
    # ok: traceback-returned
    log.error(traceback.format_exc())
    # ok: traceback-returned
    return "failed"
