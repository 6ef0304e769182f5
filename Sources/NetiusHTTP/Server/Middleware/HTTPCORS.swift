/// Which other origins may read responses: see `HTTPMiddleware.cors(_:)`.
public struct HTTPCORS: Sendable {
    /// Some origins.
    public enum Origins: Sendable {
        /// Every one.
        case any
        /// These: as browsers write them, `https://example.com` or `http://localhost:8080`, in lower case, without a
        /// path. `null` is the origin of files and of sandboxed pages, of whomever they are.
        case only(Set<String>)
        /// Those that the closure says yes to. It is given the Origin field, whatever that is.
        case matching(@Sendable (String) -> Bool)
    }

    /// Some names of request fields.
    public enum Headers: Sendable {
        /// Those that the browser asks for, whatever they are.
        case requested
        /// These.
        case only([HTTPField.Name])
    }

    /// Who may read responses; every origin by default.
    public var origins = Origins.any
    /// The methods that other origins may use; GET, HEAD, POST, PUT, PATCH and DELETE by default. The first three need
    /// no permission, but for fields of the request that do.
    public var methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete]
    /// The fields that their requests may have besides those that need no permission; what they ask for by default.
    public var headers = Headers.requested
    /// The fields of responses that they may read besides those that need no permission; none by default.
    public var exposedHeaders: [HTTPField.Name] = []
    /// Whether their requests may have the user's cookies and credentials; false by default. It has no effect where
    /// every origin is allowed: each site could read what any of its visitors may.
    public var allowsCredentials = false
    /// How long browsers may remember a permission; nil, by default, leaves it to them (they take 5 seconds).
    public var maximumAge: Duration?

    /// The defaults.
    public init() {}
}
