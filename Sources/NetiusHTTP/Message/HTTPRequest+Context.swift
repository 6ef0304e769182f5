public import Netius

/// The name of a value that middleware leaves with a request, for its handler or for other middleware.
///
/// ```swift
/// enum Tenant: HTTPRequestKey { typealias Value = String }
///
/// request[Tenant.self] = "hive"
/// ```
public protocol HTTPRequestKey {
    /// What is kept.
    associatedtype Value: Sendable
}

/// What middleware learns of a request. All copies of a request share it, so that what is around a handler sees what
/// was learnt inside; it ends with the request.
extension HTTPRequest {
    /// What logs call the request; nil unless something, such as the middleware for it, has set it.
    public var id: String? {
        get { context.withLock { $0.id } }
        nonmutating set { context.withLock { $0.change { $0.id = newValue } } }
    }

    /// Who sent the request, as authentication found out; nil where nobody did.
    public var user: String? {
        get { context.withLock { $0.user } }
        nonmutating set { context.withLock { $0.change { $0.user = newValue } } }
    }

    /// The address of the client: the peer's, unless something trusted has set another; nil over a Unix domain socket
    /// and in a request that was made here.
    public var clientAddress: IPAddress? {
        get {
            if let address = context.withLock({ $0.clientAddress }) { return address }
            guard case .ip(let address, _) = peerAddress else { return nil }
            return address
        }
        nonmutating set { context.withLock { $0.change { $0.clientAddress = newValue } } }
    }

    /// A value of one's own.
    public subscript<Key: HTTPRequestKey>(key: Key.Type) -> Key.Value? {
        get { context.withLock { $0.values?[ObjectIdentifier(key)] as? Key.Value } }
        nonmutating set {
            context.withLock { context in
                context.change { $0.values = $0.values ?? [:] }
                context.values?[ObjectIdentifier(key)] = newValue
            }
        }
    }
}
