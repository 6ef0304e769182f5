"""Who is measured, and how each is started."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / ".build"
FLOOR = BUILD / "benchmarks" / "floor"
PEERS = BUILD / "benchmarks" / "peers" / "release"

#: The servers that the others are divided by, in the order of the columns.
REFERENCES = ("bare", "floor", "nginx", "h2o", "nghttpd", "hyper", "nio", "hummingbird", "wrk", "curl", "go", "ahc", "ahc (loop)",
              "smtp-sink", "postfix", "aiosmtpd")


@dataclass(frozen=True)
class Identity:
    """A certificate, which its own key signed, and that key, both in PEM; `name` is the kind of key."""

    name: str
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Server:
    """A server: `command(folder, port, loops)` starts it and may write what it needs to the folder."""

    name: str
    command: Callable[[Path, int, int], list[str]]
    program: str
    remedy: str = "build or install it"
    takes_loops: bool = True
    #: What it is asked for to see that it works, and answers with.
    path: str = "/"
    content: bytes = b"Hello World"
    #: Whom it speaks TLS as, if it does.
    identity: Identity | None = None
    #: Whether it is asked in HTTP/2.
    speaks_http2: bool = False

    @property
    def is_present(self):
        return shutil.which(self.program) is not None

    @property
    def load_environment(self):
        """What OpenSSL needs to know in those that load it."""
        return {**os.environ, "OPENSSL_CONF": str(HERE / "pinned.cnf")} if self.identity else None


def from_template(name, text, **more):
    """A server started by a command line with `{port}` and, if it can run several loops, `{loops}` in it."""
    words = shlex.split(text)
    if not words or "{port}" not in text:
        raise ValueError(f"no {{port}} in the command of {name}")

    def command(_, port, loops):
        return [word.replace("{port}", str(port)).replace("{loops}", str(loops)) for word in words]

    return Server(name, command, words[0], takes_loops="{loops}" in text, **more)


def nginx(folder, port, loops, location="return 200 'Hello World';", settings="default_type text/plain;",
          identity=None, http2=False):
    """Starts nginx, which answers every request alike unless `location` and `settings` of its own say otherwise."""
    tls = ""
    if identity:
        tls = f"""ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate "{identity.certificate}";
        ssl_certificate_key "{identity.key}";"""
    paths = "".join(f"{kind}_temp_path {kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""
{"user root;" if os.geteuid() == 0 else ""}
worker_processes {loops};
daemon off;
pid nginx.pid;
events {{ worker_connections 15000; }}
http {{
    access_log off;
    {settings}
    keepalive_requests 1000000000;
    {paths}
    server {{
        listen 127.0.0.1:{port} {"ssl" if identity else ""} {"http2" if http2 else ""} reuseport backlog=4096;
        {tls}
        location / {{ {location} }}
    }}
}}
""")
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", "nginx.conf"]


def h2o(folder, port, loops, root=None, identity=None):
    """Starts h2o, which serves the files of a folder, and of its own where there is no other."""
    tls = ""
    if identity:  # nobody to ask whether it is revoked
        files = f'certificate-file: "{identity.certificate}", key-file: "{identity.key}"'
        tls = f", ssl: {{{files}, ocsp-update-interval: 0}}"
    (folder / "index.html").write_text("Hello World")
    (folder / "h2o.conf").write_text(f"""
{"user: root" if os.geteuid() == 0 else ""}
num-threads: {loops}
max-connections: 15000
http1-request-timeout: 3600
listen: {{host: 127.0.0.1, port: {port}{tls}}}
hosts: {{default: {{paths: {{"/": {{file.dir: "{root or folder}"}}}}}}}}
""")
    return ["h2o", "-m", "worker", "-c", str(folder / "h2o.conf")]


def built(name, program, arguments="{port} {loops}", remedy="./build.sh builds it", **more):
    """A server that was built here."""
    return from_template(name, f"{shlex.quote(str(program))} {arguments}", remedy=remedy, **more)


def own(name, program, arguments, identity=None, **more):
    """A server of this package."""
    if identity:
        arguments += f' --tls --cert "{identity.certificate}" --key "{identity.key}"'
    remedy = "swift build -c release builds it"
    return built(name, BUILD / "release" / program, arguments, remedy, identity=identity, **more)


def known():
    """Netius and its peers, which say hello."""
    return [
        own("netius", "netius", "hello --port {port} --loops {loops}"),
        built("floor", FLOOR, remedy="it needs a C compiler"),
        Server("nginx", nginx, "nginx", "apt-get install nginx-light"),
        Server("h2o", h2o, "h2o", "apt-get install h2o"),
        built("nio", PEERS / "nio"),
        built("hummingbird", PEERS / "hummingbird"),
    ]


def compile_c(program, source, *libraries):
    """Compiles a program of one file, where there are a C compiler and the libraries; whether it is there now."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return False
    program.parent.mkdir(parents=True, exist_ok=True)
    program.unlink(missing_ok=True)
    command = [compiler, "-O2", "-Wall", "-Wextra", "-o", program, HERE / source, *libraries]
    return subprocess.run(command, capture_output=bool(libraries)).returncode == 0


def versions():
    """What was compared: names and versions, as one line."""
    found = []
    for program, option in (("nginx", "-v"), ("h2o", "-v"), ("nghttpd", "--version"), ("wrk", "-v"), ("curl", "-V"), ("go", "version"),
                            ("openssl", "version")):
        if shutil.which(program):
            said = subprocess.run([program, option], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            number = re.search(r"\d+\.\d+(\.\d+)?", said.stdout + said.stderr)
            found.append(f"{program} {number[0] if number else '(unknown)'}")
    pins = re.findall(r"/([\w-]+)\.git\", exact: \"([\d.]+)\"", (HERE / "Peers" / "Package.swift").read_text())
    return ", ".join(found + [f"{name} {number}" for name, number in pins])
