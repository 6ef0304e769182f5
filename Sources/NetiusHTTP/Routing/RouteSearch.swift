/// A search for the route of one path: the most specific way through the tree first, and back where it comes to nothing.
///
/// Each node of the tree can be reached in one way only, so that no path, however long, makes a search look at a node
/// twice; and it goes as deep as the longest pattern, whatever the path.
struct RouteSearch {
    /// What to look for; nil to learn what there is.
    let method: HTTPRequest.Method?
    /// What the named segments matched, as ranges of the path.
    var captures: [Range<Int>] = []
    /// What was found.
    private(set) var route: Route?
    /// The methods of all routes that match the path, when there was none to look for; nil stands for all methods.
    private(set) var methods: [HTTPRequest.Method?] = []
    /// The scope of the most specific route that matches the path, whatever its method.
    private(set) var matchedScope: Int?
    /// The scope with the longest prefix that matches, and the length of that in segments.
    private(set) var enclosingScope: (scope: Int, depth: Int) = (0, 0)
    /// The nodes that were looked at.
    private(set) var stepCount = 0

    /// A search for a route for the method, or, without one, for what there is for other methods.
    init(method: HTTPRequest.Method?) {
        self.method = method
    }

    /// Searches; true when a route was found.
    mutating func run(_ index: RouteIndex, _ octets: Span<UInt8>, _ path: RoutePath) -> Bool {
        visit(0, at: 1, depth: 0, index, octets, path)
    }

    /// The next segment begins at `start`, which is beyond the path's end when there is none.
    private mutating func visit(
        _ number: Int, at start: Int, depth: Int, _ index: RouteIndex, _ octets: Span<UInt8>, _ path: RoutePath
    ) -> Bool {
        stepCount += 1
        let node = index.nodes[number]
        if let scope = node.scope, depth > enclosingScope.depth { enclosingScope = (scope, depth) }
        guard start <= path.end else { return accept(node, index) }
        var end = start
        while end < path.end, octets[end] != UInt8(ascii: "/") { end += 1 }
        if node.hasLiterals {
            let child = index.literal(of: number, octets, start..<end, hasEscapes: path.hasEscapes)
            if child != 0, visit(child, at: end + 1, depth: depth + 1, index, octets, path) { return true }
        }
        if start < end {
            for place in node.affixes {
                guard let capture = Self.capture(index.affixes[place], octets, start..<end) else { continue }
                let child = index.affixes[place].child
                if descend(child, capturing: capture, at: end + 1, depth, index, octets, path) { return true }
            }
            if node.parameter != 0,
                descend(node.parameter, capturing: start..<end, at: end + 1, depth, index, octets, path)
            {
                return true
            }
            if node.wildcard != 0, visit(node.wildcard, at: end + 1, depth: depth + 1, index, octets, path) {
                return true
            }
        }
        return node.catchAll != 0
            && descend(node.catchAll, capturing: start..<path.end, at: path.end + 1, depth, index, octets, path)
    }

    private mutating func descend(
        _ child: Int, capturing capture: Range<Int>, at start: Int, _ depth: Int, _ index: RouteIndex,
        _ octets: Span<UInt8>, _ path: RoutePath
    ) -> Bool {
        captures.append(capture)
        if visit(child, at: start, depth: depth + 1, index, octets, path) { return true }
        captures.removeLast()
        return false
    }

    /// What is between prefix and suffix: something, and nothing that could lead out of a folder.
    private static func capture(
        _ affix: RouteTree.Affix, _ octets: Span<UInt8>, _ segment: Range<Int>
    ) -> Range<Int>? {
        guard let start = octets.decodedPrefix(affix.prefix, in: segment),
            let end = octets.decodedSuffix(affix.suffix, in: segment),
            start < end, !octets.hasDotSegment(start..<end)
        else { return nil }
        return start..<end
    }

    /// The path ends here: is there a route for the method? HEAD has that of GET, if none of its own.
    private mutating func accept(_ node: RouteIndex.Node, _ index: RouteIndex) -> Bool {
        guard !node.endpoints.isEmpty else { return false }
        guard let method else {
            if matchedScope == nil { matchedScope = node.endpointScope }
            methods += index.endpoints[node.endpoints].map(\.method)
            return false
        }
        var (forGet, forAll): (Int?, Int?) = (nil, nil)
        for place in node.endpoints {
            guard let candidate = index.endpoints[place].method else {
                forAll = place
                continue
            }
            if candidate == method {
                route = index.endpoints[place].route
                return true
            }
            if candidate == .get, method == .head { forGet = place }
        }
        guard let place = forGet ?? forAll else { return false }
        route = index.endpoints[place].route
        return true
    }
}
