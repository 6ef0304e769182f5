internal import Netius

/// What trusted proxies said of the client of a request.
struct ForwardedClient: Equatable {
    /// The elements that are read of a list at most; those to the left of them are not trusted.
    static let maximumElements = 32

    /// The nearest address that is not a trusted proxy's, or that of the farthest proxy whose predecessor is not known.
    var address: IPAddress?
    /// The scheme that the client used.
    var scheme: String?
    /// The Host field that the client sent.
    var host: String?

    /// Walks from the peer towards the client for as long as each node is trusted, and was named by a trusted one.
    ///
    /// Forwarded wins where both it and the older fields are to be read. Whatever is malformed ends the walk.
    init(peer: IPAddress?, fields: HTTPFields, reading: HTTPForwardedFields, isTrusted: (IPAddress) -> Bool) {
        address = peer
        guard let storage = fields.storage else { return }
        if reading != .xForwarded, storage.index(of: .forwarded) != nil {
            walkForwarded(storage, isTrusted)
        } else if reading != .forwarded {
            walkXForwarded(storage, isTrusted)
            scheme = Self.last(.xForwardedProto, storage, ForwardedElement.scheme)
            host = Self.last(.xForwardedHost, storage, ForwardedElement.host)
        }
    }

    private mutating func walkForwarded(_ storage: HTTPFields.Storage, _ isTrusted: (IPAddress) -> Bool) {
        Self.forEachFromEnd(.forwarded, storage) { input, range in
            guard let element = ForwardedElement(input, range) else { return false }
            // Said by the node before, which is trusted.
            scheme = element.scheme
            host = element.host
            guard case .address(let next) = element.node else { return false }
            address = next
            return isTrusted(next)
        }
    }

    private mutating func walkXForwarded(_ storage: HTTPFields.Storage, _ isTrusted: (IPAddress) -> Bool) {
        Self.forEachFromEnd(.xForwardedFor, storage) { input, range in
            guard case .address(let next) = ForwardedNode(input.extracting(range), allowsBareIPv6: true) else {
                return false
            }
            address = next
            return isTrusted(next)
        }
    }

    /// The last element of a list, which is what the nearest proxy says.
    private static func last(
        _ name: HTTPField.Name, _ storage: HTTPFields.Storage, _ read: (Span<UInt8>) -> String?
    ) -> String? {
        var value: String?
        forEachFromEnd(name, storage) { input, range in
            value = read(input.extracting(range))
            return false
        }
        return value
    }

    /// Calls `body` with the elements of all fields of the name as one list, from its end, while it returns true.
    private static func forEachFromEnd(
        _ name: HTTPField.Name, _ storage: HTTPFields.Storage, _ body: (Span<UInt8>, Range<Int>) -> Bool
    ) {
        var left = maximumElements
        var index = storage.entries.count
        while index > 0 {
            index -= 1
            guard storage.matches(name, at: index) else { continue }
            let value = storage.entries[index].value
            var end = value.upperBound
            while let element = storage.bytes.span.lastForwardedElement(from: value.lowerBound, to: &end) {
                left -= 1
                guard left >= 0 else { return }
                // Empty elements of a list do not count (RFC 9110 section 5.6.1.2).
                guard element.isEmpty || body(storage.bytes.span, element) else { return }
            }
        }
    }
}
