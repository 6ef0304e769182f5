/// Octets as text that tells each of them: lines, with escapes for what is not seen.
enum RawTranscript {
    /// Lines of what is sent, each with its end written out: `> GET / HTTP/1.1\r\n`.
    static func sent(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for line in lines(bytes) {
            text += Array("> ".utf8)
            for octet in line { append(octet, to: &text) }
            text.append(UInt8(ascii: "\n"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, octet) in bytes.enumerated() where octet == UInt8(ascii: "\n") {
            lines.append(bytes[start...index])
            start = index + 1
        }
        return start < bytes.count ? lines + [bytes[start...]] : lines
    }

    private static func append(_ octet: UInt8, to text: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        switch octet {
        case UInt8(ascii: "\r"): text += Array(#"\r"#.utf8)
        case UInt8(ascii: "\n"): text += Array(#"\n"#.utf8)
        case UInt8(ascii: "\\"): text += Array(#"\\"#.utf8)
        case 0x20..<0x7F: text.append(octet)
        default: text += Array(#"\x"#.utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        }
    }
}
