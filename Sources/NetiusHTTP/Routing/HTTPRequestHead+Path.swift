extension HTTPRequestHead {
    /// Calls `body` with the octets of the path, and usually of the query behind it, without a copy; with none where
    /// there is no path.
    @inline(__always)
    func withPath<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // A span is lent by a variable, not by the property of an object.
        let target = target
        switch form {
        case .origin:
            return body(target.span)
        case .absolute:
            return Self.withPath(target, from: targetAuthority.upperBound, body)
        case .authority, .asterisk:
            return body(Span())
        case .components:
            let path = components.path ?? ""
            return body(path.utf8.span)
        }
    }

    /// RFC 9112 §3.2.1: no path stands for `/`.
    private static func withPath<Result>(
        _ target: [UInt8], from start: Int, _ body: (Span<UInt8>) -> Result
    ) -> Result {
        guard start < target.count, target[start] == UInt8(ascii: "/") else {
            let root = [UInt8(ascii: "/")]
            return body(root.span)
        }
        return body(target.span.extracting(start..<target.count))
    }

    /// Whether the request is `OPTIONS *`: about the server rather than something on it (RFC 9112 §3.2.4).
    var isForServer: Bool {
        guard method == .options else { return false }
        return switch form {
        case .asterisk: true
        case .absolute: targetAuthority.upperBound == target.count
        case .components: components.path == "*"
        case .origin, .authority: false
        }
    }
}
