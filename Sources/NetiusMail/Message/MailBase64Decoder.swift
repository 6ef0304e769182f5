internal import Netius

/// Reads Base64 as mail has it (RFC 2045 section 6.8), in pieces: whatever is not of its alphabet is passed over.
struct MailBase64Decoder: Sendable {
    private var bits: UInt32 = 0
    /// How many digits of a group of four there are.
    private var count = 0

    mutating func decode(_ text: some Sequence<UInt8>, into octets: inout [UInt8]) {
        for octet in text {
            guard let value = octet.base64Value else {
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
}
