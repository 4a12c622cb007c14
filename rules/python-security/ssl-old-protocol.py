import ssl

from OpenSSL import SSL

# ruleid: ssl-old-protocol
ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)
# ruleid: ssl-old-protocol
connect(host, method=SSL.SSLv3_METHOD)
# ok: ssl-old-protocol
connect(host, ssl_version=ssl.PROTOCOL_TLS_CLIENT)
# ok: ssl-old-protocol
request(method="GET")


# ruleid: ssl-old-protocol-default
def dial(host, version=ssl.PROTOCOL_SSLv3):
    pass


# ruleid: ssl-old-protocol-default
def serve(port, method=SSL.TLSv1_1_METHOD):
    pass


# ok: ssl-old-protocol-default
def dial_tls(host, version=ssl.PROTOCOL_TLS_CLIENT):
    pass


# ok: ssl-old-protocol-default
def listen(port, method=None):
    pass


# ruleid: ssl-no-version
ssl.wrap_socket(sock)
# ruleid: ssl-no-version
ssl.wrap_socket(sock, server_side=True)
# ok: ssl-no-version
ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLS_CLIENT)
# ok: ssl-no-version
ssl.create_default_context().wrap_socket(sock)
