"""The suites over TLS: handshakes, requests, bytes and idle connections."""

import functools
import ssl
import subprocess

import files
from load import Window, curl_for, run
from process import Running
from servers import BUILD, Identity, Server, compile_c, h2o, nginx, own
from suites import Suite, resting, throughput

FOLDER = BUILD / "benchmarks" / "tls"
HANDSHAKES = FOLDER / "handshakes"
KEYS = {"ECDSA P-256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "RSA 2048": ("rsa:2048",)}


@functools.cache
def identity(kind="ECDSA P-256"):
    """A certificate for this machine's own address, made now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stem = kind.split()[0].lower()
    made = Identity(kind, FOLDER / f"{stem}.crt", FOLDER / f"{stem}.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", *KEYS[kind], "-nodes", "-keyout", made.key, "-out", made.certificate,
         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True)
    return made


def greeters(kinds=("ECDSA P-256",)):
    """Those that say hello over TLS, with a certificate of each kind of key."""
    found = []
    for known in map(identity, kinds):
        found.append(own("netius", "netius", "hello --port {port} --loops {loops}", identity=known))
        for name, start, package in (("nginx", nginx, "nginx-light"), ("h2o", h2o, "h2o")):
            command = functools.partial(start, identity=known)
            found.append(Server(name, command, name, f"apt-get install {package}", identity=known))
    return found


def handshakes(server, machine):
    """Full handshakes: how many a server makes and what each costs it, in one version of TLS after the other."""
    for version in ("1.3", "1.2"):
        with Running(server, (machine.server_cpu,)) as running:
            shake(running, machine, min(0.5, machine.seconds / 2), version)
            window = Window(running)
            count, used = shake(running, machine, machine.seconds, version)
            window.close(used)
        figures = {"rate": count / window.wall * 1e6, "cost": window.spent / count, **window.busy}
        yield f"TLS {version} handshakes, {server.identity.name}", server.name, figures


def shake(running, machine, seconds, version):
    """How many handshakes there were, and the CPU microseconds that the client took."""
    count, used = run([HANDSHAKES, running.port, 16, seconds, version], (machine.load_cpu,))
    return int(count), used


def keepalive(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        yield "TLS keepalive, 64 connections", server.name, throughput(running, machine, 64)


def bulk(server, machine):
    with Running(server, (machine.server_cpu,)) as running:
        window, count = curl_for(running, *files.LARGE, machine)
    figures = {"speed": count / window.wall * 1e6, "volume_cost": window.spent / count, **window.busy}
    yield "TLS files, 1 GiB", server.name, figures


def idle(server, machine):
    context = ssl.create_default_context(cafile=server.identity.certificate)

    def secured(plain):
        return context.wrap_socket(plain, server_hostname="127.0.0.1")

    yield f"TLS idle, {machine.connections:,} connections", server.name, resting(server, machine, secured)


OPENSSL = ("openssl", "apt-get install openssl")
CURL = ("curl", "apt-get install curl")
LOADER = (str(HANDSHAKES), "it needs a C compiler and libssl-dev")

SUITES = {
    "tls-handshake": Suite(
        handshakes, lambda: greeters(KEYS), (OPENSSL, LOADER),
        lambda: compile_c(HANDSHAKES, "handshakes.c", "-lssl", "-lcrypto")),
    "tls-keepalive": Suite(keepalive, greeters, (OPENSSL,)),
    "tls-bulk": Suite(bulk, lambda: files.servers(identity()), (OPENSSL, CURL)),
    "tls-idle": Suite(idle, greeters, (OPENSSL,)),
}
