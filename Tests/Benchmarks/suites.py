"""What is measured: each suite is a function from a server to its figures, by table."""

import os
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from load import Window, answered, figure, latency, wrk
from process import Failure, Running

PIPELINED = Path(__file__).resolve().parent / "pipelined.lua"


@dataclass(frozen=True)
class Suite:
    """What a name given to `--suite` stands for."""

    #: From a server (or a client) and the machine to the names of tables, whose rows they are, and their figures.
    measure: Callable
    #: Who is measured; None is for those that say hello.
    servers: Callable | None = None
    #: Programs without which there is nothing to measure, and where they come from.
    tools: tuple[tuple[str, str], ...] = ()
    #: Makes those of them that are ours.
    build: Callable | None = None


@dataclass(frozen=True)
class Machine:
    """Which CPUs do what, and for how long."""

    server_cpu: int
    load_cpu: int
    all_cpus: tuple[int, ...]
    seconds: float
    connections: int


def throughput(running, machine, connections, cpus=None, script=None, fields=()):
    """Warms a server up and loads it: rate, cost, latencies, and who kept the CPUs busy."""
    cpus = cpus or (machine.load_cpu,)
    wrk(running, connections, cpus, min(0.5, machine.seconds / 2), script, fields)
    window = Window(running)
    printed, load = wrk(running, connections, cpus, machine.seconds, script, fields)
    window.close(load)
    cost = window.spent / answered(printed)
    figures = {"rate": float(figure(r"Requests/sec: +([\d.]+)", printed)), "cost": cost, **window.busy}
    if not script:  # wrk corrects latencies for requests it could not send in time, and pipelined ones look like that
        figures |= {"p50": latency(50, printed), "p99": latency(99, printed)}
    return figures


def keepalive(server, machine):
    for connections in (64, 5):
        with Running(server, (machine.server_cpu,)) as running:
            yield f"keepalive, {connections} connections", server.name, throughput(running, machine, connections)


def pipelined(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        yield "pipelined, 64 connections, 16 deep", server.name, throughput(running, machine, 64, script=PIPELINED)


def cores(server, machine):
    """One loop and two, both on the first two CPUs; wrk has the others, or shares these where there are no others."""
    if not server.takes_loops:
        return
    both = machine.all_cpus[:2]
    for loops in (1, 2):
        with Running(server, both, loops) as running:
            measured = throughput(running, machine, 64, cpus=(machine.all_cpus[2:] or both)[:2])
            yield "cores, 64 connections", f"{server.name}, {loops} loop{'s'[:loops - 1]}", measured


def idle(server, machine):
    yield f"idle, {machine.connections:,} connections", server.name, resting(server, machine, lambda plain: plain)


def resting(server, machine, secured, request=b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
    """Opens connections, has each answer one request, and leaves them: what the server's memory grew by."""
    held = []
    with Running(server, (machine.server_cpu,)) as running:
        before = running.resident()
        try:
            for _ in range(machine.connections):
                connection = secured(socket.create_connection(("127.0.0.1", running.port), timeout=20))
                held.append(connection)
                connection.sendall(request)
                response = b""
                while b"Hello World" not in response:
                    piece = connection.recv(4096)
                    if not piece:
                        raise Failure("closed a connection instead of answering")
                    response += piece
            time.sleep(1)
            after = running.resident()
            with selectors.DefaultSelector() as selector:
                for connection in held:
                    selector.register(connection, selectors.EVENT_READ)
                lost = len(selector.select(0))
            if lost:
                raise Failure(f"closed {lost} of {len(held)} idle connections")
        except OSError as error:
            raise Failure(f"connection {len(held)}: {error}") from None
        finally:
            for connection in held:
                connection.close()
    size = (after - before) / machine.connections
    return {"size": size, "before": before, "after": after}


SUITES = {name: Suite(measure) for name, measure in
          {"keepalive": keepalive, "pipelined": pipelined, "idle": idle, "cores": cores}.items()}


def calibrate(cpus):
    """Seconds that a fixed piece of work takes on the slowest of the CPUs: the machine's speed at this moment."""
    def work():
        start = time.perf_counter()
        sum(number * number for number in range(50_000))
        return time.perf_counter() - start

    usual = os.sched_getaffinity(0)
    try:
        slowest = 0
        for cpu in cpus:
            os.sched_setaffinity(0, {cpu})
            slowest = max(slowest, sorted(work() for _ in range(5))[2])
        return slowest
    finally:
        os.sched_setaffinity(0, usual)
