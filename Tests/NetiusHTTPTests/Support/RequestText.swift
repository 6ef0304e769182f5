/// Reads requests that are written down as HTTP/1.1 spells them (RFC 9112), for clients that send them otherwise. What
/// belongs to the connection and not to the request is left out. Tests write what is right: little is checked.
struct RequestText {
    enum Part: Equatable {
        /// - isLast: Whether no content follows.
        case head(Head, isLast: Bool)
        case content([UInt8])
        case end(trailers: [RawField])
    }

    struct Head: Equatable {
        var method = ""
        var authority = "localhost"
        var path = ""
        /// In lower case, and in order.
        var fields: [RawField] = []
    }

    private enum State {
        case head, length(Int), chunkSize, chunk(Int), chunkEnd, trailers([RawField])
    }

    private static let connectionFields = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host",
    ]

    private var state = State.head
    private var rest: ArraySlice<UInt8> = []

    /// What is whole of the text so far, and was not before.
    mutating func parts(of bytes: some Sequence<UInt8>) throws -> [Part] {
        // An array anew: slices that grow keep what was before them.
        rest = (Array(rest) + bytes)[...]
        var parts: [Part] = []
        while let part = try next() { parts.append(part) }
        return parts
    }

    private mutating func next() throws -> Part? {
        while true {
            switch state {
            case .head: return try head()
            case .length(0):
                state = .head
                return .end(trailers: [])
            case .length(let count):
                guard let bytes = take(count) else { return nil }
                state = .length(count - bytes.count)
                return .content(bytes)
            case .chunkSize:
                guard let line = line() else { return nil }
                let digits = line.prefix { $0 != ";" }
                guard let size = Int(digits, radix: 16) else { throw RawError.malformed("chunk size \(line)") }
                state = size == 0 ? .trailers([]) : .chunk(size)
            case .chunk(0): state = .chunkEnd
            case .chunk(let count):
                guard let bytes = take(count) else { return nil }
                state = .chunk(count - bytes.count)
                return .content(bytes)
            case .chunkEnd:
                guard line() != nil else { return nil }
                state = .chunkSize
            case .trailers(let fields):
                guard let line = line() else { return nil }
                guard line.isEmpty else {
                    state = .trailers(fields + [try Self.field(line)])
                    continue
                }
                state = .head
                return .end(trailers: fields)
            }
        }
    }

    private mutating func head() throws -> Part? {
        while rest.starts(with: [13, 10]) { rest = rest.dropFirst(2) }
        guard let end = rest.firstRange(of: [13, 10, 13, 10]) else { return nil }
        let start = line() ?? ""
        let words = start.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2] == "HTTP/1.1" else { throw RawError.malformed(start) }
        var head = Head(method: String(words[0]))
        var fields: [RawField] = []
        while rest.startIndex < end.upperBound, let line = line(), !line.isEmpty {
            fields.append(try Self.field(line))
        }
        if let host = fields.first(where: { $0.name == "host" }) { head.authority = host.value }
        Self.setTarget(String(words[1]), of: &head)
        head.fields = fields.filter { !Self.connectionFields.contains($0.name) }
        let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        if fields.contains(where: { $0.name == "transfer-encoding" }) {
            state = .chunkSize
        } else if length > 0 {
            state = .length(length)
        } else {
            return .head(head, isLast: true)
        }
        return .head(head, isLast: false)
    }

    private static func setTarget(_ target: String, of head: inout Head) {
        if head.method == "CONNECT" {
            head.authority = target
        } else if let scheme = target.firstRange(of: "://") {
            let rest = target[scheme.upperBound...]
            head.authority = String(rest.prefix { $0 != "/" })
            head.path = String(rest.dropFirst(head.authority.count))
            if head.path.isEmpty { head.path = head.method == "OPTIONS" ? "*" : "/" }
        } else {
            head.path = target
        }
    }

    private static func field(_ line: String) throws -> RawField {
        guard let colon = line.firstIndex(of: ":") else { throw RawError.malformed(line) }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let end = value.lastIndex { $0 != " " && $0 != "\t" }.map { value.index(after: $0) } ?? value.startIndex
        return RawField(name: line[..<colon].lowercased(), value: String(value[..<end]))
    }

    /// The next line without its end; nil if it is not whole.
    private mutating func line() -> String? {
        guard let end = rest.firstRange(of: [13, 10]) else { return nil }
        defer { rest = rest[end.upperBound...] }
        return String(decoding: rest[..<end.lowerBound], as: UTF8.self)
    }

    /// At most that many bytes; nil if there is none.
    private mutating func take(_ count: Int) -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
