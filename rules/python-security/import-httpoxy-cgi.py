# ruleid: import-httpoxy-cgi
from wsgiref.handlers import CGIHandler
import wsgiref.handlers
from twisted.web import twcgi

# ruleid: import-httpoxy-cgi
CGIHandler().run(application)
# ruleid: import-httpoxy-cgi
wsgiref.handlers.CGIHandler().run(application)
# ruleid: import-httpoxy-cgi
root.putChild(b"cgi", twcgi.CGIScript("/srv/login.py"))
# ok: import-httpoxy-cgi
wsgiref.handlers.SimpleHandler(a, b, c, d).run(application)
# ok: import-httpoxy-cgi
from wsgiref.simple_server import make_server
