"""The suite `files`: a small and a large file, from the system's memory."""

import functools
import socket
import time

from process import Failure, Running
from servers import BUILD, Server, h2o, nginx, own
from suites import occupied, throughput

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


def servers():
    """Those that serve files, with the folder made for them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = (b"All work and no play makes a server dull. " * 300)[:SMALL[1]]
    (FOLDER / SMALL[0][1:]).write_bytes(content)
    with open(FOLDER / LARGE[0][1:], "wb") as large:
        large.truncate(LARGE[1])  # zeros, which take no room on the disk
    more = {"path": SMALL[0], "content": content}
    file = functools.partial(nginx, location=f'root "{FOLDER}";', settings=NGINX)
    return [
        own("netius", "netius", f'file {{port}} --path "{FOLDER}" --no-list --loops {{loops}}', **more),
        Server("nginx", file, "nginx", "apt-get install nginx-light", **more),
        Server("h2o", functools.partial(h2o, root=FOLDER), "h2o", "apt-get install h2o", **more),
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
        before, busy, start, count = running.cpu(), occupied(), time.monotonic(), 0
        load = time.process_time()
        while count == 0 or time.monotonic() - start < machine.seconds:
            fetch(connection, buffer)
            count += 1
        wall, spent = (time.monotonic() - start) * 1e6, running.cpu_since(before)
        load = (time.process_time() - load) * 1e6
    others = max(0, occupied() - busy - spent - load)
    return {
        "speed": count / wall * 1e6, "volume_cost": spent / count, "server_busy": spent / wall, "load_busy": load / wall,
        "others": others / wall}


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
