"""The suites `client` and `download`: what HTTP clients spend on the answers of one and the same server."""

import json
import select
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import files
import servers
from load import Window, answered, curl_for, wrk
from process import Failure, Running, Started
from servers import BUILD, HERE, PEERS
from suites import Suite

GO = BUILD / "benchmarks" / "go-client"


@dataclass(frozen=True)
class Client:
    """A client: `load(running, path, size, machine, connections)` has it fetch something of this size from a server
    again and again; returns when that was, and how many answers it read."""

    name: str
    program: str
    remedy: str
    load: Callable

    @property
    def is_present(self):
        return shutil.which(self.program) is not None


def program(name, path, remedy, mode, *more):
    """A client that says when it is warm, goes to work at a line's bidding, prints what it did, and waits again."""
    def load(running, path_there, size, machine, connections):
        command = [path, f"{running.base}{path_there}", connections, machine.seconds, mode, *more]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "bufsize": 0}
        with Started(command, (machine.load_cpu,), **streams) as client:
            if line(client, 30) != b"ready\n":
                raise Failure("is not ready")
            before, window = client.cpu(), Window(running)
            client.process.stdin.write(b"\n")
            counts = json.loads(line(client, machine.seconds + 30))
            window.close(client.cpu_since(before))
        if not counts["requests"] or counts["bytes"] != counts["requests"] * size:
            raise Failure(f"read {counts['bytes']} bytes in {counts['requests']} answers of {size}")
        return window, counts["requests"]

    return Client(name, str(path), remedy, load)


def line(client, seconds):
    """The next line that a client prints, which is a failure's description if it is not JSON, or `ready`."""
    output = client.process.stdout
    text = output.readline() if select.select([output], [], [], seconds)[0] else b"nothing"
    if not text.startswith((b"ready", b"{")):
        raise Failure(f"printed {text.decode(errors='replace').strip()[-300:]!r}")
    return text


def own_and_peers(mode):
    """This package's client, Go's and async-http-client; the Swift ones called from any task, and from one on the loop
    that has their connections."""
    remedy = "swift build -c release builds it"
    found = []
    for place, suffix in (("anywhere", ""), ("loop", " (loop)")):
        found.append(program(f"netius{suffix}", BUILD / "release" / "ClientBenchmark", remedy, mode, place))
        found.append(program(f"ahc{suffix}", PEERS / "ahc", "./build.sh builds it", mode, place))
    return [*found, program("go", GO, "it needs Go", mode)]


def with_wrk(running, path, _, machine, connections):
    window = Window(running)
    printed, used = wrk(running, connections, (machine.load_cpu,), machine.seconds, path=path)
    window.close(used)
    return window, answered(printed)


def with_curl(running, path, size, machine, _):
    return curl_for(running, path, size, machine)


def clients():
    return [*own_and_peers("collect"), Client("wrk", "wrk", "apt-get install wrk", with_wrk)]


def downloaders():
    return [*own_and_peers("stream"), Client("curl", "curl", "apt-get install curl", with_curl)]


def first_present(found):
    """The server that they all talk to: nginx, or what is here."""
    preferred = sorted(found, key=lambda server: server.name != "nginx")
    return next((server for server in preferred if server.is_present), preferred[0])


def small(client, machine):
    server = first_present(servers.known())
    for connections in (1, 64):
        with Running(server, (machine.server_cpu,)) as running:
            window, count = client.load(running, server.path, len(server.content), machine, connections)
        figures = {"rate": count / window.wall * 1e6, "cost": window.load / count, **window.busy}
        yield f"client of {server.name}, {connections} connection{'s'[:connections - 1]}", client.name, figures


def large(client, machine):
    server = first_present(files.servers())
    with Running(server, (machine.server_cpu,)) as running:
        window, count = client.load(running, *files.LARGE, machine, 1)
    figures = {"speed": count / window.wall * 1e6, "volume_cost": window.load / count, **window.busy}
    yield f"download from {server.name}, 1 GiB", client.name, figures


def build_go():
    """Compiles Go's client, where there is Go."""
    GO.unlink(missing_ok=True)
    if shutil.which("go"):
        GO.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["go", "build", "-o", GO, HERE / "client.go"], stdin=subprocess.DEVNULL)


SUITES = {"client": Suite(small, clients, build=build_go), "download": Suite(large, downloaders, build=build_go)}
