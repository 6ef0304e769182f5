/// Reads the elements of DER (X.690) one after the other. Where something else is there than what is asked for, it
/// answers nil and is not to be used any more.
///
/// What is asked for is fixed, so nothing here depends on how deep a peer nests. Lengths in more octets than need be are
/// let pass, as are the integers of programs that leave out the sign: what is read is written anew before OpenSSL has it.
struct DERReader {
    /// The tags that are read and written here, universal and constructed where they are.
    enum Tag: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case octetString = 0x04
        case null = 0x05
        case objectIdentifier = 0x06
        case sequence = 0x30
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest.isEmpty }

    /// The content of the next element, which must have the tag.
    mutating func content(of tag: Tag) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == tag.rawValue, let first = rest.popFirst() else { return nil }
        var count = Int(first)
        if first >= 0x80 {
            // At most four octets of length: nothing here is larger.
            let octets = rest.prefix(Int(first & 0x7F))
            guard 1...4 ~= octets.count, octets.count == Int(first & 0x7F) else { return nil }
            rest = rest.dropFirst(octets.count)
            count = octets.reduce(0) { $0 << 8 | Int($1) }
        }
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A reader of the elements of the next one, which must be a sequence.
    mutating func sequence() -> DERReader? {
        content(of: .sequence).map(DERReader.init)
    }

    /// The next element, an integer. It is taken for one that is not negative whatever its first bit, and for 0 where it
    /// has no octets: programs that know nothing of signs write it so.
    mutating func number() -> UnsignedNumber? {
        content(of: .integer).map { UnsignedNumber($0) }
    }
}
