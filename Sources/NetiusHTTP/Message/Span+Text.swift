extension Span where Element == UInt8 {
    /// The octets of the range as text; what is not UTF-8 becomes U+FFFD.
    func text(_ range: Range<Int>) -> String {
        var octets: [UInt8] = []
        octets.append(self, range)
        return String(decoding: octets, as: UTF8.self)
    }
}
