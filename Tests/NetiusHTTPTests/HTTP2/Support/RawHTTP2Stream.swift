import TestSupport

/// What a server has sent on a stream so far.
struct RawHTTP2Stream: Sendable {
    /// The field sections before content: interim responses, then the response.
    var heads: [[RawField]] = []
    var body: [UInt8] = []
    /// The sizes of the DATA frames that came, without padding.
    var sizes: [Int] = []
    var trailers: [RawField]?
    var isEnded = false
    /// The code that the server reset it with.
    var reset: UInt32?

    var text: String { String(decoding: body, as: UTF8.self) }
    /// Whether the response's head has come, and not only interim ones.
    var hasHead: Bool { status >= 200 }
    /// The status of the head that came last; 0 where there is none.
    var status: Int { Int(self[":status"] ?? "") ?? 0 }
    /// The statuses of the interim responses that came.
    var interim: [Int] {
        heads.compactMap { $0.first { $0.name == ":status" }.flatMap { Int($0.value) } }.filter { $0 < 200 }
    }

    /// The value of a field of the last head; nil if it is not there, or not exactly once.
    subscript(name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0] : nil
    }

    func values(_ name: String) -> [String] { (heads.last ?? []).filter { $0.name == name }.map(\.value) }
}

struct RawField: Equatable, Sendable {
    var name: String
    var value: String
}

extension RawHTTP2Stream {
    /// Takes what a HEADERS frame and its continuations said.
    mutating func add(_ fields: [RawField], ends: Bool) throws {
        guard !isEnded, reset == nil else { throw RawError.malformed("a field section after the end") }
        if !hasHead {
            guard fields.first?.name == ":status", !fields.dropFirst().contains(where: { $0.name.hasPrefix(":") })
            else { throw RawError.malformed("pseudo-fields: \(fields)") }
            heads.append(fields)
            guard hasHead || !ends else { throw RawError.malformed("an interim response that ends the stream") }
        } else {
            guard trailers == nil, ends, !fields.contains(where: { $0.name.hasPrefix(":") }) else {
                throw RawError.malformed("trailers: \(fields)")
            }
            trailers = fields
        }
        for field in fields {
            let isLower = field.name == field.name.lowercased()
            let connection = ["connection", "transfer-encoding", "keep-alive", "upgrade", "proxy-connection"]
            guard isLower, !connection.contains(field.name) else { throw RawError.malformed("field: \(field)") }
        }
        if ends { try end() }
    }

    /// Takes the content of a DATA frame.
    mutating func add(_ bytes: ArraySlice<UInt8>, ends: Bool) throws {
        guard hasHead, trailers == nil, !isEnded, reset == nil else { throw RawError.malformed("DATA out of place") }
        body += bytes
        sizes.append(bytes.count)
        if ends { try end() }
    }

    private mutating func end() throws {
        isEnded = true
        if let length = self["content-length"].flatMap({ Int($0) }), !body.isEmpty, length != body.count {
            throw RawError.malformed("\(body.count) octets of \(length)")
        }
    }
}
