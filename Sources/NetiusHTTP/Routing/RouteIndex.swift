/// The tree of a router as it is searched: flat arrays, and one hash table for the literal segments of all nodes, so
/// that a segment costs the same however many routes there are.
struct RouteIndex: Sendable {
    struct Node {
        var hasLiterals: Bool
        var affixes: Range<Int>
        /// Zero, which is the root and nobody's child, for none; as are the next two.
        var parameter: Int
        var wildcard: Int
        var catchAll: Int
        var endpoints: Range<Int>
        var endpointScope: Int
        var scope: Int?
    }

    private struct Literal {
        var parent: Int
        /// Zero: the place is free.
        var child: Int
        var hash: UInt64
        /// Where its octets are.
        var text: Range<Int>
    }

    let nodes: [Node]
    let affixes: [RouteTree.Affix]
    let endpoints: [RouteEndpoint]
    private var literals: [Literal]
    /// The octets of all literals.
    private var text: [UInt8] = []

    init(_ tree: RouteTree) {
        var (nodes, affixes, endpoints): ([Node], [RouteTree.Affix], [RouteEndpoint]) = ([], [], [])
        let count = tree.nodes.reduce(0) { $0 + $1.literals.count }
        var capacity = 8
        while capacity < 2 * count { capacity *= 2 }
        literals = Array(repeating: Literal(parent: 0, child: 0, hash: 0, text: 0..<0), count: capacity)
        for node in tree.nodes {
            let (firstAffix, firstEndpoint) = (affixes.count, endpoints.count)
            affixes += node.affixes
            endpoints += node.endpoints
            nodes.append(
                Node(
                    hasLiterals: !node.literals.isEmpty, affixes: firstAffix..<affixes.count,
                    parameter: node.parameter ?? 0, wildcard: node.wildcard ?? 0, catchAll: node.catchAll ?? 0,
                    endpoints: firstEndpoint..<endpoints.count, endpointScope: node.endpointScope ?? 0,
                    scope: node.scope))
        }
        self.nodes = nodes
        self.affixes = affixes
        self.endpoints = endpoints
        for (parent, node) in tree.nodes.enumerated() {
            for (octets, child) in node.literals { insert(octets, parent: parent, child: child) }
        }
    }

    private mutating func insert(_ octets: [UInt8], parent: Int, child: Int) {
        let hash = Self.hash(octets.span, 0..<octets.count, hasEscapes: false, parent: parent)
        let start = text.count
        text += octets
        var place = Int(truncatingIfNeeded: hash) & (literals.count - 1)
        while literals[place].child != 0 { place = (place + 1) & (literals.count - 1) }
        literals[place] = Literal(parent: parent, child: child, hash: hash, text: start..<text.count)
    }

    /// The child of a node for a segment that is one of its literals; 0 if there is none.
    ///
    /// A peer cannot make this slow: what collides has been registered, and half of the places are free.
    func literal(of parent: Int, _ path: Span<UInt8>, _ segment: Range<Int>, hasEscapes: Bool) -> Int {
        let hash = Self.hash(path, segment, hasEscapes: hasEscapes, parent: parent)
        var place = Int(truncatingIfNeeded: hash) & (literals.count - 1)
        while literals[place].child != 0 {
            let literal = literals[place]
            if literal.hash == hash, literal.parent == parent, equals(literal.text, path, segment) {
                return literal.child
            }
            place = (place + 1) & (literals.count - 1)
        }
        return 0
    }

    private func equals(_ literal: Range<Int>, _ path: Span<UInt8>, _ segment: Range<Int>) -> Bool {
        var index = segment.lowerBound
        for position in literal {
            guard index < segment.upperBound,
                path.decodedOctet(at: &index, before: segment.upperBound) == text[position]
            else { return false }
        }
        return index == segment.upperBound
    }

    /// FNV-1a with the parent mixed in, and the upper half folded into the lower, which chooses the place.
    @inline(__always)
    private static func hash(_ path: Span<UInt8>, _ segment: Range<Int>, hasEscapes: Bool, parent: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: parent) &* 0x9E37_79B9_7F4A_7C15
        var index = segment.lowerBound
        if hasEscapes {
            while index < segment.upperBound {
                hash = (hash ^ UInt64(path.decodedOctet(at: &index, before: segment.upperBound))) &* 0x100_0000_01B3
            }
        } else {
            while index < segment.upperBound {
                hash = (hash ^ UInt64(path[index])) &* 0x100_0000_01B3
                index += 1
            }
        }
        return hash ^ hash >> 32
    }
}
