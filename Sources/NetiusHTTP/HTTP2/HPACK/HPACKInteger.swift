internal import Netius

/// Numbers in the low bits of an octet and, if these do not suffice, in octets of seven bits (RFC 7541 §5.1).
enum HPACKInteger {
    /// Octets behind the prefix that are accepted: enough for 32 bits.
    private static let longest = 5

    /// Reads the number that begins in the low `bits` of the octet at the position, which moves behind it.
    @inline(__always)
    static func read(
        _ input: Span<UInt8>, at position: inout Int, prefix bits: Int
    ) throws(HPACKError) -> Int {
        guard position < input.count else { throw .truncated }
        let full = (1 << bits) - 1
        let first = Int(input[position]) & full
        position += 1
        return first < full ? first : try readRest(input, at: &position, from: full)
    }

    private static func readRest(
        _ input: Span<UInt8>, at position: inout Int, from full: Int
    ) throws(HPACKError) -> Int {
        var value = full
        for place in 0..<longest {
            guard position < input.count else { throw .truncated }
            let octet = input[position]
            position += 1
            value += Int(octet & 0x7F) << (7 * place)
            if octet < 0x80 {
                guard value <= Int(UInt32.max) else { throw .numberTooLarge }
                return value
            }
        }
        throw .numberTooLarge
    }

    /// Writes the number, which is not negative, with `pattern` in the high bits of the first octet.
    @inline(__always)
    static func append(_ value: Int, prefix bits: Int, _ pattern: UInt8, to output: OutputBuffer) {
        let full = (1 << bits) - 1
        if value < full {
            output.append(pattern | UInt8(truncatingIfNeeded: value))
        } else {
            output.append(pattern | UInt8(truncatingIfNeeded: full))
            appendRest(value - full, to: output)
        }
    }

    private static func appendRest(_ value: Int, to output: OutputBuffer) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
