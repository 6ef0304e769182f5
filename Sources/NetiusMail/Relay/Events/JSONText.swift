internal import Netius

/// JSON (RFC 8259) that is written.
enum JSONText {
    /// An object of members, in order; those without a value are null.
    static func object(_ members: [(String, String?)]) -> String {
        "{" + members.map { "\($0.0.quoted): \($0.1 ?? "null")" }.joined(separator: ", ") + "}"
    }

    /// An array of values.
    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }
}
