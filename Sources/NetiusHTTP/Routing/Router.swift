/// Finds the handler for a request by its method and path.
///
/// ```swift
/// var router = Router()
/// router.get("/") { request in .ok("home") }
/// router.get("/users/{id}") { request in .ok("user \(try request.parameters.require("id"))") }
/// try await HTTPServer(port: 8080, handler: router.handler).run()
/// ```
///
/// Of several routes that match, the most specific is taken, segment by segment from the left: text before
/// `prefix{name}suffix`, before `{name}`, before `*`, before `{name...}`; never the one that came first. A route that
/// cannot be, or that matches the same requests as another, stops the program when it is registered, with a message
/// that names it. `Docs/Routing.md` has the rules.
public struct Router: Sendable {
    /// A router or a group: what surrounds its routes.
    struct Scope {
        var parent = 0
        var prefix = RoutePattern.empty
        var middleware: [HTTPMiddleware] = []
        var notFound: HTTPServer.Handler?
    }

    struct Registration {
        /// Nil for all methods.
        var method: HTTPRequest.Method?
        var pattern: RoutePattern
        var scope: Int
        var handler: HTTPServer.Handler
    }

    /// What two routes must not have in common.
    private struct Key: Hashable {
        var method: HTTPRequest.Method?
        var segments: [RouteSegment]
    }

    /// This router's own scope, then those of its groups, each after the one around it.
    private(set) var scopes = [Scope()]
    private(set) var registrations: [Registration] = []
    private var patterns: [Key: String] = [:]

    /// Whether a path that matches only with a slash more or less at its end is redirected there with 308; false by
    /// default: `/a` and `/a/` are two paths. Asked of the router whose `handler` is used, not of those beneath it.
    public var redirectsTrailingSlash = false

    /// A router without routes.
    public init() {}

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - method: Any method but CONNECT, which names no path. A route for GET has HEAD too.
    ///   - path: The pattern: text, `{name}`, `prefix{name}suffix` or `*` between slashes, and `{name...}` at the end.
    ///   - handler: Answers the requests.
    public mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping HTTPServer.Handler) {
        Self.orStop { () throws(RouteError) in try add(method, path, handler) }
    }

    /// Adds a route for all methods but CONNECT. At one path those for a certain method go before it.
    public mutating func any(_ path: String, _ handler: @escaping HTTPServer.Handler) {
        Self.orStop { () throws(RouteError) in try add(nil, path, handler) }
    }

    /// Adds routes beneath a prefix, with middleware around them.
    ///
    /// - Parameters:
    ///   - prefix: Begins with a slash and does not end with one; empty, the default, for none. It may have parameters.
    ///   - middleware: Around every route of the group, and around what is answered where one of its paths has no route
    ///     for the method, or where nothing beneath the prefix matches. The first is the outermost.
    ///   - build: Adds the routes. Their paths begin with a slash; an empty one stands for the prefix itself.
    public mutating func group(
        _ prefix: String = "", middleware: [HTTPMiddleware] = [], _ build: (inout Router) throws -> Void
    ) rethrows {
        var router = Router()
        for one in middleware { router.use(one) }
        try build(&router)
        mount(prefix, router)
    }

    /// Adds the routes of another router, as they are now, beneath a prefix: with its middleware, and with its
    /// `notFound` for what is beneath the prefix.
    public mutating func mount(_ prefix: String, _ router: Router) {
        Self.orStop { () throws(RouteError) in try add(prefix, router) }
    }

    /// Puts middleware around all routes of this router, before or after they are added, and around its answers where
    /// nothing matches. The first is the outermost.
    public mutating func use(_ middleware: HTTPMiddleware) {
        scopes[0].middleware.append(middleware)
    }

    /// Answers where no route matches the path; by default with 404.
    public mutating func notFound(_ handler: @escaping HTTPServer.Handler) {
        scopes[0].notFound = handler
    }

    /// Finds the route for a request and has it answer.
    ///
    /// The table of routes is made here: ask for it once, when all routes are there.
    public var handler: HTTPServer.Handler {
        Self.orStop { () throws(RouteError) in try RouteTable(self) }.handler
    }

    // MARK: Registration

    mutating func add(
        _ method: HTTPRequest.Method?, _ path: String, _ handler: @escaping HTTPServer.Handler
    ) throws(RouteError) {
        let pattern = try RoutePattern(path)
        guard method != .connect else { throw .invalid(path, "CONNECT has no path") }
        try add(Registration(method: method, pattern: pattern, scope: 0, handler: handler))
    }

    mutating func add(_ prefix: String, _ router: Router) throws(RouteError) {
        let prefix = try RoutePattern(prefix)
        try prefix.checkPrefix()
        let offset = scopes.count
        for (index, inner) in router.scopes.enumerated() {
            var scope = inner
            scope.parent = index == 0 ? 0 : inner.parent + offset
            scope.prefix = try inner.prefix.beneath(prefix)
            scopes.append(scope)
        }
        for inner in router.registrations {
            var registration = inner
            registration.pattern = try inner.pattern.beneath(prefix)
            registration.scope += offset
            try add(registration)
        }
    }

    private mutating func add(_ registration: Registration) throws(RouteError) {
        let key = Key(method: registration.method, segments: registration.pattern.segments)
        if let registered = patterns[key] {
            throw .duplicate(registration.method?.rawValue ?? "any", registration.pattern.text, registered: registered)
        }
        patterns[key] = registration.pattern.text
        registrations.append(registration)
    }

    /// What cannot be routed is a mistake in the program, which is not to start with it. Unlike that of a failed
    /// precondition the message is there in release builds too.
    private static func orStop<Result>(_ body: () throws(RouteError) -> Result) -> Result {
        do {
            return try body()
        } catch {
            fatalError(error.description)
        }
    }
}
