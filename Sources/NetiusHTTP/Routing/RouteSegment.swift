/// What one segment of a pattern matches, from the most to the least specific.
enum RouteSegment: Hashable, Sendable {
    /// These octets, after percent-decoding. Empty at the end of a pattern that ends with a slash.
    case literal([UInt8])
    /// `prefix{name}suffix`: one octet or more between the two, of which one may be empty.
    case affixed(prefix: [UInt8], suffix: [UInt8])
    /// `{name}`: any segment that is not empty.
    case parameter
    /// `*`: the same without a name.
    case wildcard
    /// `{name...}`: all that is left, be it one empty segment.
    case catchAll
}
