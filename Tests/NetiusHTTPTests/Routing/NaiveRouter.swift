@testable import NetiusHTTP

/// The rules again, without a tree: every route is tried, and the most specific of those that match is taken.
struct NaiveRouter {
    struct Route {
        var method: String
        var pattern: String
    }

    var routes: [Route]

    /// The pattern of the route that a request has, and the values of its parameters.
    func match(_ method: String, _ path: String) -> (pattern: String, values: [String])? {
        var best: (rank: [[Int]], pattern: String, values: [String])?
        for route in routes where accepts(route, method) {
            guard let (rank, values) = Self.match(route.pattern, path) else { continue }
            let full = rank + [[preference(route, method)]]
            if let best, !Self.isLess(full, best.rank) { continue }
            best = (full, route.pattern, values)
        }
        return best.map { ($0.pattern, $0.values) }
    }

    /// The methods of all routes that match a path.
    func methods(_ path: String) -> Set<String> {
        Set(routes.filter { Self.match($0.pattern, path) != nil }.map(\.method))
    }

    private func accepts(_ route: Route, _ method: String) -> Bool {
        route.method == method || route.method == "any" || (method == "HEAD" && route.method == "GET")
    }

    private func preference(_ route: Route, _ method: String) -> Int {
        route.method == method ? 0 : route.method == "GET" ? 1 : 2
    }

    private static func isLess(_ first: [[Int]], _ second: [[Int]]) -> Bool {
        for (one, other) in zip(first, second) where one != other { return one.lexicographicallyPrecedes(other) }
        return false
    }

    /// The rank of each segment, less being more specific, and the values.
    private static func match(_ pattern: String, _ path: String) -> (rank: [[Int]], values: [String])? {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        var (rank, values): ([[Int]], [String]) = ([], [])
        for part in pattern.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard !segments.isEmpty else { return nil }
            if part.hasSuffix("...}") {
                values.append(segments.map(decoded).joined(separator: "/"))
                return (rank + [[4]], values)
            }
            let segment = decoded(segments.removeFirst())
            if let brace = part.firstIndex(of: "{") {
                let (prefix, suffix) = (part[..<brace], part[part.firstIndex(of: "}")!...].dropFirst())
                guard segment.hasPrefix(prefix), segment.hasSuffix(suffix) else { return nil }
                guard segment.count > prefix.count + suffix.count else { return nil }
                let value = String(segment.dropFirst(prefix.count).dropLast(suffix.count))
                if prefix.isEmpty, suffix.isEmpty {
                    rank.append([2])
                } else {
                    if value == "." || value == ".." { return nil }
                    rank.append([1, -prefix.count, -suffix.count])
                }
                values.append(value)
            } else if part == "*" {
                guard !segment.isEmpty else { return nil }
                rank.append([3])
            } else {
                guard segment == part else { return nil }
                rank.append([0])
            }
        }
        return segments.isEmpty ? (rank, values) : nil
    }

    private static func decoded(_ text: String) -> String {
        var pieces = text.split(separator: "%", omittingEmptySubsequences: false).map(String.init)
        for index in pieces.indices.dropFirst() {
            let value = UInt8(pieces[index].prefix(2), radix: 16)!
            pieces[index] = String(UnicodeScalar(value)) + pieces[index].dropFirst(2)
        }
        return pieces.joined()
    }
}
