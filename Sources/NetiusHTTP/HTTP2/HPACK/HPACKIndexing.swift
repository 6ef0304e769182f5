/// Whether a field that is sent is remembered for the next time (RFC 7541 §6.2).
enum HPACKIndexing {
    /// It is.
    case incremental
    /// It is not: its value is another each time.
    case none
    /// Neither by us nor by anybody who passes it on: it is a secret, which could be guessed from the sizes of blocks
    /// (RFC 7541 §7.1).
    case never

    /// The policy for a field.
    ///
    /// - Parameters:
    ///   - nameIndex: The place of the name in the static table, or 0.
    ///   - octets: What the name is in.
    ///   - name: Where the name is, in lower case.
    ///   - valueLength: The length of the value in octets.
    @inline(__always)
    init(_ nameIndex: Int, _ octets: Span<UInt8>, _ name: Range<Int>, valueLength: Int) {
        switch nameIndex {
        case 0: self = Self.policy(of: octets, name)
        // authorization, proxy-authorization, set-cookie
        case 23, 49, 55: self = .never
        // A cookie is sent again and again; a short one could be guessed.
        case 32: self = valueLength < Self.longCookie ? .never : .incremental
        // :path, age, content-length, content-location, content-range, etag, if-match, if-modified-since, if-none-match,
        // if-range, if-unmodified-since, last-modified, location, range, referer
        case 4, 21, 28, 29, 30, 34, 39...44, 46, 50, 51: self = .none
        default: self = .incremental
        }
    }

    /// A cookie of at least as many octets may be remembered.
    private static let longCookie = 20

    private static func policy(of octets: Span<UInt8>, _ name: Range<Int>) -> HPACKIndexing {
        switch name.count {
        case 11 where octets.equals("traceparent", in: name): .none
        case 12 where octets.equals("x-request-id", in: name): .none
        case 13 where octets.equals("last-event-id", in: name): .none
        case 16 where octets.equals("x-correlation-id", in: name): .none
        case 17 where octets.equals("sec-websocket-key", in: name): .none
        case 20 where octets.equals("sec-websocket-accept", in: name): .none
        default: namesSecret(octets, name) ? .never : .incremental
        }
    }

    /// Whether the name ends like those that applications give to their secrets: x-api-key, x-auth-token.
    private static func namesSecret(_ octets: Span<UInt8>, _ name: Range<Int>) -> Bool {
        guard let last = name.last else { return false }
        return switch octets[last] {
        case UInt8(ascii: "n"): octets.ends(name, with: "token")
        case UInt8(ascii: "t"): octets.ends(name, with: "secret")
        case UInt8(ascii: "y"): octets.ends(name, with: "api-key")
        default: false
        }
    }
}

extension Span<UInt8> {
    /// Whether what is in the range ends so.
    fileprivate func ends(_ range: Range<Int>, with ending: StaticString) -> Bool {
        range.count >= ending.utf8CodeUnitCount
            && equals(ending, in: range.upperBound - ending.utf8CodeUnitCount..<range.upperBound)
    }
}
