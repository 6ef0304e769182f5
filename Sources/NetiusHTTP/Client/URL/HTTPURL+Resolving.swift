extension HTTPURL {
    /// The URL that a reference means which is found in what this one has led to (RFC 3986 §5.2, strictly).
    ///
    /// - Parameter reference: A URL or a part of one, such as `/notes`, `?page=2`, `../index.html` or `//example.org/`.
    /// - Returns: The URL. Without an authority of its own the reference has this URL's, with user and password.
    /// - Throws: `HTTPURLError`.
    public func resolving(_ reference: String) throws(HTTPURLError) -> HTTPURL {
        let octets = Array(reference.utf8)
        return try resolving(octets.span)
    }

    /// Octets of the path, query or fragment that are not ASCII are percent-encoded, whatever encoding they are of.
    func resolving(_ input: Span<UInt8>) throws(HTTPURLError) -> HTTPURL {
        guard input.count <= Self.maximumLength else { throw .tooLong }
        let parts = URIReference(input)
        guard parts.scheme == nil else { return try HTTPURL(input, parts) }
        var url = self
        if let authority = parts.authority {
            (url.user, url.password, url.zone, url.port) = (nil, nil, nil, scheme.defaultPort)
            try url.readAuthority(input, authority, isSocket: socketPath != nil)
            url.path = try Self.target(input, path: parts.path, query: parts.query)
        } else if !parts.path.isEmpty {
            let isAbsolute = input[parts.path.lowerBound] == UInt8(ascii: "/")
            url.path = try Self.target(
                input, path: parts.path, query: parts.query, after: isAbsolute ? "".utf8[...] : folder)
        } else if parts.query != nil {
            url.path = try Self.target(input, path: parts.path, query: parts.query, after: pathAlone)
        }
        url.fragment = try Self.fragment(input, parts.fragment)
        return url
    }

    /// The path without the query.
    private var pathAlone: Substring.UTF8View {
        path.utf8.prefix { $0 != UInt8(ascii: "?") }
    }

    /// The path up to its last slash (RFC 3986 §5.2.3).
    private var folder: Substring.UTF8View {
        let path = pathAlone
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return path[...slash]
    }
}
