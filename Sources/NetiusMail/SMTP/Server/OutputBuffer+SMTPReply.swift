internal import Netius

extension OutputBuffer {
    /// The most octets of a line's text: a reply line has at most 512 with all (RFC 5321 section 4.5.3.1.5).
    private static var maximumTextLength: Int { 480 }

    /// Appends a reply as it goes to the client. What is not ASCII becomes `?`, and what is too long is cut off.
    func append(_ reply: SMTPReply, withStatus: Bool) {
        let status = withStatus ? reply.enhancedStatus : nil
        let last = reply.lines.count - 1
        for (index, line) in reply.lines.enumerated() {
            append(decimal: reply.code)
            append(index == last ? UInt8.space : UInt8(ascii: "-"))
            if let status {
                append(decimal: status.kind)
                append(UInt8(ascii: "."))
                append(decimal: status.subject)
                append(UInt8(ascii: "."))
                append(decimal: status.detail)
                append(UInt8.space)
            }
            appendASCII(line)
            append("\r\n")
        }
    }

    private func appendASCII(_ line: String) {
        var text = line
        text.withUTF8 { octets in
            let end = min(octets.count, Self.maximumTextLength)
            if unsafe octets.allSatisfy({ $0 < 0x80 }) {
                let start = unsafe UnsafeRawPointer(octets.baseAddress)
                return unsafe append(UnsafeRawBufferPointer(start: start, count: end))
            }
            // One for each character, not for each of its octets.
            for index in 0..<end where unsafe octets[index] & 0xC0 != 0x80 {
                let octet = unsafe octets[index]
                append(octet < 0x80 ? octet : UInt8(ascii: "?"))
            }
        }
    }
}
