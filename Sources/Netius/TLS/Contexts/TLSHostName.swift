/// The host names that TLS knows (RFC 6066 section 3): ASCII, labels with dots between them, no dot at the end.
enum TLSHostName {
    /// The name in lower case, as far as it is ASCII, and without the dot that makes it absolute.
    static func normalized(_ name: String) -> String {
        let isAbsolute = name.utf8.last == UInt8(ascii: ".")
        let bytes = name.utf8.dropLast(isAbsolute ? 1 : 0).map { byte in
            byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is wrong with a normalized name; nil when nothing is.
    static func problem(with name: String) -> String? {
        guard !name.isEmpty else { return "it is empty" }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return "only ASCII is sent; write other names in their form with \"xn--\""
        }
        guard name.utf8.count <= 253 else { return "it is longer than 253 characters" }
        for label in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !label.isEmpty else { return "a label is empty" }
            guard label.count <= 63 else { return "a label is longer than 63 characters" }
            guard !label.contains(UInt8(ascii: "*")) else {
                return "a wildcard stands for the whole first label, as in \"*.example.com\""
            }
            guard label.allSatisfy(isAllowed) else { return "it has characters that host names do not have" }
        }
        return nil
    }

    /// Letters, digits, hyphens, and the underscore that some names have though they should not.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
