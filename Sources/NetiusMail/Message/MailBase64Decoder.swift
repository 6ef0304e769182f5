/// Reads Base64 as mail has it (RFC 2045 section 6.8), in pieces: whatever is not of its alphabet is passed over.
struct MailBase64Decoder: Sendable {
    private var bits: UInt32 = 0
    /// How many digits of a group of four there are.
    private var count = 0

    mutating func decode(_ text: some Sequence<UInt8>, into octets: inout [UInt8]) {
        for octet in text {
            guard let value = Self.value(octet) else {
                // What is padded is complete; more may follow where encoded pieces were joined.
                if octet == UInt8(ascii: "=") { finish(into: &octets) }
                continue
            }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                octets.append(UInt8(truncatingIfNeeded: bits >> 16))
                octets.append(UInt8(truncatingIfNeeded: bits >> 8))
                octets.append(UInt8(truncatingIfNeeded: bits))
                (bits, count) = (0, 0)
            }
        }
    }

    /// The octets that a last group of fewer than four digits has.
    mutating func finish(into octets: inout [UInt8]) {
        if count == 2 { octets.append(UInt8(truncatingIfNeeded: bits >> 4)) }
        if count == 3 {
            octets.append(UInt8(truncatingIfNeeded: bits >> 10))
            octets.append(UInt8(truncatingIfNeeded: bits >> 2))
        }
        (bits, count) = (0, 0)
    }

    private static func value(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
