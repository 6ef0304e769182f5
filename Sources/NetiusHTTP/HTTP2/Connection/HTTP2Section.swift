/// What a header section is for (RFC 9113 §8.1).
enum HTTP2Section {
    /// The control data and fields of a request or response.
    case head
    /// What follows the content.
    case trailers
    /// Nobody wants it, but the compression's state has to stay in step.
    case discarded
}

/// What a header section came to.
struct HTTP2SectionSummary {
    /// Why the section is malformed (RFC 9113 §8.1.1); nil if it is not.
    var malformed: String?
    /// How much content the message announces; nil where it does not.
    var contentLength: Int?
    /// How urgent the response is, where the request says so (RFC 9218 §5).
    var priority: HTTP2Priority?
    /// A response that is not the final one.
    var isInterim = false
}

/// Where header sections are decoded to.
protocol HTTP2SectionSink: HPACKFieldSink {
    /// A section begins, whose fields are added next.
    mutating func begin(_ section: HTTP2Section)
    /// It has ended, perhaps without the fields beyond the limit.
    mutating func end(isTooLarge: Bool) -> HTTP2SectionSummary
}
