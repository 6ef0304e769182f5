"""The suites over HTTP/2: small answers, large ones on one connection, allocations and idle connections."""

import functools
import shutil
import struct
import subprocess
import time
from dataclasses import replace

import files
from load import Window, figure, run
from process import Failure, Running
from servers import BUILD, HERE, Server, built, compile_c, h2o, nginx, own
from suites import Suite, resting
from tls import CURL, OPENSSL, identity

CONNECTIONS, STREAMS = 10, 100
MEDIUM = ("/medium.bin", 10 << 20)

COUNTER = BUILD / "benchmarks" / "allocations.so"
GO = BUILD / "benchmarks" / "go-hello"
HYPER = BUILD / "benchmarks" / "hyper" / "release" / "hyper-hello"


def nghttpd(folder, port, loops, root=None, identity=None):
    """Starts nghttpd, which serves the files of a folder, and of its own where there is no other."""
    (folder / "index.html").write_text("Hello World")
    where = ["--address", "127.0.0.1", "--workers", loops, "--htdocs", root or folder]
    secured = [port, identity.key, identity.certificate] if identity else ["--no-tls", port]
    return ["nghttpd", *map(str, where + secured)]


def greeters(secured):
    """Those that say hello in HTTP/2, over TLS or in clear text."""
    who = identity() if secured else None
    more = {"identity": who, "speaks_http2": True}
    arguments = f'{{port}} "{who.certificate}" "{who.key}"' if secured else "{port}"
    found = [own("netius", "netius", "hello --port {port} --loops {loops}", **more)]
    found += peers({"nginx": functools.partial(nginx, http2=True), "h2o": h2o, "nghttpd": nghttpd}, **more)
    remedy = "build.sh builds it, where cargo is"
    found.append(built("hyper", HYPER, arguments, remedy, **more))
    if secured:  # without TLS it needs another package
        found.append(built("go", GO, arguments, "it needs Go", **more))
    return found


def keepers(secured):
    """Those that serve files in HTTP/2."""
    who = identity() if secured else None
    found = files.servers(who)  # with the folder they are in
    content = bytes(MEDIUM[1])
    (files.FOLDER / MEDIUM[0][1:]).write_bytes(content)
    # In clear text nginx 1.22 with sendfile breaks off a connection of many large streams.
    settings = files.NGINX.replace("sendfile on", "sendfile off") if not secured else (
        files.NGINX + "ssl_conf_command Options KTLS;")
    more = {"path": files.SMALL[0], "content": found[0].content, "identity": who, "speaks_http2": True}
    starts = {
        "nginx": functools.partial(nginx, location=f'root "{files.FOLDER}";', settings=settings, http2=True),
        "h2o": functools.partial(h2o, root=files.FOLDER),
        "nghttpd": functools.partial(nghttpd, root=files.FOLDER),
    }
    return [replace(found[0], speaks_http2=True), *peers(starts, **more)]


def peers(starts, identity, **more):
    packages = {"nginx": "nginx-light", "h2o": "h2o", "nghttpd": "nghttp2-server"}
    return [
        Server(name, functools.partial(start, identity=identity), name, f"apt-get install {packages[name]}",
               identity=identity, **more)
        for name, start in starts.items()]


def h2load(running, machine, count, connections, streams, path="/"):
    """Has so many requests answered: what h2load printed, and the CPU microseconds it took."""
    command = ["h2load", "-n", count, "-c", connections, "-m", min(streams, count), "--tls13-ciphers", "TLS_AES_128_GCM_SHA256"]
    printed, used = run([*command, f"{running.base}{path}"], (machine.load_cpu,))
    good = f"{count} total, {count} started, {count} done, {count} succeeded, 0 failed, 0 errored, 0 timeout"
    if good not in printed or f"status codes: {count} 2xx" not in printed:
        raise Failure(figure(r"^(requests: .*)$", printed))
    return printed, used


