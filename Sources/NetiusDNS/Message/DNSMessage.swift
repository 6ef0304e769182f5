/// A question or an answer (RFC 1035 section 4): a value, read from octets and written as such, without any I/O.
package struct DNSMessage: Sendable, Hashable {
    package var id: UInt16
    package var isResponse = false
    /// The kind of question; 0, a query, for all that is asked here.
    package var operation: UInt8 = 0
    package var isAuthoritative = false
    /// Whether not all of it had room.
    package var isTruncated = false
    package var isRecursionDesired = true
    package var isRecursionAvailable = false
    /// Whether a validating server vouches for it (RFC 4035).
    package var isAuthentic = false
    package var isCheckingDisabled = false
    /// With the upper bits that EDNS adds.
    package var responseCode = DNSResponseCode.noError
    package var questions: [DNSQuestion] = []
    package var answers: [DNSRecord] = []
    package var authorities: [DNSRecord] = []
    /// Without EDNS's record.
    package var additionals: [DNSRecord] = []
    package var edns: DNSExtension?

    package init(id: UInt16) {
        self.id = id
    }

    /// A query with one question.
    package init(id: UInt16, question: DNSQuestion, edns: DNSExtension? = nil) {
        self.id = id
        questions = [question]
        self.edns = edns
    }

    /// The answer to `query` of a server that resolves names, as yet without records.
    package init(answering query: DNSMessage) {
        id = query.id
        isResponse = true
        operation = query.operation
        isRecursionDesired = query.isRecursionDesired
        isRecursionAvailable = true
        questions = query.questions
        edns = query.edns.map { _ in DNSExtension(payloadSize: 1232) }
    }

    /// The octets of a message's header.
    static let headerSize = 12
    /// The most octets of a message: its length over TCP has 16 bits.
    static let maximumSize = 65_535
}
