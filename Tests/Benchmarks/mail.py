"""The suites of mail: accepting and discarding, accepting into a durable queue, and relaying, loaded by smtp-source."""

import atexit
import functools
import os
import re
import smtplib
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from load import Window, run
from process import Failure, Running, Started, free_port
from servers import BUILD, Server, own
from suites import Suite

SIZE = 4096
ADDRESSES = ("-f", "sender@example.com", "-t", "recipient@example.org")
POSTFIX = "apt-get install postfix, which need not run"


def postfix(folder, port, loops, sink=None):
    """Starts a Postfix of its own, which puts mail on hold or passes it on to `sink`, a port; by root alone."""
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    (folder / "queue" / "pid").mkdir()
    subprocess.run(["chown", "postfix", folder / "data"], check=True)
    where = f"relayhost = [127.0.0.1]:{sink}" if sink else ""
    check = "permit_mynetworks" if sink else "check_client_access static:HOLD, permit_mynetworks"
    (folder / "etc" / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = benchmark.example.com
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /dev/stdout
smtpd_recipient_restrictions = {check}, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
alias_maps =
alias_database =
local_recipient_maps =
{where}
""")
    services = "".join(
        f"{name} unix - - n - {limit} {program}\n" for name, limit, program in (
            ("rewrite", "-", "trivial-rewrite"), ("bounce", 0, "bounce"),
            ("defer", 0, "bounce"), ("trace", 0, "bounce"), ("smtp", "-", "smtp"), ("error", "-", "error"),
            ("retry", "-", "error"), ("scache", 1, "scache"), ("anvil", 1, "anvil")))
    (folder / "etc" / "master.cf").write_text(
        f"127.0.0.1:{port} inet n - n - 100 smtpd\n{services}"
        "cleanup unix n - n - 0 cleanup\n"
        "qmgr unix n - n 300 1 qmgr\npostlog unix-dgram n - n - 1 postlogd\n")
    subprocess.run(["postfix", "-c", folder / "etc", "check"], check=True, capture_output=True)
    # With -d it stays in its caller's group.
    master = subprocess.run(["postconf", "-h", "daemon_directory"], check=True, capture_output=True, text=True)
    return [f"{master.stdout.strip()}/master", "-c", str(folder / "etc"), "-d"]


def netius_relay(folder, port, loops, sink=None):
    """Starts our relay, which keeps mail or passes it on to `sink`, a port."""
    spool = folder / "queue"
    spool.mkdir()
    if not sink:
        (spool / "paused").touch()
    return [
        str(BUILD / "release" / "netius"), "relay", "--port", str(port), "--loops", str(loops), "--spool", str(spool),
        "--trust", "127.0.0.1", "--via", f"127.0.0.1:{sink or port}", "--via-security", "none", "--log-level", "warning"]


def smtp_sink(folder, port, loops):
    """Starts Postfix's program that takes whatever it is sent."""
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    return ["smtp-sink", *user, f"127.0.0.1:{port}", "100"]


def aiosmtpd(folder, port, loops):
    """Starts Python's aiosmtpd, which discards what it gets."""
    return ["aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]


def receivers():
    """Those that accept mail and discard it."""
    return [
        own("netius", "netius", "smtp --port {port} --loops {loops} --adapter null --domain example.org --log-level warning"),
        Server("smtp-sink", smtp_sink, "smtp-sink", POSTFIX),
        Server("aiosmtpd", aiosmtpd, "aiosmtpd", "apt-get install python3-aiosmtpd"),
    ]


def relays():
    """Those that keep mail safe and pass it on; `path` is where they keep it."""
    found = [
        Server("netius", netius_relay, str(BUILD / "release" / "netius"), "swift build -c release builds it",
               path="queue/active"),
    ]
    if os.geteuid() == 0:
        found.append(Server("postfix", postfix, "postfix", POSTFIX, path="queue/hold"))
    return found


class Mailing(Running):
    """A mail server that greets and says farewell."""

    def check_answer(self):
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as connection:
                connection.helo()
        except ConnectionRefusedError:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise Failure(f"does not answer: {error!r}") from None

    def remove_folder(self):
        # At the end: ext4 takes long to make files where many have just been removed, and whoever comes next would pay.
        atexit.register(super().remove_folder)
        os.sync()


class Sink(Started):
    """smtp-sink, which counts what is passed on to it."""

    def __init__(self, machine):
        self.port, self.folder = free_port(), tempfile.TemporaryDirectory()
        self.said = Path(self.folder.name, "said")
        command = smtp_sink(None, self.port, 1)
        with open(self.said, "wb") as output:
            super().__init__(
                [command[0], "-c", *command[1:]], (machine.load_cpu,), stdin=subprocess.DEVNULL, stdout=output,
                stderr=output)

    def received(self):
        counts = re.findall(rb"mesg=(\d+)", self.said.read_bytes()[-200:])
        return int(counts[-1]) if counts else 0

    def stop(self):
        super().stop()
        self.folder.cleanup()


def post(running, machine, sessions, count, keeps):
    """Sends so many messages over so many sessions at a time; the CPU microseconds it took."""
    manner = ["-d"] if keeps else []
    command = ["smtp-source", *manner, "-s", sessions, "-m", count, "-l", SIZE, *ADDRESSES, f"127.0.0.1:{running.port}"]
    return run(command, (machine.load_cpu,))[1]


def posting(running, machine, sessions, keeps=True, settle=lambda count: 0):
    """Sends messages for about as long as a measurement lasts, after some to warm up; `settle` waits for all of them,
    and tells the CPU microseconds that somebody else took for them."""
    few, start = 20 * sessions, time.monotonic()
    post(running, machine, sessions, few, keeps)
    others = settle(few)
    count = max(few, round(few * machine.seconds / (time.monotonic() - start)))
    window = Window(running)
    load = post(running, machine, sessions, count, keeps)
    load += settle(few + count) - others
    window.close(load)
    return {"rate": count / window.wall * 1e6, "cost": window.spent / count, **window.busy}


def plural(sessions):
    return f"{sessions} session{'s'[:sessions - 1]}"


def accepting(server, machine):
    """Accepts messages and discards them."""
    for sessions, keeps in ((1, True), (50, True), (50, False)):
        with Mailing(server, (machine.server_cpu,)) as running:
            manner = "" if keeps else ", a connection each"
            title = f"mail discarded, {plural(sessions)}{manner}"
            yield title, server.name, posting(running, machine, sessions, keeps)


def queueing(server, machine):
    """Accepts messages so that they are not lost; they stay in the queue."""
    for sessions in (1, 50):
        with Mailing(server, (machine.server_cpu,)) as running:
            def settle(count):
                found = sum(len(files) for _, _, files in os.walk(running.folder / server.path))
                if found < count:
                    raise Failure(f"{found} files for {count} messages")
                return 0

            yield f"mail queued, {plural(sessions)}", server.name, posting(running, machine, sessions, settle=settle)


def relaying(server, machine):
    """Accepts messages, keeps them safe, and passes them on."""
    for sessions in (1, 50):
        with Sink(machine) as sink:
            passing = replace(server, command=functools.partial(server.command, sink=sink.port))
            with Mailing(passing, (machine.server_cpu,)) as running:
                def settle(count):
                    deadline = time.monotonic() + 60
                    while sink.received() < count:
                        if time.monotonic() > deadline:
                            raise Failure(f"passed on {sink.received()} of {count} messages")
                        time.sleep(0.005)
                    return sum(sink.cpu().values()) / 1e3

                yield f"mail relayed, {plural(sessions)}", server.name, posting(running, machine, sessions, settle=settle)


SOURCE = (("smtp-source", POSTFIX),)
SUITES = {
    "mail": Suite(accepting, receivers, SOURCE),
    "mail-queue": Suite(queueing, relays, SOURCE),
    "mail-relay": Suite(relaying, relays, SOURCE),
}
