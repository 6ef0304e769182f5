"""What is measured: each suite is a function from a server to its figures, by table."""

import os
import re
import resource
import selectors
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from process import Failure, Running, pinned

PIPELINED = Path(__file__).resolve().parent / "pipelined.lua"
MICROSECONDS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}


@dataclass(frozen=True)
class Machine:
    """Which CPUs do what, and for how long."""

    server_cpu: int
    load_cpu: int
    all_cpus: tuple[int, ...]
    seconds: float
    connections: int


def wrk(running, connections, cpus, seconds, script=None, fields=()):
    """Loads a server until `seconds` have passed; what wrk printed, and the CPU microseconds it took."""
    command = ["wrk", f"-t{len(cpus)}", f"-c{connections}", "-d1h", "--latency"]
    command += ["-s", str(script)] if script else []
    command += [word for field in fields for word in ("-H", field)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [*pinned(cpus), *command, f"http://127.0.0.1:{running.port}{running.server.path}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)  # wrk counts whole seconds, but reports when it is interrupted
        printed, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        raise Failure("wrk did not end") from None
    finally:
        process.kill()
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return printed, used * 1e6


def figure(pattern, text):
    match = re.search(pattern, text, re.M)
    if not match:
        raise Failure(f"wrk printed no {pattern!r}: {text.strip()[-300:]}")
    return match[1]


def latency(percent, text):
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", figure(rf"^ +{percent}% +(\S+)$", text)).groups()
    return float(number) * MICROSECONDS[unit]


def occupied():
    """Microseconds that all CPUs have been busy so far, or taken away by the hypervisor."""
    user, nice, system, _, _, irq, softirq, stolen = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + stolen) * 1e6 / os.sysconf("SC_CLK_TCK")


def throughput(running, machine, connections, cpus=None, script=None, fields=()):
    """Warms a server up and loads it: rate, cost, latencies, and who kept the CPUs busy."""
    cpus = cpus or (machine.load_cpu,)
    wrk(running, connections, cpus, min(0.5, machine.seconds / 2), script, fields)
    before, occupied_before, start = running.cpu(), occupied(), time.monotonic()
    printed, load = wrk(running, connections, cpus, machine.seconds, script, fields)
    spent, wall = running.cpu_since(before), (time.monotonic() - start) * 1e6
    others = max(0, occupied() - occupied_before - spent - load)
    for line in printed.splitlines():
        if "Socket errors" in line or "Non-2xx" in line:
            raise Failure(line.strip())
    requests = int(figure(r"(\d+) requests in", printed))
    if not requests:
        raise Failure("answered nothing")
    figures = {
        "rate": float(figure(r"Requests/sec: +([\d.]+)", printed)), "cost": spent / requests,
        "server_busy": spent / wall, "load_busy": load / wall, "others": others / wall}
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
    """Opens connections, has each answer one request, and leaves them: what the server's memory grew by."""
    request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    held = []
    with Running(server, (machine.server_cpu,)) as running:
        before = running.resident()
        try:
            for _ in range(machine.connections):
                connection = socket.create_connection(("127.0.0.1", running.port), timeout=20)
                held.append(connection)
                connection.sendall(request)
                response = b""
                while not response.endswith(b"Hello World"):
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
    yield f"idle, {machine.connections:,} connections", server.name, {"size": size, "before": before, "after": after}


SUITES = {"keepalive": keepalive, "pipelined": pipelined, "idle": idle, "cores": cores}


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
