internal import Netius

/// Writes the fields of responses into a header block (RFC 9113 §8.3.2), which the caller begins and ends.
///
/// Status, names and values are legal by their types. Content-Length is ours alone, and what concerns one connection of
/// HTTP/1 is left out.
enum HTTP2ResponseEncoder {
    /// Writes the head of a response, be it final or interim.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - fields: The fields. A Date among them is used instead of ours.
    ///   - contentLength: What to say of the content's length; nil for nothing.
    ///   - keepsLength: Whether a Content-Length among the fields stays, as of a response without content.
    ///   - date: Our Date field as a whole line of HTTP/1, or nothing.
    ///   - encoder: What compresses them.
    ///   - output: Where they are written.
    static func append(
        _ status: HTTPResponse.Status, _ fields: HTTPFields, contentLength: Int?, keepsLength: Bool = false,
        date: [UInt8], with encoder: inout HPACKEncoder, to output: OutputBuffer
    ) {
        encoder.appendStatus(status.code, to: output)
        let mayHaveLength = status.code >= 200 && status.code != 204
        let hasLength = !mayHaveLength || contentLength != nil || !keepsLength
        if let storage = fields.storage, hasLength {
            encoder.append(storage, date, to: output) { encoder in
                append(storage, hasLength: true, date: date, with: &encoder, to: output)
            }
        } else {
            append(fields.storage, hasLength: hasLength, date: date, with: &encoder, to: output)
        }
        if let contentLength, mayHaveLength { encoder.appendContentLength(contentLength, to: output) }
    }

    /// Writes the fields, and our Date if it is not among them.
    private static func append(
        _ storage: HTTPFields.Storage?, hasLength: Bool, date: [UInt8], with encoder: inout HPACKEncoder,
        to output: OutputBuffer
    ) {
        var (hasDate, hasLength) = (false, hasLength)
        if let storage {
            let bytes = storage.bytes
            let octets = bytes.span
            for entry in storage.entries {
                switch entry.nameLength {
                case 4 where octets.equals("date", in: entry.name):
                    if hasDate { continue }
                    hasDate = true
                case 14 where octets.equals("content-length", in: entry.name):
                    if hasLength || !storage.isLength(entry.value) { continue }
                    hasLength = true
                case 2 where octets.equals("te", in: entry.name): continue
                case 7...17 where HTTP2FieldRules.isConnectionSpecific(octets, entry.name): continue
                default: break
                }
                encoder.append(octets, name: entry.name, value: entry.value, to: output)
            }
        }
        if !hasDate, date.count > Self.dateOverhead {
            let value = date.span.extracting(Self.dateStart..<date.count - 2)
            encoder.append("date", value, to: output)
        }
    }

    /// Where the value begins in `Date: ...`, and what is not the value, with CR and LF.
    private static let dateStart = 6
    private static let dateOverhead = 8

    /// Writes those of the trailer fields that may be sent as such (RFC 9110 §6.5.1).
    static func appendTrailers(_ fields: HTTPFields, with encoder: inout HPACKEncoder, to output: OutputBuffer) {
        guard let storage = fields.storage else { return }
        let bytes = storage.bytes
        let octets = bytes.span
        for entry in storage.entries where !HTTP2FieldRules.isConnectionSpecific(octets, entry.name) {
            guard HTTPField.Name(octets, entry.name).isAllowedInTrailers else { continue }
            encoder.append(octets, name: entry.name, value: entry.value, to: output)
        }
    }
}
