/// The path at the beginning of a request-target, without its query, checked.
struct RoutePath {
    /// Where it ends.
    let end: Int
    /// Whether octets of it are percent-encoded.
    let hasEscapes: Bool

    /// Nil where the octets do not begin with a slash, an escape is broken or stands for NUL, or there is a dot
    /// segment, be it encoded or made by an encoded slash.
    init?(_ octets: Span<UInt8>) {
        guard octets.count > 0, octets[0] == UInt8(ascii: "/") else { return nil }
        var segment = DotSegment()
        var hasEscapes = false
        var index = 1
        while index < octets.count {
            var octet = octets[index]
            if octet == UInt8(ascii: "?") { break }
            if octet == UInt8(ascii: "%") {
                guard let decoded = octets.escapedOctet(at: index, before: octets.count) else { return nil }
                octet = decoded
                hasEscapes = true
                index += 2
            }
            guard octet != 0, !segment.ends(with: octet) else { return nil }
            index += 1
        }
        guard !segment.isComplete else { return nil }
        end = index
        self.hasEscapes = hasEscapes
    }
}
