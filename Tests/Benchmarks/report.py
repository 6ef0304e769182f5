"""From measurements, one dictionary per server and round, to tables."""

import statistics

from servers import REFERENCES

#: Whose CPU time the first two shares of a table are; it is the load's CPU that a client is measured on.
BUSY = {"server": ("server busy", "load busy"), "client": ("server busy", "client busy")}


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def by_server(rows):
    grouped = {}
    for row in rows:
        grouped.setdefault(row["server"], []).append(row)
    return grouped


def duration(rows, key):
    if not all(key in row for row in rows):
        return "–"
    microseconds = median(rows, key)
    return f"{microseconds:.0f} µs" if microseconds < 1000 else f"{microseconds / 1e3:.2f} ms"


def table(head, rows, markdown):
    """Aligned columns, the first to the left; with pipes if it is to be Markdown."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells):
        padded = [cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(zip(cells, widths))]
        return "| " + " | ".join(padded) + " |" if markdown else "  ".join(padded).rstrip()

    rule = [("-" * (width - 1) + ":" if at else "-" * width) if markdown else "-" * width
            for at, width in enumerate(widths)]
    return "\n".join(map(line, [head, rule, *rows]))


def load_table(rows, fastest, markdown, who="server", what="req", many="req"):
    times = [key for key in ("p50", "p99") if any(key in row for row in rows)]
    head = [who, f"{many}/s", "best", f"CPU µs/{what}", "best", *times, *BUSY[who], "others", "slow"]
    lines = []
    for server, found in sorted(by_server(rows).items(), key=lambda item: median(item[1], "cost")):
        lines.append([
            server, f"{median(found, 'rate'):,.0f}", f"{max(row['rate'] for row in found):,.0f}",
            f"{median(found, 'cost'):.2f}", f"{min(row['cost'] for row in found):.2f}",
            *(duration(found, key) for key in times),
            *(f"{median(found, key):.0%}" for key in ("server_busy", "load_busy", "others")),
            f"{median(found, 'slow') / fastest:.2f}"])
    return table(head, lines, markdown)


def volume_table(rows, fastest, markdown, who="server"):
    peak = ["peak, MiB"] if "peak" in rows[0] else []
    head = [who, "GiB/s", "best", "CPU ms/GiB", "best", *peak, *BUSY[who], "others", "slow"]
    lines = []
    for server, found in sorted(by_server(rows).items(), key=lambda item: median(item[1], "volume_cost")):
        lines.append([
            server, f"{median(found, 'speed'):.2f}", f"{max(row['speed'] for row in found):.2f}",
            f"{median(found, 'volume_cost') / 1e3:.0f}", f"{min(row['volume_cost'] for row in found) / 1e3:.0f}",
            *(f"{max(row['peak'] for row in found) / 2**20:.1f}" for _ in peak),
            *(f"{median(found, key):.0%}" for key in ("server_busy", "load_busy", "others")),
            f"{median(found, 'slow') / fastest:.2f}"])
    return table(head, lines, markdown)


def idle_table(rows, markdown):
    head = ["server", "bytes/connection", "least", "resident before, MiB", "after, MiB"]
    lines = []
    for server, found in sorted(by_server(rows).items(), key=lambda item: median(item[1], "size")):
        lines.append([
            server, f"{median(found, 'size'):,.0f}", f"{min(row['size'] for row in found):,.0f}",
            f"{median(found, 'before') / 2**20:.1f}", f"{median(found, 'after') / 2**20:.1f}"])
    return table(head, lines, markdown)


def allocations_table(rows, markdown):
    lines = [
        [server, f"{median(found, 'allocations'):.2f}"]
        for server, found in sorted(by_server(rows).items(), key=lambda item: median(item[1], "allocations"))]
    return table(["server", "allocations/req"], lines, markdown)


def paired(found, reference, key):
    """The median over the rounds of one server's figure divided by another's in the same round, as text."""
    others = {row["round"]: row[key] for row in reference}
    ratios = [row[key] / others[row["round"]] for row in found if others.get(row["round"])]
    return f"{statistics.median(ratios):.2f}" if ratios else ""


def ratio_table(rows, key, markdown, who="server"):
    servers = by_server(rows)
    references = [name for name in REFERENCES if name in servers]
    lines = [[server, *(paired(found, servers[name], key) for name in references)] for server, found in servers.items()]
    return table([who, *references], lines, markdown)


def scaling_table(rows, markdown):
    """What the second loop changes: for each server, two loops divided by one."""
    servers = by_server(rows)
    lines = []
    for name, one in servers.items():
        server, _, loops = name.partition(", ")
        two = servers.get(f"{server}, 2 loops")
        if loops == "1 loop" and two:
            lines.append([
                server, paired(two, one, "rate"), paired(two, one, "cost"),
                *(f"{1e6 / median(found, 'cost'):,.0f}" for found in (one, two))])
    return table(["server", "req/s", "CPU µs/req", "req/s per busy core, 1 loop", "2 loops"], lines, markdown)


def report(measurements, markdown):
    """All tables, as text."""
    fastest = min((row["slow"] for row in measurements), default=1)
    parts = []

    def part(title, text):
        parts.append(f"### {title}\n\n{text}" if markdown else f"{title}\n\n{text}")

    for name in dict.fromkeys(row["table"] for row in measurements):
        rows = [row for row in measurements if row["table"] == name]
        title = name[0].upper() + name[1:]
        who = "client" if name.startswith(("client", "download")) else "server"
        if "size" in rows[0]:
            part(title, idle_table(rows, markdown))
            part(f"{title}: bytes per connection, divided by those of", ratio_table(rows, "size", markdown))
            continue
        if "allocations" in rows[0]:
            part(title, allocations_table(rows, markdown))
            continue
        if "speed" in rows[0]:
            part(title, volume_table(rows, fastest, markdown, who))
            part(f"{title}: CPU per GiB, divided by that of", ratio_table(rows, "volume_cost", markdown, who))
            continue
        if "handshakes" in name:
            part(title, load_table(rows, fastest, markdown, what="handshake", many="handshakes"))
            part(f"{title}: CPU per handshake, divided by that of", ratio_table(rows, "cost", markdown))
            continue
        if name.startswith("mail"):
            part(title, load_table(rows, fastest, markdown, what="message", many="messages"))
            part(f"{title}: CPU per message, divided by that of", ratio_table(rows, "cost", markdown))
            part(f"{title}: messages/s, divided by those of", ratio_table(rows, "rate", markdown))
            continue
        part(title, load_table(rows, fastest, markdown, who))
        if name.startswith("cores"):
            part(f"{title}: two loops divided by one", scaling_table(rows, markdown))
        else:
            part(f"{title}: CPU per request, divided by that of", ratio_table(rows, "cost", markdown, who))
            part(f"{title}: requests/s, divided by those of", ratio_table(rows, "rate", markdown, who))
    return "\n\n".join(parts)
