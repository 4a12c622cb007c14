import ast

# ruleid: eval-used
total = eval("1 + " + text)
# ruleid: eval-used
handler = eval(name, {"__builtins__": None})
# ok: eval-used
values = ast.literal_eval(text)
# ok: eval-used
model.eval()
# ok: eval-used
frame.eval("a + b")
