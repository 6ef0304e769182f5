#!/usr/bin/env python3
"""Kills a relay at random, many times and under load, and reconciles what it acknowledged with what arrived.

    Tests/Reliability/relay_kills.py .build/debug/netius --kills 200

Every message that was answered 250 must arrive for each of its recipients, or come back to its sender where the next host
refuses the recipient for good. It may arrive more than once: RFC 5321 section 6.1 prefers that to a loss. Exits with 1
where something is lost.
"""

import argparse
import collections
import os
import random
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time

TOKEN = re.compile(rb"token-(\d+)-end")


class Sink(socketserver.ThreadingTCPServer):
    """The next host: it takes, puts off and refuses mail, and sometimes breaks off."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, seed):
        super().__init__(("127.0.0.1", 0), Session)
        self.lock = threading.Lock()
        self.random = random.Random(seed)
        self.is_calm = False
        self.delivered = collections.Counter()
        self.returned = collections.Counter()

    def chance(self, probability):
        with self.lock:
            return not self.is_calm and self.random.random() < probability


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        try:
            self.serve()
        except (OSError, ConnectionError):
            pass

    def serve(self):
        sink = self.server
        if sink.chance(0.02):
            return
        self.say("220 sink ESMTP")
        sender, recipients = None, []
        while line := self.rfile.readline(4096):
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
            elif verb == b"MAIL":
                sender, recipients = line[10:].split(b">")[0].strip(b"<"), []
                self.say("250 ok")
            elif verb == b"RCPT":
                recipient = line[8:].split(b">")[0].strip(b"<").decode()
                if recipient.startswith("bad"):
                    self.say("550 5.1.1 no such user")
                elif recipient.startswith("slow") and sink.chance(0.6):
                    self.say("451 4.2.0 later")
                else:
                    recipients.append(recipient)
                    self.say("250 ok")
            elif verb == b"DATA":
                if not recipients:
                    self.say("554 no recipients")
                    continue
                self.say("354 go on")
                if not self.content(sender, recipients):
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def content(self, sender, recipients):
        sink = self.server
        content = []
        while (line := self.rfile.readline(4096)) != b".\r\n":
            if not line:
                return False
            content.append(line)
        if sink.chance(0.02):
            return False
        found = TOKEN.search(b"".join(content))
        with sink.lock:
            for recipient in recipients:
                if found is None:
                    continue
                if sender == b"":
                    sink.returned[int(found[1])] += 1
                else:
                    sink.delivered[int(found[1]), recipient] += 1
        if sink.chance(0.02):
            # Taken, and the answer lost: it will come again.
            return False
        self.say("250 2.0.0 taken")
        return True


class Load(threading.Thread):
    """Sends message after message, and notes those that were answered 250."""

    numbers = iter(range(1 << 62))
    lock = threading.Lock()

    def __init__(self, port, acknowledged, stop, seed):
        super().__init__(daemon=True)
        self.port, self.acknowledged, self.stop = port, acknowledged, stop
        self.random = random.Random(seed)

    def run(self):
        while not self.stop.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                    connection.settimeout(20)
                    self.session(connection, connection.makefile("rb"))
            except OSError:
                time.sleep(0.02)

    def session(self, connection, replies):
        def reply():
            while True:
                line = replies.readline()
                if not line:
                    raise ConnectionError
                if line[3:4] != b"-":
                    return line

        reply()
        connection.sendall(b"EHLO load\r\n")
        reply()
        while not self.stop.is_set():
            with self.lock:
                number = next(self.numbers)
            kinds = self.random.sample(["ok", "slow", "bad", "other"], self.random.randint(1, 4))
            recipients = ["%s%d@%s.example" % (kind, number, kind) for kind in kinds]
            commands = ["MAIL FROM:<sender@home.example>"] + ["RCPT TO:<%s>" % r for r in recipients] + ["DATA"]
            connection.sendall("".join(c + "\r\n" for c in commands).encode())
            codes = [reply()[:3] for _ in commands]
            if codes[-1] != b"354":
                raise ConnectionError
            size = self.random.choice([10, 1000, 4000, 4000, 400_000])
            body = ("x" * 70 + "\r\n") * (size // 72)
            text = "From: sender@home.example\r\nSubject: token-%d-end\r\n\r\n%s.\r\n" % (number, body)
            connection.sendall(text.encode())
            if reply()[:3] == b"250":
                self.acknowledged[number] = recipients
            elif self.stop.is_set():
                return


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="netius-kills-")
    sink = Sink(options.seed)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    port = free_port()
    command = [
        options.tool, "relay", "--port", str(port), "--spool", folder + "/spool", "--trust", "127.0.0.1",
        "--via", "127.0.0.1:%d" % sink.server_address[1], "--via-security", "none", "--retry", "0.1",
        "--longest-retry", "0.4", "--log-level", "warning", "--no-mta-sts",
    ]
    log = open(folder + "/log", "wb")
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}

    def start():
        process = subprocess.Popen(command, stderr=log, stdout=log, env=environment)
        for _ in range(1000):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return process
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the relay ended: " + open(folder + "/log").read()[-2000:])
                time.sleep(0.02)
        raise SystemExit("the relay does not answer")

    acknowledged, stop = {}, threading.Event()
    process = start()
    loads = [Load(port, acknowledged, stop, options.seed + n) for n in range(options.sessions)]
    for load in loads:
        load.start()
    for _ in range(options.kills):
        time.sleep(chance.uniform(0.02, 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start()
    stop.set()
    for load in loads:
        load.join(30)
    sink.is_calm = True
    deadline = time.time() + 300
    missing = None
    while time.time() < deadline:
        with sink.lock:
            missing = [
                (number, recipient)
                for number, recipients in acknowledged.items()
                for recipient in recipients
                if not (sink.returned[number] if recipient.startswith("bad") else sink.delivered[number, recipient])
            ]
        if not missing:
            break
        time.sleep(0.2)
    process.terminate()
    process.wait(60)
    left = [name for _, _, names in os.walk(folder + "/spool/active") for name in names]
    corrupt = os.listdir(folder + "/spool/corrupt")
    copies = sum(count - 1 for count in sink.delivered.values() if count > 1)
    print(
        "kills %d acknowledged %d deliveries %d returned %d duplicates %d left %d corrupt %d lost %d"
        % (
            options.kills, len(acknowledged), len(sink.delivered), sum(1 for c in sink.returned.values() if c), copies,
            len(left), len(corrupt), len(missing),
        )
    )
    failed = bool(missing) or bool(corrupt) or not acknowledged
    if failed:
        print("missing", missing[:20], "corrupt", corrupt[:20], "in", folder)
        raise SystemExit(1)
    shutil.rmtree(folder)


main()
