import html
import os
import subprocess

import requests
import streamlit as st
from openai import OpenAI

client = OpenAI()


def ask(question):
    reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    answer = reply.choices[0].message.content
    # ruleid: llm-output-executed
    exec(answer)
    # ruleid: llm-output-executed
    value = eval(llm.invoke(question).content)
    # ok: llm-output-executed
    value = float(answer)
    # ok: llm-output-executed
    value = eval("1 + 1")
    # ruleid: llm-output-in-shell
    subprocess.run(answer, shell=True)
    # ruleid: llm-output-in-shell
    os.system(answer.strip())
    # ok: llm-output-in-shell
    subprocess.run(["ls", "-l"])
    # ok: llm-output-in-shell
    print(answer)
    # ruleid: llm-output-in-sql
    db.execute(answer)
    # ruleid: llm-output-in-sql
    db.execute(f"SELECT * FROM t WHERE {answer}")
    # ok: llm-output-in-sql
    db.execute("SELECT * FROM t WHERE name = ?", (answer,))
    # ok: llm-output-in-sql
    db.execute("SELECT 1")
    # ruleid: llm-output-in-html
    st.markdown(answer, unsafe_allow_html=True)
    # ruleid: llm-output-in-html
    st.markdown("<b>" + answer + "</b>", unsafe_allow_html=True)
    # ok: llm-output-in-html
    st.markdown(answer)
    # ok: llm-output-in-html
    st.markdown(html.escape(answer), unsafe_allow_html=True)
    # ruleid: llm-output-in-path
    text = open(answer).read()
    # ruleid: llm-output-in-path
    page = requests.get(answer, timeout=5)
    # ok: llm-output-in-path
    page = requests.get("https://example.org/", params={"q": answer}, timeout=5)
    # ok: llm-output-in-path
    open("answer.txt", "w").write(answer)
    return value, text, page
