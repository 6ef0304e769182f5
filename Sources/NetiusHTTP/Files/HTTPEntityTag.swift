/// A validator that tells one version of a representation from another (RFC 9110 section 8.8.3).
public struct HTTPEntityTag: Hashable, Sendable {
    /// What stands between the quotation marks.
    public let opaqueTag: String
    /// Whether versions that are only equivalent, rather than the same octet for octet, may share the tag.
    public let isWeak: Bool

    /// Makes a tag, or nil if a tag cannot contain the text: no controls, spaces or quotation marks.
    public init?(opaqueTag: String, isWeak: Bool = false) {
        guard opaqueTag.utf8.allSatisfy(Self.isTagOctet) else { return nil }
        self.init(legal: opaqueTag, isWeak: isWeak)
    }

    /// The text is known to consist of `etagc`.
    init(legal opaqueTag: String, isWeak: Bool) {
        self.opaqueTag = opaqueTag
        self.isWeak = isWeak
    }

    /// `etagc = %x21 / %x23-7E / obs-text`
    static func isTagOctet(_ octet: UInt8) -> Bool {
        octet > 0x20 && octet != UInt8(ascii: "\"") && octet != 0x7F
    }

    /// Whether both are strong and the same: what a range needs (RFC 9110 section 8.8.3.2).
    public func matchesStrongly(_ other: HTTPEntityTag) -> Bool {
        !isWeak && !other.isWeak && opaqueTag == other.opaqueTag
    }

    /// Whether both have the same opaque tag, weak or not: what a cache needs (RFC 9110 section 8.8.3.2).
    public func matchesWeakly(_ other: HTTPEntityTag) -> Bool {
        opaqueTag == other.opaqueTag
    }
}

extension HTTPEntityTag: LosslessStringConvertible {
    /// Reads a tag as it stands in a field: `"xyzzy"` or `W/"xyzzy"`, `W` in upper case.
    public init?(_ description: String) {
        let octets = Array(description.utf8)
        var position = 0
        guard let tag = Self.next(in: octets.span, at: &position), position == octets.count else { return nil }
        self = tag
    }

    /// The tag as it stands in a field: `"xyzzy"` or `W/"xyzzy"`.
    public var description: String { isWeak ? "W/\"\(opaqueTag)\"" : "\"\(opaqueTag)\"" }

    /// `entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE`; `position` moves behind it.
    static func next(in octets: Span<UInt8>, at position: inout Int) -> HTTPEntityTag? {
        var index = position
        let isWeak = octets.count - index >= 2 && octets[index] == UInt8(ascii: "W")
        if isWeak {
            guard octets[index + 1] == UInt8(ascii: "/") else { return nil }
            index += 2
        }
        guard index < octets.count, octets[index] == UInt8(ascii: "\"") else { return nil }
        let start = index + 1
        index = start
        while index < octets.count, isTagOctet(octets[index]) { index += 1 }
        guard index < octets.count, octets[index] == UInt8(ascii: "\"") else { return nil }
        position = index + 1
        var opaque: [UInt8] = []
        opaque.append(octets, start..<index)
        return HTTPEntityTag(legal: String(decoding: opaque, as: UTF8.self), isWeak: isWeak)
    }
}
