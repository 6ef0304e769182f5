"""The suite `files`: a small and a large file, from the system's memory."""

import functools
import os
import socket
import time

from load import Window
from process import Failure, Running
from servers import BUILD, Server, h2o, nginx, own
from suites import Suite, throughput

FOLDER = BUILD / "benchmarks" / "files"
SMALL = ("/small.html", 10 * 1024)
LARGE = ("/large.bin", 1 << 30)

#: As Debian's package sets it up, but for the log.
NGINX = """
    sendfile on;
    tcp_nopush on;
    types { text/html html; application/octet-stream bin; }
    default_type application/octet-stream;
"""


def servers(identity=None):
    """Those that serve files, over TLS if somebody is to be identified, with the folder made for them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = (b"All work and no play makes a server dull. " * 300)[:SMALL[1]]
    (FOLDER / SMALL[0][1:]).write_bytes(content)
    large = FOLDER / LARGE[0][1:]
    large.touch()
    os.truncate(large, LARGE[1])  # zeros, which take no room on the disk
    more = {"path": SMALL[0], "content": content, "identity": identity}
    settings = NGINX + ("ssl_conf_command Options KTLS;" if identity else "")
    of_nginx = functools.partial(nginx, location=f'root "{FOLDER}";', settings=settings, identity=identity)
    of_h2o = functools.partial(h2o, root=FOLDER, identity=identity)
    return [
        own("netius", "netius", f'file {{port}} --path "{FOLDER}" --no-list --loops {{loops}}', **more),
        Server("nginx", of_nginx, "nginx", "apt-get install nginx-light", **more),
        Server("h2o", of_h2o, "h2o", "apt-get install h2o", **more),
    ]


def files(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        yield "files, 10 KiB, 64 connections", server.name, throughput(running, machine, 64)
        yield "files, 1 GiB", server.name, volume(running, machine)


def volume(running, machine):
    """Fetches the large file again and again, once to warm up: what a GiB costs."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        buffer = memoryview(bytearray(1 << 20))
        fetch(connection, buffer)
        window, load, count = Window(running), time.process_time(), 0
        while count == 0 or time.monotonic() - window.start < machine.seconds:
            fetch(connection, buffer)
            count += 1
        window.close((time.process_time() - load) * 1e6)
    return {"speed": count / window.wall * 1e6, "volume_cost": window.spent / count, **window.busy}


def fetch(connection, buffer):
    """One answer with the large file, whose content is thrown away."""
    connection.sendall(f"GET {LARGE[0]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            raise Failure("closed the connection instead of answering")
        head += piece
    head, _, content = head.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or f"content-length: {LARGE[1]}" not in head.decode().lower():
        raise Failure(f"answers {head[:80]!r}")
    left = LARGE[1] - len(content)
    while left > 0:
        count = connection.recv_into(buffer, min(left, len(buffer)))
        if not count:
            raise Failure(f"closed the connection with {left} bytes to come")
        left -= count


SUITES = {"files": Suite(files, servers)}
