internal import Netius

/// The character sets that text of messages is read in.
enum MailCharset: Sendable, Hashable {
    case utf8
    case usASCII
    /// ISO-8859-1 too: what is labelled so is this, and differs only where that has control characters.
    case windows1252

    /// A set of the name (RFC 2978), in whatever case; nil for one that is not read here.
    init?(_ name: String) {
        switch name.lowercasedASCII {
        case "utf-8", "utf8": self = .utf8
        case "us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us": self = .usASCII
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "windows-1252", "cp1252": self = .windows1252
        default: return nil
        }
    }

    /// The text that the octets are, with U+FFFD for those that are none.
    func decode(_ octets: [UInt8]) -> String {
        switch self {
        case .utf8: return String(decoding: octets, as: UTF8.self)
        case .usASCII:
            guard !octets.allSatisfy({ $0 < 0x80 }) else { return String(decoding: octets, as: UTF8.self) }
            return Self.text(octets) { $0 < 0x80 ? Unicode.Scalar($0) : "\u{FFFD}" }
        case .windows1252:
            return Self.text(octets) { 0x80...0x9F ~= $0 ? Self.windows[Int($0) - 0x80] : Unicode.Scalar($0) }
        }
    }

    private static func text(_ octets: [UInt8], _ scalar: (UInt8) -> Unicode.Scalar) -> String {
        var text = String.UnicodeScalarView()
        for octet in octets { text.append(scalar(octet)) }
        return String(text)
    }

    /// 0x80 to 0x9F.
    private static let windows: [Unicode.Scalar] = [
        "€", "\u{FFFD}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "\u{FFFD}", "Ž", "\u{FFFD}",
        "\u{FFFD}", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "\u{FFFD}", "ž", "Ÿ",
    ]
}
