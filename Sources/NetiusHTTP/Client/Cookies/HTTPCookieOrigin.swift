internal import Netius

/// What of a URL decides about cookies.
struct HTTPCookieOrigin {
    /// The host, with its zone; the path of a Unix socket.
    let domain: String
    /// Whether hosts may be above or below it: it is a name, not an address.
    let isName: Bool
    /// The path without the query.
    let path: String
    /// Whether what is sent there is safe from others: over TLS, or to this machine itself.
    let isSecure: Bool

    init(_ url: HTTPURL) {
        let address = url.socketPath == nil ? IPAddress(url.host) : nil
        domain = url.socketPath ?? url.host + (url.zone.map { "%" + $0 } ?? "")
        isName = url.socketPath == nil && address == nil
        path = String(url.path.prefix { $0 != "?" })
        isSecure = url.scheme == .https || url.socketPath != nil || url.isLoopback
    }

    /// The path of a cookie that names none (RFC 6265 §5.1.4).
    var defaultPath: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The name and all that it is below, itself first; what is not a name, alone.
    var domains: [Substring] {
        guard isName else { return [domain[...]] }
        var domains = [domain[...]]
        var rest = domain.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[dot...].dropFirst()
            domains.append(Substring(rest))
        }
        return domains
    }

    /// RFC 6265 §5.1.3: `domain-match`.
    func matches(domain other: String) -> Bool {
        Self.isName(domain, below: other, isName: isName)
    }

    static func isName(_ name: String, below domain: String, isName: Bool) -> Bool {
        let (octets, suffix) = (name.utf8, domain.utf8)
        guard octets.count > suffix.count else { return octets.elementsEqual(suffix) }
        return isName && octets.suffix(suffix.count).elementsEqual(suffix)
            && octets.dropLast(suffix.count).last == UInt8(ascii: ".")
    }

    /// RFC 6265 §5.1.4: `path-match`.
    static func path(_ path: String, matches cookiePath: String) -> Bool {
        let (octets, prefix) = (path.utf8, cookiePath.utf8)
        guard octets.starts(with: prefix) else { return false }
        return octets.count == prefix.count || prefix.last == UInt8(ascii: "/")
            || octets.dropFirst(prefix.count).first == UInt8(ascii: "/")
    }
}

extension HTTPURL {
    /// Whether the host is this machine by its name or address (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    var isLoopback: Bool {
        switch IPAddress(host)?.unmapped {
        case .v4(let address): address.bits >> 24 == 127
        case .v6(let address): address == .loopback
        case nil: host == "localhost" || host.hasSuffix(".localhost")
        }
    }
}
