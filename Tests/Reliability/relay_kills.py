#!/usr/bin/env python3
"""Does to a relay what it must survive, and reconciles what it acknowledged with what arrived.

    Tests/Reliability/relay_kills.py .build/debug/netius --kills 200
    Tests/Reliability/relay_kills.py .build/debug/netius --scenario descriptors

`kills`: SIGKILL at random, many times and under load. `terminations`: SIGTERM in the same way; nothing may arrive twice then.
`descriptors`: a queue of many more messages than the process may have files open, for a host that is down at first.
`password`: a next host that refuses the relay's password for a time; nothing may come back to its sender for that.

Every message that was answered 250 must arrive as it was, for each of its recipients, or come back to its sender where the
next host refuses the recipient for good. Where the relay is killed it may arrive more than once: RFC 5321 section 6.1 prefers
that to a loss. A disk that forgets what was not synchronised is not part of this: what a process wrote survives its end.
Exits with 1 where something is lost.
"""

import argparse
import atexit
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

from relay_peers import Load, Sink


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Relay:
    """A relay with a folder of its own, started as often as need be."""

    def __init__(self, options, via, *arguments, environment=()):
        self.folder = tempfile.mkdtemp(prefix="netius-kills-")
        self.port = free_port()
        self.command = [
            options.tool, "relay", "--port", str(self.port), "--spool", self.folder + "/spool", "--trust", "127.0.0.1",
            "--via", via, "--retry", "0.1", "--longest-retry", "0.4", "--log-level", "warning", "--no-mta-sts",
            *(arguments or ["--via-security", "none"]),
        ]
        self.environment = {k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
        self.environment.update(environment)
        self.log = open(self.folder + "/log", "wb")

    def start(self, descriptors=None):
        def limit():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        self.process = subprocess.Popen(
            self.command, stderr=self.log, stdout=self.log, env=self.environment, preexec_fn=limit)
        for _ in range(1000):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("the relay ended: " + open(self.folder + "/log").read()[-2000:])
                time.sleep(0.02)
        raise SystemExit("the relay does not answer")

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(90)

    def names(self, folder):
        return [name for _, _, names in os.walk(self.folder + "/spool/" + folder) for name in names]


def load(relay, options, **limits):
    acknowledged, stop = {}, threading.Event()
    loads = [
        Load(relay.port, acknowledged, stop, options.seed + number, **limits) for number in range(options.sessions)
    ]
    for one in loads:
        one.start()
    return acknowledged, stop, loads


def signals(options, how):
    sink = Sink(options.seed)
    sink.loses_answers = how == signal.SIGKILL
    relay = Relay(options, "127.0.0.1:%d" % sink.port)
    chance = random.Random(options.seed)
    relay.start()
    acknowledged, stop, loads = load(relay, options)
    for _ in range(options.kills):
        time.sleep(chance.uniform(0.02, 0.6))
        relay.end(how)
        relay.start()
    stop.set()
    for one in loads:
        one.join(30)
    return relay, sink, acknowledged, how == signal.SIGKILL


def fill(relay, options):
    """Has the relay take as many messages as are asked for, and ends it."""
    relay.start()
    acknowledged, stop, loads = load(relay, options, maximum=options.messages)
    for one in loads:
        one.join()
    relay.end(signal.SIGTERM)
    return acknowledged


def descriptors(options):
    port = free_port()
    relay = Relay(options, "127.0.0.1:%d" % port)
    acknowledged = fill(relay, options)
    relay.start(descriptors=256)
    # All are tried in vain, again and again; and mail is taken.
    for _ in range(10):
        time.sleep(1)
        more, stop, loads = load(relay, options, maximum=1)
        for one in loads:
            one.join(20)
        if not more:
            raise SystemExit("the relay takes no more mail; " + relay.folder)
        acknowledged.update(more)
    sink = Sink(options.seed, port)
    sink.is_calm = True
    return relay, sink, acknowledged, False


def password(options):
    certificate = tempfile.mkdtemp(prefix="netius-kills-")
    atexit.register(shutil.rmtree, certificate, True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", certificate + "/key",
         "-out", certificate + "/certificate"],
        check=True, stderr=subprocess.DEVNULL)
    with open(certificate + "/both", "w") as both:
        both.write(open(certificate + "/certificate").read() + open(certificate + "/key").read())
    with open(certificate + "/password", "w") as file:
        file.write("secret\n")
    sink = Sink(options.seed, certificate=certificate + "/both")
    sink.is_calm, sink.knows_password = True, False
    relay = Relay(
        options, "localhost:%d" % sink.port, "--via-security", "implicit", "--via-user", "frank",
        "--via-password-file", certificate + "/password", environment={"SSL_CERT_FILE": certificate + "/certificate"})
    options.messages = min(options.messages, 200)
    acknowledged = fill(relay, options)
    relay.start()
    time.sleep(3)
    sink.knows_password = True
    return relay, sink, acknowledged, False


def main():
    scenarios = {
        "kills": lambda options: signals(options, signal.SIGKILL),
        "terminations": lambda options: signals(options, signal.SIGTERM),
        "descriptors": descriptors,
        "password": password,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--scenario", choices=scenarios, default="kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=int, default=300, help="the seconds in which all must have arrived")
    options = parser.parse_args()
    relay, sink, acknowledged, may_repeat = scenarios[options.scenario](options)
    sink.is_calm = True
    deadline = time.time() + options.patience
    missing = None
    while time.time() < deadline:
        with sink.lock:
            missing = [
                (number, recipient)
                for number, (recipients, _) in acknowledged.items()
                for recipient in recipients
                if not (sink.returned[number] if recipient.startswith("bad") else sink.delivered[number, recipient])
            ]
        if not missing:
            break
        time.sleep(0.2)
    relay.end(signal.SIGTERM)
    left, corrupt = relay.names("active"), relay.names("corrupt")
    changed = [number for number, (_, sent) in acknowledged.items() if sink.digests[number] - {sent}]
    refused = {n for n, (recipients, _) in acknowledged.items() if any(r.startswith("bad") for r in recipients)}
    # Of what was taken and whose answer did not arrive nobody says what becomes.
    repeated = [key for key, count in sink.delivered.items() if count > 1 and key[0] in acknowledged]
    needless = [number for number in sink.returned if number in acknowledged and number not in refused]
    print(
        "%s %d acknowledged %d deliveries %d returned %d duplicates %d left %d corrupt %d changed %d lost %d"
        % (
            options.scenario, options.kills, len(acknowledged), len(sink.delivered), len(sink.returned), len(repeated),
            len(left), len(corrupt), len(changed), len(missing),
        )
    )
    failures = {
        "missing": missing, "corrupt": corrupt, "changed": changed, "returned without need": needless,
        "twice": [] if may_repeat else repeated,
    }
    if any(failures.values()) or not acknowledged:
        for name, found in failures.items():
            print(name, found[:20])
        raise SystemExit("see " + relay.folder)
    shutil.rmtree(relay.folder)


main()
