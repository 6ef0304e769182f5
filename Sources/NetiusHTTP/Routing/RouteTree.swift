/// The patterns of a router as a tree, a node for each way to begin: while it is built.
struct RouteTree {
    struct Node {
        var literals: [[UInt8]: Int] = [:]
        var affixes: [Affix] = []
        var parameter: Int?
        var wildcard: Int?
        var catchAll: Int?
        var endpoints: [RouteEndpoint] = []
        /// The scope that all of the endpoints are in.
        var endpointScope: Int?
        /// The scope that what is beneath, and matches nothing, belongs to.
        var scope: Int?
    }

    struct Affix {
        var prefix: [UInt8]
        var suffix: [UInt8]
        var child: Int
    }

    private(set) var nodes = [Node()]
    /// For each scope, a router or a group, the one around it, whose number is less; the first is around all.
    private let parents: [Int]

    init(parents: [Int]) {
        self.parents = parents
    }

    /// Adds a route of a scope.
    mutating func insert(_ segments: [RouteSegment], _ endpoint: RouteEndpoint, scope: Int) {
        let node = node(for: segments)
        nodes[node].endpoints.append(endpoint)
        nodes[node].endpointScope = common(scope, nodes[node].endpointScope)
    }

    /// Gives what is beneath a prefix to a scope.
    mutating func claim(_ segments: [RouteSegment], for scope: Int) {
        let node = node(for: segments)
        nodes[node].scope = common(scope, nodes[node].scope)
    }

    /// The innermost scope that is around both, so that none is preferred because it came first.
    private func common(_ scope: Int, _ other: Int?) -> Int {
        var (first, second) = (scope, other ?? scope)
        while first != second {
            if first > second { first = parents[first] } else { second = parents[second] }
        }
        return first
    }

    private mutating func node(for segments: [RouteSegment]) -> Int {
        var node = 0
        for segment in segments { node = child(of: node, for: segment) }
        return node
    }

    private mutating func child(of node: Int, for segment: RouteSegment) -> Int {
        let fresh = nodes.count
        switch segment {
        case .literal(let octets):
            if let child = nodes[node].literals[octets] { return child }
            nodes[node].literals[octets] = fresh
        case .affixed(let prefix, let suffix):
            let affixes = nodes[node].affixes
            if let known = affixes.first(where: { $0.prefix == prefix && $0.suffix == suffix }) { return known.child }
            nodes[node].affixes.append(Affix(prefix: prefix, suffix: suffix, child: fresh))
            nodes[node].affixes.sort {
                ($0.prefix.count, $0.suffix.count) > ($1.prefix.count, $1.suffix.count)
            }
        case .parameter:
            if let child = nodes[node].parameter { return child }
            nodes[node].parameter = fresh
        case .wildcard:
            if let child = nodes[node].wildcard { return child }
            nodes[node].wildcard = fresh
        case .catchAll:
            if let child = nodes[node].catchAll { return child }
            nodes[node].catchAll = fresh
        }
        nodes.append(Node())
        return fresh
    }
}

/// A route at the end of its pattern.
struct RouteEndpoint {
    /// Nil for all.
    let method: HTTPRequest.Method?
    let route: Route
}