def h2load_for(running, machine, warming, step, *more):
    """Loads a server about as long as a measurement lasts, with a multiple of `step` requests, after so many that warm it
    up. When that was, and how many there were."""
    start = time.monotonic()
    h2load(running, machine, warming, *more)
    count = step * max(1, round(machine.seconds * warming / step / (time.monotonic() - start)))
    window = Window(running)
    window.close(h2load(running, machine, count, *more)[1])
    return window, count


def small(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        window, count = h2load_for(running, machine, 20_000, 10_000, CONNECTIONS, STREAMS)
    figures = {"rate": count / window.wall * 1e6, "cost": window.spent / count, **window.busy}
    yield f"HTTP/2 {manner(server)}, {CONNECTIONS} connections, {STREAMS} streams each", server.name, figures


def manner(server):
    return "over TLS" if server.identity else "in clear text"


def bulk(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        window, count = h2load_for(running, machine, 10, STREAMS, 1, STREAMS, MEDIUM[0])
        peak = running.peak()
    volume = count * MEDIUM[1] / (1 << 30)
    figures = {"speed": volume / window.wall * 1e6, "volume_cost": window.spent / volume, "peak": peak, **window.busy}
    yield f"HTTP/2 {manner(server)}, {STREAMS} streams of 10 MiB on one connection", server.name, figures


def allocations(server, machine):
    """What a request takes: two loads that differ in nothing but how many there are."""
    counted = replace(server, command=functools.partial(counting, server.command))
    least, more = 10_000, 10_000 + round(20_000 * machine.seconds)
    with Running(counted, (machine.server_cpu,)) as running:
        counts = [allocated(running)]
        for count in (least, least, more):
            h2load(running, machine, count, CONNECTIONS, STREAMS)
            counts.append(allocated(running))
    _, first, second, third = counts
    number = ((third - second) - (second - first)) / (more - least)
    yield f"HTTP/2 {manner(server)}, heap allocations", server.name, {"allocations": number}


def counting(command, folder, port, loops):
    return ["env", f"LD_PRELOAD={COUNTER}", f"ALLOCATIONS={folder / 'allocations'}", *command(folder, port, loops)]


def allocated(running):
    """How often the server has called for memory so far."""
    count = running.folder / "allocations"
    return struct.unpack("N", count.read_bytes())[0] if count.exists() else 0


def frame(kind, flags, stream, content=b""):
    return struct.pack("!IBI", len(content) << 8 | kind, flags, stream) + content


def idle(server, machine):
    """One request in fields that are sent as they are, and an acknowledgement of the settings to come."""
    fields = b"\x82\x86\x84\x41\x09127.0.0.1"
    request = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(4, 1, 0) + frame(1, 5, 1, fields)
    figures = resting(server, machine, lambda plain: plain, request)
    yield f"HTTP/2 in clear text, idle, {machine.connections:,} connections", server.name, figures


def build():
    """Compiles the peers that are not packaged, where there is what they need."""
    GO.parent.mkdir(parents=True, exist_ok=True)
    GO.unlink(missing_ok=True)
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", GO, HERE / "hello.go"], stdin=subprocess.DEVNULL)


def everyone(of):
    return lambda: [server for secured in (True, False) for server in of(secured)]


H2LOAD = ("h2load", "apt-get install nghttp2-client")
PRELOAD = (str(COUNTER), "it needs a C compiler and glibc")

SUITES = {
    "http2": Suite(small, everyone(greeters), (H2LOAD, OPENSSL, CURL), build),
    "http2-bulk": Suite(bulk, everyone(keepers), (H2LOAD, OPENSSL, CURL)),
    "http2-allocations": Suite(
        allocations, lambda: [server for server in everyone(greeters)() if server.name != "go"],
        (H2LOAD, OPENSSL, CURL, PRELOAD), lambda: compile_c(COUNTER, "allocations.c", "-shared", "-fPIC")),
    "http2-idle": Suite(idle, lambda: greeters(False), (CURL,)),
}
