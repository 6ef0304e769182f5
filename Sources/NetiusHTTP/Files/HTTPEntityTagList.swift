/// The value of If-Match and If-None-Match: `"*" / #entity-tag` (RFC 9110 sections 13.1.1 and 13.1.2).
enum HTTPEntityTagList: Equatable {
    /// `*`: any representation there is.
    case any
    /// One of these.
    case tags([HTTPEntityTag])

    /// Nil for what is no such list. Empty elements are allowed (RFC 9110 section 5.6.1.2), no elements are not.
    init?(_ value: String) {
        let octets = Array(value.utf8)
        let span = octets.span
        let content = span.trimmed(0..<span.count)
        if content.count == 1, span[content.lowerBound] == UInt8(ascii: "*") {
            self = .any
            return
        }
        var tags: [HTTPEntityTag] = []
        var index = content.lowerBound
        var mayBegin = true
        while index < content.upperBound {
            if span[index] == UInt8(ascii: ",") {
                mayBegin = true
                index += 1
            } else if span[index].isWhitespace {
                index += 1
            } else {
                guard mayBegin, let tag = HTTPEntityTag.next(in: span, at: &index) else { return nil }
                tags.append(tag)
                mayBegin = false
            }
        }
        guard !tags.isEmpty else { return nil }
        self = .tags(tags)
    }
}
