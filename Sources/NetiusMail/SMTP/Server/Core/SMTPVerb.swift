internal import Netius

/// The verbs that a server knows (RFC 5321 section 4.1.1, and the extensions), by their letters in lower case.
enum SMTPVerb: UInt64 {
    case ehlo = 0x6568_6C6F
    case helo = 0x6865_6C6F
    case lhlo = 0x6C68_6C6F
    case mail = 0x6D61_696C
    case recipient = 0x7263_7074
    case data = 0x6461_7461
    case chunk = 0x6264_6174
    case reset = 0x7273_6574
    case noOperation = 0x6E6F_6F70
    case verify = 0x7672_6679
    case expand = 0x6578_706E
    case help = 0x6865_6C70
    case quit = 0x7175_6974
    case authenticate = 0x6175_7468
    case startTLS = 0x7374_6172_7474_6C73
    /// What no mail client says: a web browser that was led here.
    case httpGet = 0x67_6574
    case httpPost = 0x706F_7374
    case httpPut = 0x70_7574
    case httpConnect = 0x63_6F6E_6E65_6374

    /// Reads the verb that a line begins with, in whatever case; nil for any other. `end` is behind it.
    static func read(_ line: Span<UInt8>) -> (verb: SMTPVerb?, end: Int) {
        var packed: UInt64 = 0
        var end = 0
        while end < line.count, line[end] != .space, line[end] != .horizontalTab {
            guard end < 8 else { return (nil, end) }
            packed = packed << 8 | UInt64(line[end].lowercased)
            end += 1
        }
        return (SMTPVerb(rawValue: packed), end)
    }

    /// Whether a line begins with what some may take for BDAT, although it is none.
    static func resemblesChunk(_ line: Span<UInt8>) -> Bool {
        var start = 0
        while start < line.count, line[start] == .space || line[start] == .horizontalTab { start += 1 }
        return line.count - start >= 4 && line.equals("bdat", in: start..<start + 4)
    }

    /// Whether it asks who the server is, the answers to which have no enhanced status codes (RFC 2034 section 4).
    var isHello: Bool {
        switch self {
        case .ehlo, .helo, .lhlo: true
        default: false
        }
    }

    /// Whether nothing may follow it before its answer, which changes what can be said (RFC 2920 section 3.1, RFC 3207
    /// section 4, RFC 4954 section 4).
    var mustBeLast: Bool {
        switch self {
        case .ehlo, .helo, .lhlo, .data, .startTLS, .authenticate: true
        default: false
        }
    }

    /// Whether it may be said before the connection is protected, where that is required.
    var isAllowedInClear: Bool {
        switch self {
        case .ehlo, .helo, .lhlo, .startTLS, .noOperation, .reset, .help, .quit: true
        default: false
        }
    }
}
