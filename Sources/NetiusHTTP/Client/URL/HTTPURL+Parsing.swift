extension HTTPURL {
    /// Reads a URL.
    ///
    /// - Parameter text: An absolute URL, such as `https://example.com/`.
    /// - Throws: `HTTPURLError`.
    public init(parsing text: String) throws(HTTPURLError) {
        let octets = Array(text.utf8)
        guard octets.count <= Self.maximumLength else { throw .tooLong }
        let input = octets.span
        try self.init(input, URIReference(input))
    }

    /// Reads a URL; nil where `init(parsing:)` throws.
    public init?(_ text: String) {
        try? self.init(parsing: text)
    }

    /// Puts a URL together from what a request says of its target.
    ///
    /// - Parameters:
    ///   - scheme: The scheme.
    ///   - authority: The host and, after a colon, the port.
    ///   - path: The path and query; the empty one is `/`.
    /// - Throws: `HTTPURLError`.
    package init(scheme: String, authority: String, path: String) throws(HTTPURLError) {
        let octets = Array(authority.utf8)
        let target = Array(path.utf8)
        guard octets.count + target.count <= Self.maximumLength else { throw .tooLong }
        let schemeOctets = Array(scheme.utf8)
        guard let (scheme, isSocket) = Self.scheme(schemeOctets.span, 0..<schemeOctets.count) else {
            throw .unsupportedScheme(scheme)
        }
        self.init(scheme)
        try readAuthority(octets.span, 0..<octets.count, isSocket: isSocket)
        if let first = target.first, first != UInt8(ascii: "/") { throw .invalidCharacter(first) }
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        self.path = try Self.target(
            target.span, path: 0..<(mark ?? target.count), query: mark.map { $0 + 1..<target.count })
    }

    init(_ input: Span<UInt8>, _ reference: URIReference) throws(HTTPURLError) {
        guard let schemeRange = reference.scheme else { throw .missingScheme }
        if input.equals("unix", in: schemeRange) {
            try self.init(socket: input, reference)
            return
        }
        guard let (scheme, isSocket) = Self.scheme(input, schemeRange) else {
            throw .unsupportedScheme(input.text(schemeRange))
        }
        self.init(scheme)
        guard let authority = reference.authority else { throw .missingHost }
        try readAuthority(input, authority, isSocket: isSocket)
        path = try Self.target(input, path: reference.path, query: reference.query)
        fragment = try Self.fragment(input, reference.fragment)
    }

    /// Of the scheme alone. What else there is, is read after.
    private init(_ scheme: Scheme) {
        self.scheme = scheme
        host = ""
        port = scheme.defaultPort
        path = "/"
    }

    /// `unix:/run/app.sock`, `unix:/run/app.sock:/path`, and the same with an empty authority, `unix:///run/app.sock`.
    private init(socket input: Span<UInt8>, _ reference: URIReference) throws(HTTPURLError) {
        self.init(.http)
        if let authority = reference.authority, !authority.isEmpty { throw .invalidSocketPath(input.text(authority)) }
        let all = reference.path
        let colon = input.firstIndex(of: UInt8(ascii: ":"), from: all.lowerBound, to: all.upperBound)
        try readSocketPath(input, all.lowerBound..<colon)
        let rest = min(colon + 1, all.upperBound)..<all.upperBound
        guard rest.isEmpty || input[rest.lowerBound] == UInt8(ascii: "/") else {
            throw .invalidSocketPath(input.text(all))
        }
        path = try Self.target(input, path: rest, query: reference.query)
        fragment = try Self.fragment(input, reference.fragment)
    }

    /// The scheme, and whether it is spoken over a Unix domain socket; nil if it is none of ours.
    private static func scheme(_ input: Span<UInt8>, _ range: Range<Int>) -> (Scheme, isSocket: Bool)? {
        if input.equals("http", in: range) { return (.http, false) }
        if input.equals("https", in: range) { return (.https, false) }
        if input.equals("http+unix", in: range) { return (.http, true) }
        if input.equals("https+unix", in: range) { return (.https, true) }
        return nil
    }

    static func fragment(_ input: Span<UInt8>, _ range: Range<Int>?) throws(HTTPURLError) -> String? {
        guard let range else { return nil }
        var octets: [UInt8] = []
        try appendEncoded(input, range, to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }
}
