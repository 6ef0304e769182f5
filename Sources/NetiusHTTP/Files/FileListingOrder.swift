internal import Netius

/// By what a listing is in order: `?sort=name|modified|size|type&direction=asc|desc`.
struct FileListingOrder: Equatable, Sendable {
    enum Column: String, CaseIterable, Sendable {
        case name, modified, size, type
    }

    var column = Column.name
    var isDescending = false

    /// By name, from the first.
    init() {}

    init(column: Column, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    /// Reads a query, of which what it does not know is ignored.
    init(query: Substring) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "sort": column = Column(rawValue: String(parts[1])) ?? column
            case "direction": isDescending = parts[1] == "desc"
            default: continue
            }
        }
    }

    /// The query that asks for the column: the other way around, if the listing is in its order already.
    func query(for column: Column) -> String {
        let isDescending = column == self.column && !self.isDescending
        return "?sort=\(column.rawValue)&direction=\(isDescending ? "desc" : "asc")"
    }

    /// Puts entries in order: folders before files, and among equals by name.
    func sort(_ entries: inout [FileListing.Entry]) {
        entries.sort { first, second in
            guard first.isFolder == second.isFolder else { return first.isFolder }
            let result = compare(first, second)
            if result != 0 { return isDescending ? result > 0 : result < 0 }
            return Self.compare(first.name, second.name) < 0
        }
    }

    private func compare(_ first: FileListing.Entry, _ second: FileListing.Entry) -> Int {
        switch column {
        case .name: Self.compare(first.name, second.name)
        case .modified: Self.compare(first.modified, second.modified)
        case .size: first.isFolder ? 0 : Self.compare(first.size, second.size)
        case .type: Self.compare(first.type, second.type)
        }
    }

    private static func compare<Value: Comparable>(_ first: Value, _ second: Value) -> Int {
        first == second ? 0 : first < second ? -1 : 1
    }

    /// Without regard to ASCII case, unless that is all the difference.
    private static func compare(_ first: [UInt8], _ second: [UInt8]) -> Int {
        for (left, right) in zip(first, second) where left.lowercased != right.lowercased {
            return left.lowercased < right.lowercased ? -1 : 1
        }
        if first.count != second.count { return first.count < second.count ? -1 : 1 }
        for (left, right) in zip(first, second) where left != right { return left < right ? -1 : 1 }
        return 0
    }
}
