/// The path and the query of a request, as octets.
struct FileTarget {
    private let octets: [UInt8]
    private let pathEnd: Int

    init(_ request: HTTPRequest) {
        // What was received is not copied.
        octets = request.head.form == .origin ? request.head.target : Array((request.path ?? "").utf8)
        pathEnd = octets.firstIndex(of: UInt8(ascii: "?")) ?? octets.count
    }

    /// The path, without the query.
    var path: ArraySlice<UInt8> { octets[..<pathEnd] }
    /// The query, with its question mark; empty if there is none.
    var query: ArraySlice<UInt8> { octets[pathEnd...] }

    /// Whether the path is the prefix, or beneath it.
    func begins(with prefix: [UInt8]) -> Bool {
        guard !prefix.isEmpty else { return true }
        return path.starts(with: prefix) && (pathEnd == prefix.count || octets[prefix.count] == UInt8(ascii: "/"))
    }
}
