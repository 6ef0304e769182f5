/// What a router has found out about a request, kept in the request's context.
struct HTTPRequestRouting: Sendable {
    /// The route that matched.
    private(set) var route: Route?
    /// Where in `octets` the values of its parameters are.
    private var values: [Range<Int>] = []
    /// The values as they were sent, one after the other: the request's path may be changed after it was matched.
    private var octets: [UInt8] = []
    /// Why none matched.
    var refusal: RouteRefusal?

    /// Forgets everything, and keeps memory.
    mutating func reset() {
        route = nil
        values.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
        refusal = nil
    }

    /// Gives a search the memory for what it captures; `take` gets it back.
    mutating func lendMemory(to search: inout RouteSearch) {
        reset()
        swap(&values, &search.captures)
    }

    /// Takes what a search in the path has come to.
    mutating func take(_ search: inout RouteSearch, _ path: Span<UInt8>) {
        swap(&values, &search.captures)
        route = search.route
        for index in values.indices {
            let start = octets.count
            octets.append(path, values[index])
            values[index] = start..<octets.count
        }
    }

    /// Calls `body` with the octets of a parameter's value as they were sent; nil where the route has none of the name.
    func withValue<Result>(of name: String, _ body: (Span<UInt8>, _ isCatchAll: Bool) -> Result?) -> Result? {
        guard let route, let position = route.parameterNames.firstIndex(of: name), position < values.count else {
            return nil
        }
        return body(octets.span.extracting(values[position]), route.hasCatchAll && position == values.count - 1)
    }
}
