"""HTTP/1.1 over the standard library."""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = {"Content-Type": "text/html"}


def as_json(status, value):
    return status, json.dumps(value).encode(), {"Content-Type": "application/json"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    farm = None

    def log_message(self, *arguments):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_GET(self):
        self.handle_call("GET")

    def do_HEAD(self):
        self.handle_call("HEAD")

    def do_POST(self):
        self.handle_call("POST")

    def do_PUT(self):
        self.handle_call("PUT")

    def do_DELETE(self):
        self.handle_call("DELETE")

    def send(self, status, content, headers, cut=False):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(content[: len(content) // 2] if cut else content)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200

    def __init__(self, handler, context=None):
        super().__init__(("127.0.0.1", 0), handler)
        self.scheme = "https" if context else "http"
        if context:  # each connection shakes hands in a thread of its own
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def url(self):
        return "%s://127.0.0.1:%d" % (self.scheme, self.server_address[1])

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # whoever called has gone, or did not like the certificate
            super().handle_error(request, client_address)
