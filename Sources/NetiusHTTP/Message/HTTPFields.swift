/// The fields of a message: in order, names compared without regard to case (RFC 9110 §5).
///
/// A name may occur several times; ``subscript(_:)`` joins the values as the RFC does, ``subscript(values:)`` has them
/// one by one. Whatever is put in can be sent: names are tokens by their type, and an octet that must not appear in a
/// value is replaced by a space. Copies share their storage until one is changed.
public struct HTTPFields: Sendable {
    /// Nil while there are no fields.
    var storage: Storage?

    /// No fields.
    public init() {}

    /// The fields of the sequence, in its order.
    public init(_ fields: some Sequence<HTTPField>) {
        append(contentsOf: fields)
    }

    /// Whether a field has the name.
    public func contains(_ name: HTTPField.Name) -> Bool {
        storage?.index(of: name) != nil
    }

    /// Makes room for that many fields of usual size.
    public mutating func reserveCapacity(_ count: Int) {
        guard count > self.count else { return }
        let storage = unique()
        storage.entries.reserveCapacity(count)
        storage.bytes.reserveCapacity(Swift.min(count, 1024) * 32)
    }

    /// Adds the field at the end.
    public mutating func append(_ field: HTTPField) {
        unique().append(field.name, field.value)
    }

    /// Adds a field at the end, without regard to others of the name.
    public mutating func append(_ name: HTTPField.Name, _ value: String) {
        unique().append(name, value)
    }

    /// Adds the fields at the end.
    public mutating func append(contentsOf fields: some Sequence<HTTPField>) {
        for field in fields { append(field) }
    }

    /// Adds the fields at the end, octet for octet.
    public mutating func append(contentsOf fields: HTTPFields) {
        guard let added = fields.storage, !added.entries.isEmpty else { return }
        guard !isEmpty else {
            storage = added
            return
        }
        let storage = unique()
        for index in added.entries.indices { storage.append(copying: index, of: added) }
    }

    /// Removes all fields of the name.
    public mutating func remove(_ name: HTTPField.Name) {
        guard contains(name) else { return }
        rebuild { storage, index in !storage.matches(name, at: index) }
    }

    /// Removes the field at the position and returns it.
    @discardableResult
    public mutating func remove(at position: Int) -> HTTPField {
        let removed = self[position]
        rebuild { _, index in index != position }
        return removed
    }

    /// Removes the fields for which the closure returns true.
    public mutating func removeAll(where shouldRemove: (HTTPField) throws -> Bool) rethrows {
        try rebuild { storage, index in try !shouldRemove(storage.field(at: index)) }
    }

    /// Removes all fields. The memory is kept if nothing else shares it.
    public mutating func removeAll() {
        if isKnownUniquelyReferenced(&storage), let storage {
            storage.bytes.removeAll(keepingCapacity: true)
            storage.entries.removeAll(keepingCapacity: true)
        } else {
            storage = nil
        }
    }

    /// The storage, shared with nobody, ready to be changed.
    mutating func unique() -> Storage {
        if isKnownUniquelyReferenced(&storage), let storage { return storage }
        let fresh = Storage()
        if let storage {
            fresh.bytes = storage.bytes
            fresh.entries = storage.entries
        }
        storage = fresh
        return fresh
    }

    private mutating func rebuild(keeping isKept: (Storage, Int) throws -> Bool) rethrows {
        guard let storage else { return }
        let fresh = Storage()
        for index in storage.entries.indices where try isKept(storage, index) {
            fresh.append(copying: index, of: storage)
        }
        self.storage = fresh
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    /// The fields in the order written; a name may occur several times.
    public init(dictionaryLiteral elements: (HTTPField.Name, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}

extension HTTPFields: Hashable {
    /// Whether both hold the same fields in the same order; names compare without regard to case.
    public static func == (left: Self, right: Self) -> Bool {
        guard let first = left.storage, let second = right.storage else { return left.isEmpty && right.isEmpty }
        return first === second || first.isEqual(to: second)
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for field in self { hasher.combine(field) }
    }
}
