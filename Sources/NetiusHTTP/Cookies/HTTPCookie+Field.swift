internal import Netius

extension HTTPCookie {
    /// The value of the Set-Cookie field (RFC 6265 §4.1.1).
    ///
    /// - Throws: `HTTPCookieError`, where a browser would not take the cookie, or would take it for another.
    public func fieldValue() throws(HTTPCookieError) -> String {
        try validate()
        var text = "\(name)=\(value); Path=\(path)"
        if let domain { text += "; Domain=\(domain)" }
        if let maxAge { text += "; Max-Age=\(max(maxAge.components.seconds, 0))" }
        if let expires {
            let date = HTTPDate.bytes(secondsSince1970: Int(clamping: expires.seconds))
            text += "; Expires=\(String(decoding: date, as: UTF8.self))"
        }
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        if isPartitioned { text += "; Partitioned" }
        return text
    }

    private func validate() throws(HTTPCookieError) {
        guard !name.isEmpty, name.utf8.allSatisfy(OctetSet.token.contains) else { throw .invalidName }
        guard Self.isValue(value) else { throw .invalidValue }
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy(Self.isAttributeOctet) else {
            throw .invalidPath
        }
        if let domain, !Self.isDomain(domain) { throw .invalidDomain }
        guard name.utf8.count + value.utf8.count <= 4096, path.utf8.count <= 1024, domain?.utf8.count ?? 0 <= 1024
        else { throw .tooLong }
        // Browsers compare the prefixes without regard to case.
        let prefix = name.prefix(9).lowercased()
        let isOfHost = prefix.hasPrefix("__host-")
        guard isSecure || !(isOfHost || prefix == "__secure-" || isPartitioned || sameSite == SameSite.none) else {
            throw .mustBeSecure
        }
        guard !isOfHost || (path == "/" && domain == nil) else { throw .mustBeOfHost }
    }

    /// `cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )`
    private static func isValue(_ value: String) -> Bool {
        var octets = value.utf8[...]
        if octets.count >= 2, octets.first == UInt8(ascii: "\""), octets.last == UInt8(ascii: "\"") {
            octets = octets.dropFirst().dropLast()
        }
        return octets.allSatisfy(OctetSet.cookie.contains)
    }

    /// `av-octet = %x20-3A / %x3C-7E`
    private static func isAttributeOctet(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet < 0x7F && octet != UInt8(ascii: ";")
    }

    /// Labels of letters, digits and hyphens. A leading dot, once usual, says nothing.
    private static func isDomain(_ domain: String) -> Bool {
        let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        }
    }
}

extension HTTPResponse {
    /// Tells the client to keep a cookie, beside those that the response sets already.
    ///
    /// - Throws: `HTTPCookieError`, where a browser would not take the cookie; the response then is unchanged.
    public mutating func setCookie(_ cookie: HTTPCookie) throws(HTTPCookieError) {
        headerFields.append(.setCookie, try cookie.fieldValue())
    }
}
