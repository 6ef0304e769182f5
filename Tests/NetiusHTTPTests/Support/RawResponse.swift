/// A response as it is on the wire.
struct RawResponse: Equatable, Sendable {
    var version = ""
    var status = 0
    var phrase = ""
    var fields: [String] = []
    var body: [UInt8] = []
    var trailers: [String] = []
    /// How the end of the content was found.
    var framing = Framing.none

    enum Framing: Equatable {
        case none, length, chunked, close
        /// By the frames of HTTP/2, without a length.
        case frames
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field; nil if it is not there, or not exactly once.
    subscript(name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0] : nil
    }

    func values(_ name: String) -> [String] { Self.values(name, of: fields) }

    /// The value of a field after the content; nil if it is not there, or not exactly once.
    func trailer(_ name: String) -> String? {
        let values = Self.values(name, of: trailers)
        return values.count == 1 ? values[0] : nil
    }

    private static func values(_ name: String, of fields: [String]) -> [String] {
        let prefix = name.lowercased() + ":"
        return fields.filter { $0.lowercased().hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count).drop { $0 == " " })
        }
    }
}

/// Why bytes are not a response.
enum RawError: Error, Equatable {
    case malformed(String)
    /// The connection ended within the response.
    case truncated(RawResponse)
    /// The connection ended, in order, before the response.
    case closed
}

extension RawResponse {
    /// Reads a response from the beginning of the bytes; nil if more are needed. Deliberately strict and naive.
    static func parse(_ bytes: ArraySlice<UInt8>, to method: String, isEnd: Bool) throws -> (RawResponse, next: Int)? {
        var reader = Reader(bytes: bytes, position: bytes.startIndex)
        var response = RawResponse()
        do {
            try reader.head(&response)
            try reader.body(&response, to: method, isEnd: isEnd)
            return (response, reader.position)
        } catch is Reader.NeedsMore {
            guard isEnd else { return nil }
            throw bytes.isEmpty ? RawError.closed : RawError.truncated(response)
        }
    }

    private struct Reader {
        struct NeedsMore: Error {}

        let bytes: ArraySlice<UInt8>
        var position: Int

        mutating func line() throws -> String {
            guard let feed = bytes[position...].firstIndex(of: 10) else { throw NeedsMore() }
            guard feed > position, bytes[feed - 1] == 13 else { throw RawError.malformed("a line without CR") }
            let line = bytes[position..<(feed - 1)]
            guard !line.contains(13), !line.contains(0) else { throw RawError.malformed("CR or NUL in a line") }
            position = feed + 1
            return String(decoding: line, as: UTF8.self)
        }

        mutating func head(_ response: inout RawResponse) throws {
            let start = try line()
            let parts = start.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "HTTP/1.1", parts[1].count == 3, let status = Int(parts[1]) else {
                throw RawError.malformed(start)
            }
            response.version = String(parts[0])
            response.status = status
            response.phrase = String(parts[2])
            while case let field = try line(), !field.isEmpty {
                guard let colon = field.firstIndex(of: ":"), colon > field.startIndex,
                    !field[..<colon].contains(" ")
                else { throw RawError.malformed(field) }
                response.fields.append(field)
            }
        }

        mutating func body(_ response: inout RawResponse, to method: String, isEnd: Bool) throws {
            let codings = response.values("Transfer-Encoding")
            let lengths = response.values("Content-Length")
            guard codings.count + lengths.count <= 1 else { throw RawError.malformed("framed twice") }
            if method == "HEAD" || response.status < 200 || [204, 304].contains(response.status)
                || (method == "CONNECT" && response.status < 300)
            {
                return
            }
            if let text = lengths.first {
                guard let length = Int(text) else { throw RawError.malformed(text) }
                response.framing = .length
                try take(length, &response)
            } else if codings.first == "chunked" {
                response.framing = .chunked
                try chunks(&response)
            } else {
                response.framing = .close
                response.body = Array(bytes[position...])
                position = bytes.endIndex
                if !isEnd { throw NeedsMore() }
            }
        }

        private mutating func chunks(_ response: inout RawResponse) throws {
            while true {
                let head = try line()
                guard let size = Int(head, radix: 16) else { throw RawError.malformed("chunk size \(head)") }
                if size == 0 { break }
                try take(size, &response)
                guard try line().isEmpty else { throw RawError.malformed("no line end after a chunk") }
            }
            while case let field = try line(), !field.isEmpty { response.trailers.append(field) }
        }

        private mutating func take(_ count: Int, _ response: inout RawResponse) throws {
            let end = min(position + count, bytes.endIndex)
            response.body += bytes[position..<end]
            guard end == position + count else { throw NeedsMore() }
            position = end
        }
    }
}
