/// Why a request has no route, and what it is answered.
enum RouteRefusal: Sendable {
    /// The target has no path that could be matched.
    case badRequest
    /// CONNECT: this is not a proxy.
    case notImplemented
    case notFound
    /// The path has routes, but for these methods.
    case methodNotAllowed([HTTPRequest.Method?])
    /// OPTIONS, where no route is for it.
    case options([HTTPRequest.Method?])
    /// The path has a route if it ends differently.
    case redirect(String)

    var response: HTTPResponse {
        switch self {
        case .badRequest: Self.text(.badRequest)
        case .notImplemented: Self.text(.notImplemented)
        case .notFound: Self.text(.notFound)
        case .methodNotAllowed(let methods): Self.text(.methodNotAllowed, .allow, Self.allowed(methods))
        case .options(let methods):
            HTTPResponse(status: .noContent, headerFields: [.allow: Self.allowed(methods)])
        case .redirect(let location): Self.text(.permanentRedirect, .location, location)
        }
    }

    private static func text(
        _ status: HTTPResponse.Status, _ name: HTTPField.Name? = nil, _ value: String = ""
    ) -> HTTPResponse {
        var response = HTTPResponse.text("\(status)\n", status: status)
        if let name { response.headerFields[name] = value }
        return response
    }

    /// The list in the Allow field (RFC 9110 §10.2.1), with what comes with the routes: HEAD with GET, and OPTIONS.
    private static func allowed(_ methods: [HTTPRequest.Method?]) -> String {
        var names = Set(methods.compactMap { $0?.rawValue })
        if names.contains("GET") { names.insert("HEAD") }
        names.insert("OPTIONS")
        return names.sorted().joined(separator: ", ")
    }
}
