"""Who a relay has to do with: a next host, clients, and what they agree a message is."""

import collections
import hashlib
import random
import re
import socket
import socketserver
import ssl
import threading
import time

BEGINNING = re.compile(rb"From: sender@home\.example\r\nSubject: token-(\d+)-end\r\n")
RETURNED = re.compile(rb"token-(\d+)-end")


def message(number, size):
    """A message, no two of which have a line in common."""
    lines = (("%d/%d/" % (number, index)).ljust(70, "x") for index in range(size // 72))
    return (
        "From: sender@home.example\r\nSubject: token-%d-end\r\n\r\n%s"
        % (number, "".join(line + "\r\n" for line in lines))
    ).encode()


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Sink(socketserver.ThreadingTCPServer):
    """The next host: it takes, puts off and refuses mail, and sometimes breaks off."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, seed, port=0, certificate=None):
        super().__init__(("127.0.0.1", port), Session)
        self.lock = threading.Lock()
        self.random = random.Random(seed)
        self.is_calm = False
        # Whether it sometimes takes a message and breaks off before it says so.
        self.loses_answers = True
        self.knows_password = True
        self.delivered = collections.Counter()
        self.returned = collections.Counter()
        self.digests = collections.defaultdict(set)
        self.context = None
        if certificate:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(certificate)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def chance(self, probability):
        with self.lock:
            return not self.is_calm and self.random.random() < probability


class Session(socketserver.StreamRequestHandler):
    def setup(self):
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

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
                self.say("250-sink\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            elif verb == b"AUTH":
                if b" " not in line.strip()[5:]:
                    self.say("334 ")
                    self.rfile.readline(4096)
                self.say("235 2.7.0 welcome" if sink.knows_password else "535 5.7.8 wrong password")
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
        lines = []
        while (line := self.rfile.readline(4096)) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        if sink.chance(0.02):
            return False
        content = b"".join(lines)
        found = (RETURNED if sender == b"" else BEGINNING).search(content)
        if found:
            number = int(found[1])
            with sink.lock:
                if sender == b"":
                    sink.returned[number] += 1
                else:
                    # The fields that the relay put in front are its own.
                    sink.digests[number].add(digest(content[found.start() :]))
                    for recipient in recipients:
                        sink.delivered[number, recipient] += 1
        if sink.loses_answers and sink.chance(0.02):
            # Taken, and the answer lost: it will come again.
            return False
        self.say("250 2.0.0 taken")
        return True


class Load(threading.Thread):
    """Sends message after message, and notes those that were answered 250, with their digests."""

    numbers = iter(range(1 << 62))
    lock = threading.Lock()

    def __init__(self, port, acknowledged, stop, seed, maximum=None):
        super().__init__(daemon=True)
        self.port, self.acknowledged, self.stop, self.maximum = port, acknowledged, stop, maximum
        self.random = random.Random(seed)

    @property
    def is_over(self):
        return self.stop.is_set() or (self.maximum is not None and len(self.acknowledged) >= self.maximum)

    def run(self):
        while not self.is_over:
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
        while not self.is_over:
            with self.lock:
                number = next(self.numbers)
            kinds = self.random.sample(["ok", "slow", "bad", "other"], self.random.randint(1, 4))
            recipients = ["%s%d@%s.example" % (kind, number, kind) for kind in kinds]
            commands = ["MAIL FROM:<sender@home.example>"] + ["RCPT TO:<%s>" % r for r in recipients] + ["DATA"]
            connection.sendall("".join(c + "\r\n" for c in commands).encode())
            codes = [reply()[:3] for _ in commands]
            if codes[-1] != b"354":
                raise ConnectionError
            content = message(number, self.random.choice([10, 1000, 4000, 4000, 400_000]))
            connection.sendall(content + b".\r\n")
            if reply()[:3] == b"250":
                self.acknowledged[number] = (recipients, digest(content))
