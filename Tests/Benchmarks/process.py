"""What is under measurement, a server mostly: started, checked, metered through /proc, and ended."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path


class Failure(Exception):
    """A server or a load generator did not do what it should: the run fails."""


def read(path):
    """The text of a file of /proc, empty if its process has just ended."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def free_port():
    """A port of the loopback interface that the system says is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(cpus):
    """How a command line starts that runs on these CPUs only, and is ended when this script is, however that dies."""
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", ",".join(map(str, cpus))]


class Started:
    """A process, and those it starts, in a group of its own and kept to some of the CPUs."""

    def __init__(self, command, cpus, **streams):
        self.process = subprocess.Popen([*pinned(cpus), *map(str, command)], start_new_session=True, **streams)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def members(self):
        """The live processes of the group, as folders of /proc."""
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                fields = read(f"/proc/{entry}/stat").rpartition(")")[2].split()
                if fields and int(fields[2]) == self.process.pid and fields[0] != "Z":
                    yield Path("/proc", entry)

    def cpu(self):
        """Nanoseconds on a CPU of each thread of the group so far, user and system time together."""
        threads = [thread for member in self.members() for thread in (member / "task").glob("*")]
        counts = {thread: read(thread / "schedstat").split() for thread in threads}
        return {thread: int(count[0]) for thread, count in counts.items() if count}

    def cpu_since(self, before):
        """Microseconds on a CPU since `before`, which `cpu` returned."""
        return sum(now - before.get(thread, 0) for thread, now in self.cpu().items()) / 1e3

    def resident(self):
        """Bytes of resident memory, exact (VmRSS in `status` lags behind by some pages per thread)."""
        rollups = (read(member / "smaps_rollup") for member in self.members())
        return sum(int(size) * 1024 for text in rollups for size in re.findall(r"^Rss:\s+(\d+) kB", text, re.M))

    def peak(self):
        """Bytes of memory that were resident at most."""
        states = (read(member / "status") for member in self.members())
        return sum(int(size) * 1024 for text in states for size in re.findall(r"^VmHWM:\s+(\d+) kB", text, re.M))

    def stop(self):
        for wish in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, wish)
            deadline = time.monotonic() + 3
            while any(self.members()) and time.monotonic() < deadline:
                self.process.poll()
                time.sleep(0.02)
        self.process.wait()


class Running(Started):
    """A server that answers as it should."""

    def __init__(self, server, cpus, loops=1):
        self.server, self.port = server, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="netius-benchmark-"))
        self.process = None
        try:
            command = server.command(self.folder, self.port, loops)
            with open(self.folder / "log", "wb") as log:
                super().__init__(command, cpus, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.wait_for_answer()
        except BaseException:
            self.stop()
            raise

    @property
    def base(self):
        """The beginning of each of its URLs."""
        return f"{'https' if self.server.identity else 'http'}://127.0.0.1:{self.port}"

    def wait_for_answer(self):
        deadline = time.monotonic() + 20
        while True:
            if self.process.poll() is not None:
                said = (self.folder / "log").read_text(errors="replace").strip()
                raise Failure(f"exited with {self.process.returncode}: {said[-300:]}")
            try:
                return self.check_answer()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise Failure("does not listen") from None
                time.sleep(0.02)

    def check_answer(self):
        if self.server.speaks_http2:
            return self.check_answer_in_http2()
        if self.server.identity:
            context = ssl.create_default_context(cafile=self.server.identity.certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", self.server.path)
            response = connection.getresponse()
            body = response.read()
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise Failure(f"does not answer: {error!r}") from None
        finally:
            connection.close()
        if response.status != 200 or body != self.server.content:
            raise Failure(f"answers {response.status} {body[:80]!r}")

    def check_answer_in_http2(self):
        manner = ["--http2", "--cacert", self.server.identity.certificate] if self.server.identity else [
            "--http2-prior-knowledge"]
        command = ["curl", "--silent", *manner, "--write-out", "%{http_code} %{http_version}"]
        done = subprocess.run(
            [*command, f"{self.base}{self.server.path}"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        if done.returncode == 7:
            raise ConnectionRefusedError
        if done.returncode or done.stdout != self.server.content + b"200 2":
            raise Failure(f"answers curl, which exits with {done.returncode}, {done.stdout[-80:]!r}")

    def stop(self):
        if self.process is not None:
            super().stop()
        self.remove_folder()

    def remove_folder(self):
        shutil.rmtree(self.folder, ignore_errors=True)
