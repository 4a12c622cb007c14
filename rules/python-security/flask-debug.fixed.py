from flask import Flask

app = Flask(__name__)
# ruleid: flask-debug
app.run(debug=False)
# ruleid: flask-debug
app.run("127.0.0.1", 80, debug=False)
# ok: flask-debug
app.run(debug=False)
# ok: flask-debug
app.run(debug=settings.DEBUG)
# ok: flask-debug
run(debug=True)
