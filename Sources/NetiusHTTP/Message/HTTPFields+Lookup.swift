extension HTTPFields {
    /// The value of the fields of the name; nil if there is none. To set it replaces them by one field where the
    /// first was, or removes them.
    ///
    /// Several values are joined with a comma and a space (RFC 9110 §5.3), of `Cookie` with a semicolon and a space
    /// (RFC 9113 §8.2.3); of `Set-Cookie`, which cannot be joined, it is the first. A value that is not UTF-8 is
    /// repaired; ``bytes(of:)`` has it as it is.
    public subscript(name: HTTPField.Name) -> String? {
        get {
            guard let storage, let first = storage.index(of: name) else { return nil }
            guard name != .setCookie, var next = storage.index(of: name, from: first + 1) else {
                return storage.value(at: first)
            }
            let separator = name == .cookie ? "; " : ", "
            var joined = storage.value(at: first)
            while true {
                joined += separator
                joined += storage.value(at: next)
                guard let following = storage.index(of: name, from: next + 1) else { return joined }
                next = following
            }
        }
        set {
            self[values: name] = newValue.map { [$0] } ?? []
        }
    }

    /// The values of the fields of the name, one by one. To set them replaces the fields, where the first was.
    public subscript(values name: HTTPField.Name) -> [String] {
        get {
            var values: [String] = []
            forEachIndex(of: name) { storage, index in values.append(storage.value(at: index)) }
            return values
        }
        set {
            guard let storage, let first = storage.index(of: name) else {
                for value in newValue { append(name, value) }
                return
            }
            let fresh = Storage()
            for index in storage.entries.indices {
                if index == first {
                    for value in newValue { fresh.append(name, value) }
                } else if index < first || !storage.matches(name, at: index) {
                    fresh.append(copying: index, of: storage)
                }
            }
            self.storage = fresh
        }
    }

    /// The fields of the name, in order, with the name as each was written.
    public subscript(fields name: HTTPField.Name) -> [HTTPField] {
        var fields: [HTTPField] = []
        forEachIndex(of: name) { storage, index in fields.append(storage.field(at: index)) }
        return fields
    }

    /// The octets of the first value of the name, whether or not they are UTF-8; nil if there is none.
    public func bytes(of name: HTTPField.Name) -> [UInt8]? {
        guard let storage, let index = storage.index(of: name) else { return nil }
        return Array(storage.bytes[storage.entries[index].value])
    }

    private func forEachIndex(of name: HTTPField.Name, _ body: (Storage, Int) -> Void) {
        guard let storage else { return }
        var next = storage.index(of: name)
        while let index = next {
            body(storage, index)
            next = storage.index(of: name, from: index + 1)
        }
    }
}
