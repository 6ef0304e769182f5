/// The named values of a log record, in the order in which they were added; each name occurs once.
public struct LogMetadata: Sendable {
    // A record carries a handful of values: a search through an array is cheaper than hashing, and keeps the order.
    private var elements: [(key: String, value: String)] = []

    /// No values.
    public init() {}

    /// The value of `key`; setting nil removes it, setting another value keeps its place.
    public subscript(key: String) -> String? {
        get { elements.first { $0.key == key }?.value }
        set {
            let index = elements.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): elements[index].value = value
            case (let index?, nil): elements.remove(at: index)
            case (nil, let value?): elements.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds the values of `other`, which win where both have a name.
    public mutating func merge(_ other: LogMetadata) {
        if elements.isEmpty {
            elements = other.elements
        } else {
            for (key, value) in other { self[key] = value }
        }
    }

    /// The values of both; those of `other` win where both have a name.
    public func merging(_ other: LogMetadata) -> LogMetadata {
        var merged = self
        merged.merge(other)
        return merged
    }
}

extension LogMetadata: RandomAccessCollection {
    /// The position of the first value.
    public var startIndex: Int { 0 }
    /// The position after the last value.
    public var endIndex: Int { elements.count }
    /// The name and value at a position.
    public subscript(position: Int) -> (key: String, value: String) { elements[position] }
}

extension LogMetadata: ExpressibleByDictionaryLiteral {
    /// Values in the order written; of a name written twice the last value counts.
    public init(dictionaryLiteral pairs: (String, String)...) {
        for (key, value) in pairs { self[key] = value }
    }
}

extension LogMetadata: Equatable {
    /// Whether both have the same names and values in the same order.
    public static func == (left: LogMetadata, right: LogMetadata) -> Bool {
        left.elements.elementsEqual(right.elements, by: ==)
    }
}
