internal import Netius

/// Writes the fields of requests into a header block (RFC 9113 §8.3.1), which the caller begins and ends.
///
/// Method, names and values are legal by their types. Host and Content-Length are ours alone, and what concerns one
/// connection of HTTP/1 is left out.
enum HTTP2RequestEncoder {
    /// Writes the head of a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - scheme: The scheme of the target; not written for a CONNECT without `connectProtocol`.
    ///   - authority: The host, and the port unless it is the scheme's own.
    ///   - path: The path and query, or `*`; nil for a CONNECT without `connectProtocol`.
    ///   - connectProtocol: Of an extended CONNECT, what is to be spoken (RFC 8441 §4).
    ///   - fields: The fields. Of TE, `trailers` is kept; an Expect without content is left out.
    ///   - contentLength: What to say of the content's length; nil for nothing.
    ///   - hasContent: Whether there is content.
    ///   - encoder: What compresses them.
    ///   - output: Where they are written.
    static func append(
        method: HTTPRequest.Method, scheme: String, authority: String, path: String?,
        protocol connectProtocol: String? = nil, fields: HTTPFields, contentLength: Int?,
        hasContent: Bool, with encoder: inout HPACKEncoder, to output: OutputBuffer
    ) {
        encoder.append(":method", method.rawValue.utf8.span, to: output)
        if let path {
            encoder.append(":scheme", scheme.utf8.span, to: output)
            encoder.append(":authority", authority.utf8.span, to: output)
            encoder.append(":path", path.utf8.span, to: output)
        } else {
            encoder.append(":authority", authority.utf8.span, to: output)
        }
        if let connectProtocol { encoder.append(":protocol", connectProtocol.utf8.span, to: output) }
        if let storage = fields.storage { append(storage, hasContent, with: &encoder, to: output) }
        if let contentLength { encoder.appendContentLength(contentLength, to: output) }
    }

    private static func append(
        _ storage: HTTPFields.Storage, _ hasContent: Bool, with encoder: inout HPACKEncoder, to output: OutputBuffer
    ) {
        let bytes = storage.bytes
        let octets = bytes.span
        for entry in storage.entries {
            switch entry.nameLength {
            case 2 where octets.equals("te", in: entry.name):
                if lists(octets, entry.value, "trailers") { encoder.append("te", trailers.span, to: output) }
                continue
            case 4 where octets.equals("host", in: entry.name): continue
            case 6 where octets.equals("expect", in: entry.name) && !hasContent: continue
            case 14 where octets.equals("content-length", in: entry.name): continue
            case 7...17 where HTTP2FieldRules.isConnectionSpecific(octets, entry.name): continue
            default: break
            }
            encoder.append(octets, name: entry.name, value: entry.value, to: output)
        }
    }

    private static let trailers = Array("trailers".utf8)

    private static func lists(_ octets: Span<UInt8>, _ value: Range<Int>, _ option: StaticString) -> Bool {
        var position = value.lowerBound
        while let listed = octets.nextListElement(at: &position, to: value.upperBound) {
            if octets.equals(option, in: listed) { return true }
        }
        return false
    }
}
