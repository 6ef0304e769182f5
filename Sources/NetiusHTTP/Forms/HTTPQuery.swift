/// Names and values: what follows the `?` of a path, and what a form sends (WHATWG URL §5,
/// `application/x-www-form-urlencoded`).
///
/// ```swift
/// let page = min(request.query["page"].flatMap(Int.init) ?? 1, 1000)
/// let link = "/notes?\(["sort": "title", "page": "\(page + 1)"] as HTTPQuery)"
/// ```
///
/// A name may occur several times. To look one up takes time in proportion to the number of pairs, which a peer cannot
/// make worse by choosing names.
public struct HTTPQuery: Sendable, Hashable {
    /// A name with its value.
    public struct Pair: Sendable, Hashable {
        /// The name, decoded.
        public var name: String
        /// The value, decoded; empty where there is none.
        public var value: String

        /// A pair.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        func has(_ name: String) -> Bool {
            self.name.utf8.elementsEqual(name.utf8)
        }
    }

    /// How much is read.
    public struct Limits: Sendable, Hashable {
        /// The octets that are read. Default 1 MiB.
        public var bytes = 1 << 20
        /// The number of pairs. Default 1000.
        public var pairs = 1000

        /// The defaults.
        public init() {}
    }

    private var pairs: [Pair]

    /// No pairs.
    public init() {
        pairs = []
    }

    /// The pairs of the sequence, in its order.
    public init(_ pairs: some Sequence<Pair>) {
        self.pairs = Array(pairs)
    }

    /// The first value of the name; nil if there is none. To set it replaces the first pair of the name and removes
    /// the others.
    public subscript(name: String) -> String? {
        get { pairs.first { $0.has(name) }?.value }
        set { self[values: name] = newValue.map { [$0] } ?? [] }
    }

    /// All values of the name, in order. To set them replaces the pairs of the name, where the first was.
    public subscript(values name: String) -> [String] {
        get { pairs.filter { $0.has(name) }.map(\.value) }
        set {
            let position = pairs.firstIndex { $0.has(name) } ?? pairs.endIndex
            pairs.removeAll { $0.has(name) }
            pairs.insert(contentsOf: newValue.map { Pair(name: name, value: $0) }, at: position)
        }
    }

    /// Adds a pair at the end, without regard to others of the name.
    public mutating func append(_ name: String, _ value: String) {
        pairs.append(Pair(name: name, value: value))
    }
}

extension HTTPQuery: RandomAccessCollection {
    /// The position of the first pair: 0.
    public var startIndex: Int { 0 }
    /// The number of pairs.
    public var endIndex: Int { pairs.count }
    /// The pair at the position.
    public subscript(position: Int) -> Pair { pairs[position] }
}

extension HTTPQuery: ExpressibleByDictionaryLiteral {
    /// The pairs in the order written; a name may occur several times.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Pair(name: $0, value: $1) })
    }
}
