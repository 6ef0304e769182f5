internal import Netius

/// A form to send, with files if need be (`multipart/form-data`, RFC 7578).
///
/// ```swift
/// var form = HTTPMultipartForm()
/// form.append("title", "Cats")
/// form.append("photo", .file(try File(path: path)), fileName: "cat.jpg", contentType: HTTPMediaType("image/jpeg"))
/// let response = try await HTTPClient.post(
///     url, headerFields: [.contentType: form.contentType], body: form.body)
/// ```
///
/// Parts are sent in the order in which they were added; their contents are read while they are sent, and not before.
public struct HTTPMultipartForm: Sendable {
    struct Part: Sendable {
        /// The boundary and header section before the content.
        var head: [UInt8]
        var body: HTTPRequestBody
    }

    let boundary: String
    private(set) var parts: [Part] = []

    /// An empty form, with a boundary that nobody can foresee.
    public init() {
        self.init(boundary: MultipartByteRanges.randomBoundary())
    }

    init(boundary: String) {
        self.boundary = boundary
    }

    /// Adds a field with text.
    public mutating func append(_ name: String, _ value: String) {
        append(name, .bytes(Array(value.utf8)), fileName: nil, contentType: nil)
    }

    /// Adds a file, or other content.
    ///
    /// - Parameters:
    ///   - name: The name of the form's field.
    ///   - body: The content.
    ///   - fileName: The file's name, which tells the server that it is one; nil, the default, for what is no file.
    ///   - contentType: What the content is; by default what the end of the file's name says, and nothing for what is no
    ///     file.
    public mutating func append(
        _ name: String, _ body: HTTPRequestBody, fileName: String? = nil, contentType: HTTPMediaType? = nil
    ) {
        var head = Array("\(parts.isEmpty ? "" : "\r\n")--\(boundary)\r\nContent-Disposition: form-data; name=\"".utf8)
        Self.append(escaped: name, to: &head)
        head.append(UInt8(ascii: "\""))
        if let fileName {
            head += Array("; filename=\"".utf8)
            Self.append(escaped: fileName, to: &head)
            head.append(UInt8(ascii: "\""))
        }
        // What character set a file is in, its name does not say.
        let guess = fileName.flatMap { HTTPMediaType(MediaTypes.standard.type(of: Array($0.utf8)[...]).type)?.essence }
        if let type = contentType?.description ?? guess {
            head += Array("\r\nContent-Type: ".utf8) + HTTPField.legalized(type.utf8)
        }
        head += Array("\r\n\r\n".utf8)
        parts.append(Part(head: head, body: body))
    }

    /// The value of the Content-Type field.
    public var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The octets of the form; nil where those of one of its parts are not known.
    public var contentLength: Int? {
        var length = end.count
        for part in parts {
            guard let bodyLength = part.body.contentLength else { return nil }
            let (sum, overflows) = length.addingReportingOverflow(bodyLength)
            let (total, totalOverflows) = sum.addingReportingOverflow(part.head.count)
            guard !overflows, !totalOverflows else { return nil }
            length = total
        }
        return length
    }

    /// The content of the request. It can be sent again if that of all parts can.
    public var body: HTTPRequestBody {
        let sequence = HTTPMultipartFormSequence(self)
        guard parts.allSatisfy(\.body.isReplayable) else {
            return HTTPRequestBody(sequence, contentLength: contentLength)
        }
        return HTTPRequestBody(contentLength: contentLength) { sequence }
    }

    var end: [UInt8] { Array("\(parts.isEmpty ? "" : "\r\n")--\(boundary)--\r\n".utf8) }

    /// As browsers write what cannot stand between quotes (WHATWG HTML, "multipart/form-data encoding algorithm"). A
    /// backslash they leave alone, as is done here where it is alone; at the end, or beside another, it would be taken
    /// for an escape.
    private static func append(escaped text: String, to octets: inout [UInt8]) {
        let input = Array(text.utf8)
        let backslash = UInt8(ascii: "\\")
        var index = 0
        while index < input.count {
            let octet = input[index]
            index += 1
            switch octet {
            case .carriageReturn: octets += Array("%0D".utf8)
            case .lineFeed: octets += Array("%0A".utf8)
            case UInt8(ascii: "\""): octets += Array("%22".utf8)
            case backslash:
                let start = index - 1
                while index < input.count, input[index] == backslash { index += 1 }
                let isAlone = index - start == 1 && index < input.count
                octets += Array(repeating: backslash, count: isAlone ? 1 : 2 * (index - start))
            // No other control can be in a field.
            case 0..<0x20, 0x7F: octets.append(octet == .horizontalTab ? octet : .space)
            default: octets.append(octet)
            }
        }
    }
}
