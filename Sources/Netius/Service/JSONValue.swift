/// A JSON value (RFC 8259), for settings that are written as one.
package enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A number as it is written: whoever wants it knows of what kind it is to be.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads one value and nothing after it, strictly as the RFC has it; a name that occurs twice in an object is
    /// refused, since readers disagree on which of them counts.
    ///
    /// - Parameters:
    ///   - text: The JSON.
    ///   - maximumSize: The most bytes of UTF-8 that are read.
    ///   - maximumDepth: How many arrays and objects may be within each other.
    /// - Throws: `JSONError`, with the place of the first thing that is wrong.
    package init(
        parsing text: String, maximumSize: Int = 1024 * 1024, maximumDepth: Int = 32
    ) throws(JSONError) {
        guard text.utf8.count <= maximumSize else {
            throw JSONError(offset: maximumSize, reason: "more than \(maximumSize) bytes")
        }
        var reader = JSONReader(Array(text.utf8), maximumDepth: maximumDepth)
        self = try reader.document()
    }

    /// What kind of value it is, with its article.
    package var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Why a text is not JSON.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// Where it was noticed, in bytes of UTF-8.
    package let offset: Int
    /// What is wrong there.
    package let reason: String

    /// One line for people.
    package var description: String { "\(reason) at byte \(offset)" }
}
