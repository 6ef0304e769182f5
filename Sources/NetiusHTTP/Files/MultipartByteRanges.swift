import Netius

/// Several parts of a representation as one content, `multipart/byteranges` (RFC 9110 section 14.6).
struct MultipartByteRanges: Sendable {
    /// What separates the parts. It is random, so that no content can be made that has it.
    let boundary: String
    /// The parts in the order in which they are sent; none is empty.
    let parts: [Range<Int>]
    /// The media type of the representation.
    let contentType: String
    /// The length of the whole representation.
    let length: Int

    init(_ parts: [Range<Int>], of length: Int, contentType: String, boundary: String = Self.randomBoundary()) {
        self.boundary = boundary
        self.parts = parts
        self.contentType = contentType
        self.length = length
    }

    static func randomBoundary() -> String {
        var digits: [UInt8] = []
        for _ in 0..<2 { digits.appendHexadecimal(UInt64.random(in: .min ... .max), width: 16) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The value of Content-Type for the whole.
    var mediaType: String { "multipart/byteranges; boundary=\(boundary)" }

    /// What stands before a part.
    func head(of index: Int) -> [UInt8] {
        let range = HTTPByteRanges.contentRange(parts[index], of: length)
        let start = index == 0 ? "" : "\r\n"
        return Array("\(start)--\(boundary)\r\nContent-Type: \(contentType)\r\nContent-Range: \(range)\r\n\r\n".utf8)
    }

    /// What stands after the last part.
    var end: [UInt8] { Array("\r\n--\(boundary)--\r\n".utf8) }

    /// The octets of all of it; nil for more than an `Int` holds, as parts of the largest file there can be may come to.
    var contentLength: Int? {
        var length = end.count
        for index in parts.indices {
            let (sum, overflows) = length.addingReportingOverflow(head(of: index).count)
            let (total, overflowsToo) = sum.addingReportingOverflow(parts[index].count)
            guard !overflows, !overflowsToo else { return nil }
            length = total
        }
        return length
    }
}

extension MultipartByteRanges {
    /// Sends all of it.
    func write(_ file: File, to writer: HTTPResponseWriter) async throws {
        for (index, part) in parts.enumerated() {
            try await writer.write(head(of: index))
            try await writer.write(file, range: part)
        }
        try await writer.write(end)
    }
}
