extension HTTP2RequestSink {
    /// Takes in a pseudo-field, whose name is at the index in HPACK's static table, unless that is 0; why it is
    /// malformed (RFC 9113 §8.3.1, RFC 8441 §4).
    @inline(__always)
    mutating func addPseudoField(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) -> String? {
        switch index {
        case 1: addAuthority(value)
        case 2: addMethod(value)
        case 4: addPath(value)
        case 6: addScheme(value)
        case 0 where name.isExactly(":protocol", in: 0..<name.count): addProtocol(value)
        default: "unknown pseudo-field"
        }
    }

    /// Whether the pseudo-field is the first of its name.
    @inline(__always)
    private mutating func isFirst(_ field: HTTP2PseudoFields) -> Bool {
        pseudoFields.insert(field).inserted
    }

    private static let repeated = "repeated pseudo-field"

    @inline(__always)
    private mutating func addMethod(_ value: Span<UInt8>) -> String? {
        guard isFirst(.method) else { return Self.repeated }
        let count = value.count
        guard count > 0, value.endOfToken(from: 0, to: count) == count else { return "invalid :method" }
        head.method = HTTPRequest.Method(value, 0..<count)
        return nil
    }

    @inline(__always)
    private mutating func addScheme(_ value: Span<UInt8>) -> String? {
        guard isFirst(.scheme) else { return Self.repeated }
        let range = 0..<value.count
        if value.equals("https", in: range) {
            head.isSecure = true
        } else if !value.equals("http", in: range) {
            guard Self.isScheme(value) else { return "invalid :scheme" }
            otherScheme.append(value, range)
        }
        return nil
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ value: Span<UInt8>) -> Bool {
        guard !value.isEmpty, value[0].isLetter else { return false }
        for index in value.indices {
            let octet = value[index]
            guard
                octet.isLetter || octet.isDigit || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-")
                    || octet == UInt8(ascii: ".")
            else { return false }
        }
        return true
    }

    /// It becomes the Host field, the first of all.
    @inline(__always)
    private mutating func addAuthority(_ value: Span<UInt8>) -> String? {
        guard isFirst(.authority) else { return Self.repeated }
        guard HTTPAuthority.isValid(value, 0..<value.count) else { return "invalid :authority" }
        storage.append(Self.host.span, value)
        return nil
    }

    private static let host = Array("host".utf8)

    /// `absolute-path [ "?" query ]`, visible ASCII characters without a fragment, or `*`.
    @inline(__always)
    private mutating func addPath(_ value: Span<UInt8>) -> String? {
        guard isFirst(.path) else { return Self.repeated }
        let count = value.count
        guard count > 0 else { return "invalid :path" }
        if value[0] == UInt8(ascii: "/") {
            guard value.endOfTarget(from: 0, to: count) == count else { return "invalid :path" }
        } else {
            guard count == 1, value[0] == UInt8(ascii: "*") else { return "invalid :path" }
            isAsterisk = true
        }
        head.target.append(value, 0..<count)
        return nil
    }

    private mutating func addProtocol(_ value: Span<UInt8>) -> String? {
        guard isFirst(.protocol) else { return Self.repeated }
        guard allowsExtendedConnect else { return ":protocol is not allowed" }
        let count = value.count
        guard count > 0, value.endOfToken(from: 0, to: count) == count else { return "invalid :protocol" }
        head.connectProtocol = value.text(0..<count)
        return nil
    }
}
