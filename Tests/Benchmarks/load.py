"""Who loads a server, wrk and curl, and what is spent meanwhile."""

import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

from process import Failure, pinned

MICROSECONDS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}


def occupied():
    """Microseconds that all CPUs have been busy so far, or taken away by the hypervisor."""
    user, nice, system, _, _, irq, softirq, stolen = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + stolen) * 1e6 / os.sysconf("SC_CLK_TCK")


def children():
    """Microseconds on a CPU of all processes so far that this script started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e6


class Window:
    """A stretch of time, from when it is made until it is closed, and what is spent meanwhile."""

    def __init__(self, running):
        self.running = running
        self.before, self.occupied, self.start = running.cpu(), occupied(), time.monotonic()

    def close(self, load):
        """Ends it, when the load generator has used `load` microseconds. Sets, in microseconds, what passed (`wall`)
        and what the server spent, and how busy who was, for the tables."""
        self.spent, self.wall = self.running.cpu_since(self.before), (time.monotonic() - self.start) * 1e6
        others = max(0, occupied() - self.occupied - self.spent - load)
        self.load = load
        self.busy = {"server_busy": self.spent / self.wall, "load_busy": load / self.wall, "others": others / self.wall}


def wrk(running, connections, cpus, seconds, script=None, fields=(), path=None):
    """Loads a server until `seconds` have passed; what wrk printed, and the CPU microseconds it took."""
    command = ["wrk", f"-t{len(cpus)}", f"-c{connections}", "-d1h", "--latency"]
    command += ["-s", str(script)] if script else []
    command += [word for field in fields for word in ("-H", field)]
    before = children()
    process = subprocess.Popen(
        [*pinned(cpus), *command, f"{running.base}{path or running.server.path}"], env=running.server.load_environment,
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
    return printed, children() - before


def figure(pattern, text):
    match = re.search(pattern, text, re.M)
    if not match:
        raise Failure(f"wrk printed no {pattern!r}: {text.strip()[-300:]}")
    return match[1]


def answered(printed):
    """How many requests wrk got an answer to, all of them good."""
    for line in printed.splitlines():
        if "Socket errors" in line or "Non-2xx" in line:
            raise Failure(line.strip())
    requests = int(figure(r"(\d+) requests in", printed))
    if not requests:
        raise Failure("answered nothing")
    return requests


def latency(percent, text):
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", figure(rf"^ +{percent}% +(\S+)$", text)).groups()
    return float(number) * MICROSECONDS[unit]


def run(command, cpus, environment=None):
    """Runs a load generator to its end; what it printed, and the CPU microseconds it took."""
    before = children()
    try:
        done = subprocess.run(
            [*pinned(cpus), *map(str, command)], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} did not end") from None
    if done.returncode:
        raise Failure(f"{command[0]} exited with {done.returncode}: {(done.stdout + done.stderr).strip()[-300:]}")
    return done.stdout, children() - before


def curl(running, path, size, count, cpus):
    """Fetches a file of this size so many times over one connection; the CPU microseconds curl took."""
    identity = running.server.identity
    command = ["curl", "--silent", "--show-error", "--fail", "--http1.1", "--output", "/dev/null"]
    command += ["--write-out", "%{size_download} %{num_connects}\n"]
    command += ["--cacert", identity.certificate] if identity else []
    printed, used = run([*command, f"{running.base}{path}?[1-{count}]"], cpus, running.server.load_environment)
    if printed.split("\n") != [f"{size} 1", *[f"{size} 0"] * (count - 1), ""]:
        raise Failure(f"curl printed {printed[-300:]!r}")
    return used


def curl_for(running, path, size, machine):
    """Fetches the file about as long as a measurement lasts, once before to warm up: when that was, and how often."""
    cpus, start = (machine.load_cpu,), time.monotonic()
    curl(running, path, size, 1, cpus)
    count = max(1, round(machine.seconds / (time.monotonic() - start)))
    window = Window(running)
    window.close(curl(running, path, size, count, cpus))
    return window, count
