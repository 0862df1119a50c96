#!/usr/bin/env python3
"""What the server of the live tests serves, over IPv4 and IPv6, until it is killed:

    TCP 80   GET /N: N bytes; PUT: answers with the length and SHA-256 of what came
    TCP 8080 the same
    UDP 53   every datagram comes back, in capitals
"""

import contextlib
import hashlib
import http.server
import socket
import threading


def content(size):
    """The same bytes for the same size."""
    block = hashlib.sha256(str(size).encode()).digest() * 128
    return (block * (size // len(block) + 1))[:size]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(content(int(self.path[1:])))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(f"{len(body)} {hashlib.sha256(body).hexdigest()}\n".encode())

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    request_queue_size = 128

    def handle_error(self, *_):
        """A client that went away is no news."""


def capitals():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
        server.bind(("::", 53))
        while True:
            data, peer = server.recvfrom(65536)
            with contextlib.suppress(OSError):  # a peer that nobody can answer
                server.sendto(data.upper(), peer)


if __name__ == "__main__":
    threading.Thread(target=capitals, daemon=True).start()
    other = Server(("::", 8080), Handler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    server = Server(("::", 80), Handler)
    print("ready", flush=True)
    server.serve_forever()
