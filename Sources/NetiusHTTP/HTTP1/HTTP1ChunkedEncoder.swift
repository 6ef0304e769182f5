import Netius

/// Writes content in the chunked transfer coding (RFC 9112 §7.1), of requests as of responses.
enum HTTP1ChunkedEncoder {
    /// Writes the octets as one chunk; nothing if there are none, since an empty chunk would end the content
    /// (RFC 9112 §7.1).
    static func appendChunk(_ bytes: Span<UInt8>, to output: OutputBuffer) {
        guard !bytes.isEmpty else { return }
        appendChunkHead(bytes.count, to: output)
        output.append(bytes)
        appendChunkEnd(to: output)
    }

    /// Writes what precedes that many octets of a chunk, which are sent on their own. The count is not zero.
    static func appendChunkHead(_ count: Int, to output: OutputBuffer) {
        output.append(hexadecimal: count)
        output.append("\r\n")
    }

    /// Writes what follows the octets of a chunk.
    static func appendChunkEnd(to output: OutputBuffer) {
        output.append("\r\n")
    }

    /// Writes the end of chunked content, with those of the trailer fields that may be sent as such
    /// (RFC 9110 §6.5.1).
    static func appendLastChunk(trailers: HTTPFields? = nil, to output: OutputBuffer) {
        guard let storage = trailers?.storage else { return output.append("0\r\n\r\n") }
        output.append("0\r\n")
        for entry in storage.entries {
            let name = HTTPField.Name(token: storage.bytes[entry.name])
            if name.isAllowedInTrailers { output.append(storage.bytes[entry.line]) }
        }
        output.append("\r\n")
    }
}
