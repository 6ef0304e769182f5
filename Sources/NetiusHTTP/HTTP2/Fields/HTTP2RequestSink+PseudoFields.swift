internal import Netius

extension HTTP2RequestSink {
    /// Takes in a pseudo-field, whose name is at the index in HPACK's static table, unless that is 0; why it is
    /// malformed (RFC 9113 §8.3.1, RFC 8441 §4).
    @inline(__always)
    mutating func addPseudoField(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) -> HTTP2Malformation? {
        switch index {
        case 1: addAuthority(value)
        case 2: addMethod(value)
        case 4: addPath(value)
        case 6: addScheme(value)
        case 0 where name.isExactly(":protocol", in: 0..<name.count): addProtocol(value)
        default: .unknownField
        }
    }

    /// Whether the pseudo-field is the first of its name.
    @inline(__always)
    private mutating func isFirst(_ field: HTTP2PseudoFields) -> Bool {
        pseudoFields.insert(field).inserted
    }

    @inline(__always)
    private mutating func addMethod(_ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isFirst(.method) else { return .repeatedField }
        let count = value.count
        guard count > 0, value.endOfToken(from: 0, to: count) == count else { return .invalidMethod }
        head.method = HTTPRequest.Method(value, 0..<count)
        return nil
    }

    @inline(__always)
    private mutating func addScheme(_ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isFirst(.scheme) else { return .repeatedField }
        let range = 0..<value.count
        if value.equals("https", in: range) {
            head.isSecure = true
        } else if !value.equals("http", in: range) {
            guard Self.isScheme(value) else { return .invalidScheme }
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
    private mutating func addAuthority(_ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isFirst(.authority) else { return .repeatedField }
        if !isKnown(value) {
            guard HTTPAuthority.isValid(value, 0..<value.count) else { return .invalidAuthority }
            if value.count <= 256 { knownAuthority = [UInt8](value) }
        }
        storage?.append(Self.host.span, value)
        return nil
    }

    @inline(__always)
    private func isKnown(_ authority: Span<UInt8>) -> Bool {
        let known = knownAuthority
        return !known.isEmpty && authority.equals(0..<authority.count, known.span, 0..<known.count)
    }

    private static let host = Array("host".utf8)

    /// `absolute-path [ "?" query ]`, visible ASCII characters without a fragment, or `*`.
    @inline(__always)
    private mutating func addPath(_ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isFirst(.path) else { return .repeatedField }
        let count = value.count
        guard count > 0 else { return .invalidPath }
        if value[0] == UInt8(ascii: "/") {
            guard value.endOfTarget(from: 0, to: count) == count else { return .invalidPath }
        } else {
            guard count == 1, value[0] == UInt8(ascii: "*") else { return .invalidPath }
            isAsterisk = true
        }
        head.target.append(value, 0..<count)
        return nil
    }

    private mutating func addProtocol(_ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isFirst(.protocol) else { return .repeatedField }
        guard allowsExtendedConnect else { return .protocolNotAllowed }
        let count = value.count
        guard count > 0, value.endOfToken(from: 0, to: count) == count else { return .invalidProtocol }
        head.connectProtocol = value.text(0..<count)
        return nil
    }
}
