extension HTTPFields: RandomAccessCollection {
    /// The position of the first field: 0.
    public var startIndex: Int { 0 }
    /// The number of fields.
    public var endIndex: Int { storage?.entries.count ?? 0 }

    /// The field at the position.
    public subscript(position: Int) -> HTTPField {
        guard let storage else { preconditionFailure("Index out of range") }
        return storage.field(at: position)
    }
}

extension HTTPFields: CustomStringConvertible {
    /// The fields, a line each.
    public var description: String {
        map(\.description).joined(separator: "\n")
    }
}
