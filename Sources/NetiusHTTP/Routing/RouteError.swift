/// Why a route cannot be registered: a mistake in the program, found before it serves.
struct RouteError: Error, Equatable, CustomStringConvertible {
    /// One line for people.
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The pattern is not one.
    static func invalid(_ pattern: String, _ reason: String) -> RouteError {
        RouteError("the route pattern \"\(pattern)\" is not valid: \(reason)")
    }

    /// Two routes match the same requests.
    static func duplicate(_ method: String, _ pattern: String, registered: String) -> RouteError {
        RouteError("the route \(method) \(pattern) matches the same requests as \(method) \(registered)")
    }
}
