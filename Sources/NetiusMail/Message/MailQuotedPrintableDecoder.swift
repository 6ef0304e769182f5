internal import Netius

/// Reads quoted-printable (RFC 2045 section 6.7), in pieces. What is malformed stands for itself.
struct MailQuotedPrintableDecoder: Sendable {
    /// The most octets that are held back: more white space than that is not taken away, even at the end of a line.
    private static let maximumPending = 1024

    /// What is not decided yet: white space, which counts only where no line end follows, or what follows a `=`.
    private var pending: [UInt8] = []

    mutating func decode(_ text: some Sequence<UInt8>, into octets: inout [UInt8]) {
        for octet in text { decode(octet, into: &octets) }
    }

    /// What was not decided stands for itself, except white space and a `=` at the end of the last line.
    mutating func finish(into octets: inout [UInt8]) {
        if pending.contains(where: { !$0.isBlank && $0 != UInt8(ascii: "=") }) { octets += pending }
        pending = []
    }

    private mutating func decode(_ octet: UInt8, into octets: inout [UInt8]) {
        guard let first = pending.first else { return begin(octet, into: &octets) }
        if first == UInt8(ascii: "=") { return continueEscape(octet, into: &octets) }
        switch octet {
        case .space, .horizontalTab:
            if pending.count >= Self.maximumPending { release(into: &octets) }
            pending.append(octet)
        case .lineFeed:
            // White space at the end of a line was added on the way.
            let hasReturn = pending.last == .carriageReturn
            pending = []
            if hasReturn { octets.append(.carriageReturn) }
            octets.append(.lineFeed)
        case .carriageReturn where pending.last != .carriageReturn:
            pending.append(octet)
        default:
            release(into: &octets)
            begin(octet, into: &octets)
        }
    }

    private mutating func begin(_ octet: UInt8, into octets: inout [UInt8]) {
        switch octet {
        case UInt8(ascii: "="), .space, .horizontalTab, .carriageReturn: pending.append(octet)
        default: octets.append(octet)
        }
    }

    /// Behind a `=`: two digits, or white space and a line end, which is none then.
    private mutating func continueEscape(_ octet: UInt8, into octets: inout [UInt8]) {
        if pending.count == 2, let high = pending[1].hexadecimalValue {
            if let low = octet.hexadecimalValue {
                pending = []
                octets.append(high << 4 | low)
                return
            }
        } else if pending.count == 1, octet.hexadecimalValue != nil {
            pending.append(octet)
            return
        } else if octet == .lineFeed {
            pending = []
            return
        } else if octet.isBlank, pending.last != .carriageReturn, pending.count < Self.maximumPending {
            pending.append(octet)
            return
        }
        release(into: &octets)
        begin(octet, into: &octets)
    }

    private mutating func release(into octets: inout [UInt8]) {
        octets += pending
        pending = []
    }
}
