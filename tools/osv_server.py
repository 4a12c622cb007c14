"""OSV's query API on 127.0.0.1, fed from a folder in OSV's layout, for peers that ask a service.

    python tools/osv_server.py DATA/osv/PyPI/all.zip [--port 0]

Prints its address on the first line. Answers /v1/query, /v1/querybatch and /v1/vulns/ID.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from osv_oracle import Oracle


def make_handler(oracle):
    for record in oracle.records:
        # OSV's service writes every time in UTC with a `Z`; some archived records do not.
        for key in ("published", "modified", "withdrawn"):
            if record.get(key):
                record[key] = record[key].replace("+00:00", "Z")
    by_id = {record["id"]: record for record in oracle.records}

    def answer(query):
        package = query.get("package") or {}
        if package.get("ecosystem") != "PyPI":
            return []
        return oracle.matching(package.get("name", ""), query.get("version", ""))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self, status, document):
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            request = json.loads(self.rfile.read(length) or b"{}")
            if self.path == "/v1/query":
                found = answer(request)
                self.reply(200, {"vulns": found} if found else {})
            elif self.path == "/v1/querybatch":
                results = []
                for query in request.get("queries", []):
                    found = answer(query)
                    results.append({"vulns": [
                        {"id": r["id"], "modified": r["modified"]} for r in found]} if found else {})
                self.reply(200, {"results": results})
            else:
                self.reply(404, {"message": "no such path"})

        def do_GET(self):
            record = by_id.get(self.path.removeprefix("/v1/vulns/"))
            self.reply(200, record) if record else self.reply(404, {"message": "no such record"})

        def log_message(self, *arguments):
            pass

    return Handler


def serve(archive, port=0):
    """A server that is bound but not yet running."""
    return ThreadingHTTPServer(("127.0.0.1", port), make_handler(Oracle(archive)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archive")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    server = serve(arguments.archive, arguments.port)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
