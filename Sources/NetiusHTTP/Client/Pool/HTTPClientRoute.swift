/// What a connection leads to: requests with the same route may use the same connection.
struct HTTPClientRoute: Hashable, Sendable {
    /// Whom the connection is to.
    let origin: HTTPOrigin
}
