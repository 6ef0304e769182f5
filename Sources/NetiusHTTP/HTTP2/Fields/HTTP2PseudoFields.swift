/// The pseudo-fields of a head that have come (RFC 9113 §8.3).
struct HTTP2PseudoFields: OptionSet {
    let rawValue: UInt8

    static let method = Self(rawValue: 1)
    static let scheme = Self(rawValue: 2)
    static let authority = Self(rawValue: 4)
    static let path = Self(rawValue: 8)
    /// RFC 8441 §4.
    static let `protocol` = Self(rawValue: 16)
    static let status = Self(rawValue: 32)
}
