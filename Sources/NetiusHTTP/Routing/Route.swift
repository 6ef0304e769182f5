/// A route that has been registered, with its middleware around its handler.
final class Route: Sendable {
    /// The pattern as it was written, beneath the prefixes of its groups.
    let pattern: String
    let parameterNames: [String]
    /// Whether the last of them is a catch-all's.
    let hasCatchAll: Bool
    let handler: HTTPServer.Handler

    init(pattern: RoutePattern, handler: @escaping HTTPServer.Handler) {
        self.pattern = pattern.text
        parameterNames = pattern.parameterNames
        hasCatchAll = pattern.segments.last == .catchAll
        self.handler = handler
    }
}
