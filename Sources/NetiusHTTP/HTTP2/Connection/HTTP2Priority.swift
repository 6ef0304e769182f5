/// How important a response is to the client: the `priority` field and PRIORITY_UPDATE (RFC 9218 §4).
struct HTTP2Priority: Hashable, Sendable {
    /// From 0, the most urgent, to 7 (RFC 9218 §4.1).
    var urgency = 3
    /// Whether the client can use the response in parts, so that it should share the connection with others of the same
    /// urgency (RFC 9218 §4.2).
    var isIncremental = false
}

extension HTTP2Priority {
    /// Reads a field value. What it does not say, or does not say properly, is as by default: a value that is no
    /// dictionary says nothing, and members that are unknown, out of range or of another type are ignored.
    init(parsing value: Span<UInt8>) {
        self.init()
        var members = StructuredDictionary()
        do throws(StructuredDictionary.Malformed) {
            var priority = HTTP2Priority()
            while let member = try members.next(in: value) {
                // The last of several members with the same key is the one that counts (RFC 8941 §4.2.2).
                if value.equals("u", in: member.key) {
                    priority.urgency = HTTP2Priority().urgency
                    if case .integer(let urgency) = member.value, 0...7 ~= urgency { priority.urgency = urgency }
                } else if value.equals("i", in: member.key) {
                    priority.isIncremental = member.value == .boolean(true)
                }
            }
            self = priority
        } catch {}
    }
}

extension HTTP2Priority: CustomStringConvertible {
    /// The field value.
    var description: String { isIncremental ? "u=\(urgency), i" : "u=\(urgency)" }
}
