#!/usr/bin/env python3
"""Compares servers in one run: Netius, nginx, h2o, SwiftNIO, Hummingbird, and a floor in C; and clients.

    ./build.sh                                   # once: the Swift peers
    ./run.py --markdown                          # everything, five rounds
    ./run.py --suite keepalive --only floor,nginx --rounds 3 --seconds 2
    ./run.py --suite files,tls-bulk
    ./run.py --server 'mine=./hello --port {port} --threads {loops}'

Each round starts everyone afresh, one at a time. Docs/Benchmarks.md says what the figures mean.
"""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import shutil
import signal
import sys
from pathlib import Path

import clients
import files
import http2
import mail
import routing
import servers
import suites
import tls
from process import Failure
from report import report
from suites import Machine, calibrate

SUITES = suites.SUITES | routing.SUITES | files.SUITES | tls.SUITES | http2.SUITES | mail.SUITES | clients.SUITES


def say(text):
    print(text, file=sys.stderr, flush=True)


def candidate(text):
    name, _, command = text.partition("=")
    try:
        return servers.from_template(name, command)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def suite_names(text):
    names = text.split(",")
    for name in names:
        if name not in SUITES:
            raise argparse.ArgumentTypeError(f"no suite {name!r}: there are {', '.join(SUITES)}")
    return names


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", type=suite_names, default=list(SUITES), help=f"of {','.join(SUITES)} (default: all)")
    parser.add_argument("--only", type=lambda text: text.split(","), help="servers and clients, comma-separated")
    parser.add_argument("--server", type=candidate, action="append", default=[], metavar="NAME=COMMAND",
                        help="a server more that says hello, or another command for a known one; {port}, {loops} are "
                        "filled in")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement (default: 3)")
    parser.add_argument("--connections", type=int, default=10_000, help="of the idle suites (default: 10000)")
    parser.add_argument("--smoke", action="store_true", help="one short round, to see that everything works")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to a file")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds, options.connections = 1, 0.5, 200
    if options.rounds < 1 or options.seconds < 0.1 or options.connections < 1:
        parser.error("rounds and connections are at least 1, seconds at least 0.1")
    return options


def prepare(options):
    """The servers to measure, by suite, and the CPUs to do it on; leaves the rest of this script on the load's CPU."""
    for tool, package in (("wrk", "wrk"), ("taskset", "util-linux"), ("setpriv", "util-linux")):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing: apt-get install {package}")
    cpus = tuple(sorted(os.sched_getaffinity(0)))
    if len(cpus) < 2:
        sys.exit("one CPU is not enough: the load generator must not share the server's")
    if not Path("/proc/self/schedstat").exists():
        sys.exit("this kernel keeps no /proc/PID/schedstat, which CPU time is read from")

    wanted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
    if 0 <= wanted < options.connections + 100 and {"idle", "tls-idle", "http2-idle"} & set(options.suite):
        sys.exit(f"only {wanted} open files are allowed: raise `ulimit -Hn` or lower --connections")

    servers.compile_c(servers.FLOOR, "floor.c")
    for build in {SUITES[suite].build for suite in options.suite} - {None}:
        build()
    present = choose(options)
    os.sched_setaffinity(0, {cpus[1]})
    return present, Machine(cpus[0], cpus[1], cpus, options.seconds, options.connections)


def choose(options):
    """Those that were asked for and are here, by suite."""
    greeters = {server.name: server for server in servers.known()}
    greeters.update((server.name, server) for server in options.server)
    known = {}
    for name in options.suite:
        missing = [tool for tool in SUITES[name].tools if not shutil.which(tool[0])]
        for tool, remedy in missing:
            say(f"skipped the suite {name}: {tool} is not here; {remedy}")
        if not missing:
            known[name] = SUITES[name].servers() if SUITES[name].servers else list(greeters.values())
    unknown = set(options.only or ()) - {server.name for found in known.values() for server in found}
    if unknown:
        sys.exit(f"no server {', '.join(sorted(unknown))}")
    wanted = {server.name for server in options.server}.union(options.only or ())
    chosen = {
        suite: [server for server in found if not options.only or server.name in wanted]
        for suite, found in known.items()}
    for program, remedy in {(server.program, server.remedy) for found in chosen.values() for server in found
                            if not server.is_present}:
        say(f"skipped {program}, which is not here; {remedy}")
    present = {suite: [server for server in found if server.is_present] for suite, found in chosen.items()}
    if not any(present.values()):
        sys.exit("nothing to measure")
    return present


def figures_line(row):
    if "rate" in row:
        return f"{row['rate']:>10,.0f} /s {row['cost']:11.2f} µs"
    if "speed" in row:
        return f"{row['speed']:>10,.2f} GiB/s {row['volume_cost'] / 1e3:8.1f} ms/GiB"
    if "allocations" in row:
        return f"{row['allocations']:>10,.2f} allocations/request"
    return f"{row['size']:>10,.0f} bytes/connection"


def measure(present, machine, options):
    """Every measurement, and what failed."""
    measurements, failures = [], []
    for number in range(options.rounds):
        for suite, found in present.items():
            start = number % max(len(found), 1)
            for server in found[start:] + found[:start]:
                before = calibrate(machine.all_cpus[:2])
                try:
                    for table, name, figures in SUITES[suite].measure(server, machine):
                        after = calibrate(machine.all_cpus[:2])
                        row = {"round": number, "table": table, "server": name, **figures, "slow": (before + after) / 2}
                        measurements.append(row)
                        say(f"round {number + 1}/{options.rounds}  {table:36} {name:22} {figures_line(row)}")
                        before = after
                except Failure as failure:
                    failures.append(f"{suite}, {server.name}, round {number + 1}: {failure}")
                    say(f"FAILED {failures[-1]}")
    return measurements, failures


def machine_line():
    model = re.search(r"^model name\s*: (.+)", Path("/proc/cpuinfo").read_text(), re.M)
    return (f"{datetime.date.today()}: {os.cpu_count()} × {model[1] if model else platform.machine()}, "
            f"Linux {platform.release()}; {servers.versions()}.")


def stop(number, _):
    for other in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)  # an exception: what was started is ended on its way


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    present, machine = prepare(options)
    measurements, failures = measure(present, machine, options)
    if options.json:
        options.json.write_text(json.dumps(measurements, indent=1) + "\n")
    print(f"{machine_line()}\n\n{report(measurements, options.markdown)}")
    if failures:
        sys.exit("\n".join(["", *failures]))


if __name__ == "__main__":
    main()
