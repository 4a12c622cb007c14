import ast

import streamlit as st

formula = st.text_input("Formula")
# ruleid: eval-of-input
st.write(eval(formula))
# ruleid: eval-of-input
value = eval(input("value? "))
# ok: eval-of-input
value = ast.literal_eval(input("value? "))
# ok: eval-of-input
value = eval(int(input("value? ")))
