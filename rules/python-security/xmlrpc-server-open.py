from xmlrpc.server import SimpleXMLRPCServer

server = SimpleXMLRPCServer(("localhost", 8000))
# ruleid: xmlrpc-server-open
server.register_instance(api, allow_dotted_names=True)
# ruleid: xmlrpc-server-open
server.register_instance(api, True)
# ok: xmlrpc-server-open
server.register_instance(api)
# ok: xmlrpc-server-open
server.register_function(add, "add")
