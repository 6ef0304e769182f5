"""The suite `routing`: what a router, an access log and negotiated compression add to a request."""

from process import Running
from servers import BUILD, Server
from suites import Suite, throughput

PROGRAM = str(BUILD / "release" / "RoutingBenchmark")

#: What a browser sends; `Hello World` is too short to be compressed.
FIELDS = ("Accept-Encoding: gzip, deflate, br",)


def variant(name):
    def command(folder, port, loops):
        return [PROGRAM, str(port), str(loops), name, str(folder / "access.log")]

    return Server(name, command, PROGRAM, "swift build -c release builds it")


def servers():
    """A bare handler; the same behind a router of a thousand routes; and with a log and compression around that."""
    return [variant(name) for name in ("bare", "router", "everything")]


def routing(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        yield "routing, 64 connections", server.name, throughput(running, machine, 64, fields=FIELDS)


SUITES = {"routing": Suite(routing, servers)}
