internal import Netius

/// A router as it serves: its routes in an index, and for each of its scopes what answers where no route matches.
final class RouteTable: Sendable {
    private let index: RouteIndex
    private let fallbacks: [HTTPServer.Handler]
    private let redirectsTrailingSlash: Bool

    init(_ router: Router) throws(RouteError) {
        let middleware = Self.middleware(router.scopes)
        var tree = RouteTree(parents: router.scopes.map(\.parent))
        for (number, scope) in router.scopes.enumerated() { tree.claim(scope.prefix.segments, for: number) }
        for registration in router.registrations {
            let pattern = registration.pattern
            guard !pattern.segments.isEmpty else { throw .invalid(pattern.text, "it is empty, and beneath no prefix") }
            let route = Route(pattern: pattern, handler: middleware[registration.scope](registration.handler))
            let endpoint = RouteEndpoint(method: registration.method, route: route)
            tree.insert(pattern.segments, endpoint, scope: registration.scope)
        }
        index = RouteIndex(tree)
        fallbacks = zip(middleware, Self.notFound(router.scopes)).map { middleware, notFound in
            middleware { request in
                let refusal = request.context.withLock { $0.routing.refusal } ?? .notFound
                if case .notFound = refusal, let notFound { return try await notFound(request) }
                return refusal.response
            }
        }
        redirectsTrailingSlash = router.redirectsTrailingSlash
    }

    /// For each scope, what is around its handlers.
    private static func middleware(_ scopes: [Router.Scope]) -> [[HTTPMiddleware]] {
        var all: [[HTTPMiddleware]] = []
        for scope in scopes { all.append((all.isEmpty ? [] : all[scope.parent]) + scope.middleware) }
        return all
    }

    /// For each scope, its own handler or that of the scope around it.
    private static func notFound(_ scopes: [Router.Scope]) -> [HTTPServer.Handler?] {
        var all: [HTTPServer.Handler?] = []
        for scope in scopes { all.append(scope.notFound ?? (all.isEmpty ? nil : all[scope.parent])) }
        return all
    }

    // MARK: Requests

    var handler: HTTPServer.Handler {
        { request in
            if let route = self.route(of: request) { return try await route.handler(request) }
            return try await self.fallbacks[self.refuse(request)](request)
        }
    }

    /// Finds the route, and leaves it and its parameters with the request.
    private func route(of request: HTTPRequest) -> Route? {
        let method = request.method
        guard method != .connect else { return nil }
        return request.context.withLock { context in
            context.change { context in
                request.head.withPath { octets in
                    guard let path = RoutePath(octets) else { return nil }
                    var search = RouteSearch(method: method)
                    context.routing.lendMemory(to: &search)
                    let isFound = search.run(index, octets, path)
                    context.routing.take(&search, octets)
                    return isFound ? search.route : nil
                }
            }
        }
    }

    /// Notes why there is no route; the scope that answers so.
    private func refuse(_ request: HTTPRequest) -> Int {
        let (refusal, scope) = request.head.withPath { octets in whyRefused(request, octets) }
        request.context.withLock { context in context.change { $0.routing.refusal = refusal } }
        return scope
    }

    private func whyRefused(_ request: HTTPRequest, _ octets: Span<UInt8>) -> (RouteRefusal, scope: Int) {
        if request.method == .connect { return (.notImplemented, 0) }
        if request.head.isForServer { return (.options(index.endpoints.map(\.method)), 0) }
        guard let path = RoutePath(octets) else { return (.badRequest, 0) }
        var search = RouteSearch(method: nil)
        _ = search.run(index, octets, path)
        if let scope = search.matchedScope {
            return (request.method == .options ? .options(search.methods) : .methodNotAllowed(search.methods), scope)
        }
        if redirectsTrailingSlash, let location = otherPath(request.method, octets, path) {
            return (.redirect(location), search.enclosingScope.scope)
        }
        return (.notFound, search.enclosingScope.scope)
    }

    /// The path with a slash more or less at its end, and the query, if there is a route for that.
    private func otherPath(_ method: HTTPRequest.Method, _ octets: Span<UInt8>, _ path: RoutePath) -> String? {
        // What begins with two slashes would name another host.
        guard path.end > 1, octets[1] != UInt8(ascii: "/") else { return nil }
        let hasSlash = octets[path.end - 1] == UInt8(ascii: "/")
        var other: [UInt8] = []
        other.append(octets, 0..<(hasSlash ? path.end - 1 : path.end))
        if !hasSlash { other.append(UInt8(ascii: "/")) }
        let end = other.count
        other.append(octets, path.end..<octets.count)
        var search = RouteSearch(method: method)
        guard let otherPath = RoutePath(other.span), otherPath.end == end, search.run(index, other.span, otherPath)
        else {
            return nil
        }
        return String(decoding: other, as: UTF8.self)
    }
}
