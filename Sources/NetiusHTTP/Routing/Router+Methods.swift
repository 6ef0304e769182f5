extension Router {
    /// Adds a route for GET (RFC 9110 §9.3.1), and for HEAD unless that has one of its own.
    public mutating func get(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.get, path, handler) }

    /// Adds a route for HEAD (RFC 9110 §9.3.2), where it is not to be that of GET.
    public mutating func head(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.head, path, handler) }

    /// Adds a route for POST (RFC 9110 §9.3.3).
    public mutating func post(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.post, path, handler) }

    /// Adds a route for PUT (RFC 9110 §9.3.4).
    public mutating func put(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.put, path, handler) }

    /// Adds a route for PATCH (RFC 5789).
    public mutating func patch(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.patch, path, handler) }

    /// Adds a route for DELETE (RFC 9110 §9.3.5).
    public mutating func delete(_ path: String, _ handler: @escaping HTTPServer.Handler) { on(.delete, path, handler) }

    /// Adds a route for OPTIONS (RFC 9110 §9.3.7), where it is not to be answered with `Allow` alone.
    public mutating func options(_ path: String, _ handler: @escaping HTTPServer.Handler) {
        on(.options, path, handler)
    }
}
