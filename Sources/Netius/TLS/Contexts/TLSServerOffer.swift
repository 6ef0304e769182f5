/// OpenSSL's context for the application protocols of a server: the newest, at any time.
///
/// Whoever makes connections of it holds it; what nobody holds is not made anew at a reload.
final class TLSServerOffer: Sendable {
    let applicationProtocols: [String]
    private let current: Guarded<TLSContextObject>

    init(_ applicationProtocols: [String], _ object: TLSContextObject) {
        self.applicationProtocols = applicationProtocols
        current = Guarded(object)
    }

    /// The context to begin a connection in.
    var object: TLSContextObject { current.withLock { $0 } }

    /// Puts another in its place, and returns what was there, which may take long to free.
    func replace(with object: TLSContextObject) -> TLSContextObject {
        current.withLock { current in
            defer { current = object }
            return current
        }
    }
}
