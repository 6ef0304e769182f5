/// Writes elements of DER (X.690), in the one form that it allows.
enum DERWriter {
    /// An element: tag, length, content.
    static func element(_ tag: DERReader.Tag, _ content: [UInt8]) -> [UInt8] {
        [tag.rawValue] + length(content.count) + content
    }

    /// An integer that is not negative: a zero octet before it where its first bit is set.
    static func integer(_ number: UnsignedNumber) -> [UInt8] {
        let needsZero = number.octets.first.map { $0 >= 0x80 } ?? true
        return element(.integer, (needsZero ? [0] : []) + number.octets)
    }

    /// A sequence of elements.
    static func sequence(_ elements: [[UInt8]]) -> [UInt8] {
        element(.sequence, Array(elements.joined()))
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(truncatingIfNeeded: count)] }
        var octets: [UInt8] = []
        var rest = count
        while rest > 0 {
            octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(truncatingIfNeeded: octets.count)] + octets
    }
}
