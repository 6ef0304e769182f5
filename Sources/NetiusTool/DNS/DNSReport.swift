import Netius
import NetiusDNS

/// What came of a question, in the forms in which it is printed.
struct DNSReport: Sendable {
    let name: DNSName
    let type: DNSRecordType
    let answer: DNSAnswer
    let time: Duration

    private var records: [DNSRecord] { answer.aliases + answer.records }

    /// The records in aligned columns, as a zone file has them, and a comment on where they come from.
    var lines: String {
        let rows = records.map { record in
            [record.name.absoluteText, "\(record.timeToLive)", "IN", "\(record.type)"]
        }
        let widths = (0..<4).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        var text = ""
        for (row, record) in zip(rows, records) {
            for (cell, width) in zip(row, widths) {
                text += cell + String(repeating: " ", count: width + 2 - cell.utf8.count)
            }
            text += "\(record.data)\n"
        }
        if answer.records.isEmpty { text += "; \(name.absoluteText) has no record of type \(type)\n" }
        return text + "; \(source)\n"
    }

    private var source: String {
        guard let server = answer.server else { return "a name that no server is asked for" }
        return "from \(server) in \(milliseconds) ms"
    }

    private var milliseconds: UInt64 { time.clampedNanoseconds / 1_000_000 }

    /// The data of each record on a line.
    var short: String {
        records.map { "\($0.data)\n" }.joined()
    }

    /// A JSON object on one line.
    var json: String {
        var members = [
            ("name", "\(name)".quoted), ("type", "\(type)".quoted),
            ("status", answer.nameExists ? "NOERROR".quoted : "NXDOMAIN".quoted),
        ]
        if let server = answer.server {
            members += [("server", "\(server)".quoted), ("milliseconds", "\(milliseconds)")]
        }
        members += [("aliases", Self.json(answer.aliases)), ("records", Self.json(answer.records))]
        return Self.object(members) + "\n"
    }

    private static func json(_ records: [DNSRecord]) -> String {
        let objects = records.map { record in
            object([
                ("name", "\(record.name)".quoted), ("ttl", "\(record.timeToLive)"), ("type", "\(record.type)".quoted),
                ("data", "\(record.data)".quoted),
            ])
        }
        return "[\(objects.joined(separator: ", "))]"
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{\(members.map { "\($0.0.quoted): \($0.1)" }.joined(separator: ", "))}"
    }
}
