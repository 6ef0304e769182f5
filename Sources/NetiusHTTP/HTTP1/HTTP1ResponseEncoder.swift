import Netius

/// Writes responses (RFC 9112 §4 and §6).
///
/// Status, names and values are legal by their types. Content-Length, Transfer-Encoding and the connection's
/// persistence are ours alone: what the fields say of them is left out, so that there are never two, nor a wrong one.
enum HTTP1ResponseEncoder {
    /// Writes the head of a final response, or of 101.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - fields: The fields. A Date among them is used instead of ours; of Connection, the options other than
    ///     `close` and `keep-alive` are kept.
    ///   - framing: How the content is sent.
    ///   - persistence: What to say about the connection.
    ///   - date: Our Date field as a whole line, or nothing.
    ///   - output: Where it is written.
    /// - Throws: If status and framing do not go together; nothing has been written then.
    static func appendHead(
        _ status: HTTPResponse.Status, _ fields: HTTPFields, framing: HTTP1ResponseFraming,
        persistence: HTTP1Persistence, date: [UInt8], to output: OutputBuffer
    ) throws(HTTP1EncodingError) {
        try check(status, framing)
        appendStatusLine(status, to: output)
        if let storage = fields.storage {
            if storage.entries.contains(where: { storage.isManaged($0) }) {
                return appendManaged(status, storage, framing, persistence, date, output)
            }
            output.append(date)
            output.append(storage.bytes)
        } else {
            output.append(date)
        }
        appendFraming(status, framing, to: output)
        switch persistence {
        case .implied: output.append("\r\n")
        case .keepAlive: output.append("Connection: keep-alive\r\n\r\n")
        case .close: output.append("Connection: close\r\n\r\n")
        }
    }

    /// Writes an interim response: 1xx other than 101. Fields that frame a message are left out.
    static func appendInterim(
        _ status: HTTPResponse.Status, _ fields: HTTPFields = HTTPFields(), to output: OutputBuffer
    ) throws(HTTP1EncodingError) {
        guard 100...199 ~= status.code, status.code != 101 else { throw .invalidStatus }
        appendStatusLine(status, to: output)
        if let storage = fields.storage {
            for entry in storage.entries where !storage.isManaged(entry) { output.append(storage.bytes[entry.line]) }
        }
        output.append("\r\n")
    }

    /// Writes `100 Continue`.
    static func appendContinue(to output: OutputBuffer) {
        output.append("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Whether the fields ask that the connection be closed after the response.
    static func asksToClose(_ fields: HTTPFields) -> Bool {
        guard let storage = fields.storage else { return false }
        let bytes = storage.bytes
        let octets = bytes.span
        for entry in storage.entries where storage.managed(entry) == .connection {
            var position = entry.value.lowerBound
            while let option = octets.nextListElement(at: &position, to: entry.value.upperBound) {
                if octets.equals("close", in: option) { return true }
            }
        }
        return false
    }

    private static func check(
        _ status: HTTPResponse.Status, _ framing: HTTP1ResponseFraming
    ) throws(HTTP1EncodingError) {
        if case .length(let length) = framing, length < 0 { throw .invalidLength }
        if case .none(let length?) = framing, length < 0 { throw .invalidLength }
        switch status.code {
        case 200, 404: return
        case 101: if framing != .tunnel { throw .invalidStatus }
        case 100...199: throw .invalidStatus
        case 204, 304: if framing.allowsContent { throw .contentNotAllowed }
        default: return
        }
    }

    /// The line of a frequent status is one copy.
    private static func appendStatusLine(_ status: HTTPResponse.Status, to output: OutputBuffer) {
        let phrase = status.reasonPhrase
        switch status.code {
        case 200 where phrase == "OK": output.append("HTTP/1.1 200 OK\r\n")
        case 204 where phrase == "No Content": output.append("HTTP/1.1 204 No Content\r\n")
        case 304 where phrase == "Not Modified": output.append("HTTP/1.1 304 Not Modified\r\n")
        case 404 where phrase == "Not Found": output.append("HTTP/1.1 404 Not Found\r\n")
        default:
            output.append("HTTP/1.1 ")
            output.append(decimal: status.code)
            // RFC 9112 §4: the space is there even if there is no phrase.
            output.append(.space)
            output.append(text: phrase)
            output.append("\r\n")
        }
    }

    private static func appendFraming(
        _ status: HTTPResponse.Status, _ framing: HTTP1ResponseFraming, to output: OutputBuffer
    ) {
        switch framing {
        case .length(let length):
            // In 304 it would have to be the length of another response.
            if status.code != 204, status.code != 304 { appendLength(length, to: output) }
        case .none(let length?):
            if status.code != 204 { appendLength(length, to: output) }
        case .chunked:
            output.append("Transfer-Encoding: chunked\r\n")
        case .none(nil), .closeDelimited, .tunnel:
            break
        }
    }

    @inline(__always)
    private static func appendLength(_ length: Int, to output: OutputBuffer) {
        output.append("Content-Length: ")
        output.append(decimal: length)
        output.append("\r\n")
    }

    /// The same when fields are present that are not simply copied.
    private static func appendManaged(
        _ status: HTTPResponse.Status, _ storage: HTTPFields.Storage, _ framing: HTTP1ResponseFraming,
        _ persistence: HTTP1Persistence, _ date: [UInt8], _ output: OutputBuffer
    ) {
        let keepsLength = framing == .none(length: nil) && status.code != 204
        var (hasDate, hasLength) = (false, false)
        var options: [UInt8] = []
        switch persistence {
        case .implied: break
        case .keepAlive: options.append(contentsOf: "keep-alive".utf8)
        case .close: options.append(contentsOf: "close".utf8)
        }
        for entry in storage.entries {
            switch storage.managed(entry) {
            case nil:
                output.append(storage.bytes[entry.line])
            case .date:
                if !hasDate { output.append(storage.bytes[entry.line]) }
                hasDate = true
            case .contentLength:
                guard keepsLength, !hasLength, storage.isLength(entry.value) else { continue }
                output.append(storage.bytes[entry.line])
                hasLength = true
            case .connection:
                storage.appendOptions(entry.value, to: &options)
            case .transferEncoding:
                continue
            }
        }
        if !hasDate { output.append(date) }
        appendFraming(status, framing, to: output)
        if !options.isEmpty {
            output.append("Connection: ")
            output.append(options)
            output.append("\r\n")
        }
        output.append("\r\n")
    }
}
