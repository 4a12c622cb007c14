# ruleid: streamlit-page-without-auth
import streamlit as st

db = connect()
query = st.text_input("Name")
rows = db.execute("SELECT * FROM customers WHERE name = ?", (query,))
key = st.secrets["KEY"]


def other():
    # ruleid: streamlit-page-without-auth
    import streamlit as st

    frame = pandas.read_sql("SELECT 1", db)


def safe():
    # ok: streamlit-page-without-auth
    import streamlit as st

    if not st.user.is_logged_in:
        st.stop()
    rows = db.execute("SELECT 1")


def harmless():
    # ok: streamlit-page-without-auth
    import streamlit as st

    st.title("Calculator")
