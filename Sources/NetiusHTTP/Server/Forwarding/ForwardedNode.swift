internal import Netius

/// Who a proxy had a request from, or received it for (RFC 7239 section 6).
enum ForwardedNode: Equatable {
    case address(IPAddress)
    /// The proxy does not know, or does not tell.
    case unknown
    /// A name that means something to the proxy alone, such as `_hidden`.
    case obfuscated

    /// Reads `nodename [ ":" node-port ]`; nil for anything else.
    ///
    /// - Parameters:
    ///   - octets: The node, without the quotes that may have been around it.
    ///   - allowsBareIPv6: Whether an IPv6 address may be without its brackets, as in X-Forwarded-For.
    init?(_ octets: Span<UInt8>, allowsBareIPv6: Bool = false) {
        guard let first = octets.first else { return nil }
        if first == UInt8(ascii: "[") {
            self.init(bracketed: octets)
            return
        }
        if allowsBareIPv6, let address = Self.ipv6(octets) {
            self = .address(address)
            return
        }
        let colon = octets.firstIndex(of: UInt8(ascii: ":"), from: 0) ?? octets.count
        guard Self.isPort(octets.extracting(colon...)) else { return nil }
        let name = octets.extracting(..<colon)
        if first == UInt8(ascii: "_") {
            guard Self.isObfuscated(name) else { return nil }
            self = .obfuscated
        } else if name.equals("unknown", in: 0..<name.count) {
            self = .unknown
        } else if let address = IPv4Address(utf8: name) {
            self = .address(.v4(address))
        } else {
            return nil
        }
    }

    private init?(bracketed octets: Span<UInt8>) {
        guard let end = octets.firstIndex(of: UInt8(ascii: "]"), from: 1),
            let address = Self.ipv6(octets.extracting(1..<end)), Self.isPort(octets.extracting((end + 1)...))
        else { return nil }
        self = .address(address)
    }

    /// Without a zone: it means nothing to another host, and its name would be looked up in the system.
    private static func ipv6(_ octets: Span<UInt8>) -> IPAddress? {
        guard octets.firstIndex(of: UInt8(ascii: "%"), from: 0) == nil else { return nil }
        return IPv6Address(utf8: octets).map { IPAddress.v6($0).unmapped }
    }

    /// Nothing, or a colon and a port, which may be obfuscated as well.
    private static func isPort(_ octets: Span<UInt8>) -> Bool {
        guard let first = octets.first else { return true }
        guard first == UInt8(ascii: ":") else { return false }
        let port = octets.extracting(1...)
        if port.first == UInt8(ascii: "_") { return isObfuscated(port) }
        return port.count >= 1 && port.count <= 5 && port.allSatisfy(\.isDigit)
    }

    /// `"_" 1*( ALPHA / DIGIT / "." / "_" / "-" )`
    private static func isObfuscated(_ octets: Span<UInt8>) -> Bool {
        octets.count >= 2
            && octets.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ".") || $0 == 0x5F || $0 == 0x2D }
    }
}

extension Span where Element == UInt8 {
    fileprivate var first: UInt8? { isEmpty ? nil : self[0] }

    fileprivate func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        for index in indices where !predicate(self[index]) { return false }
        return true
    }

    fileprivate func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == octet { return index }
            index += 1
        }
        return nil
    }
}
