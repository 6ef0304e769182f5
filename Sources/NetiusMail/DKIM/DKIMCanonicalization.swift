internal import Netius

/// What of a message may change on its way without breaking a signature (RFC 6376 section 3.4).
public enum DKIMCanonicalization: String, Sendable, Hashable, CaseIterable {
    /// Nothing but empty lines at the end.
    case simple
    /// Also white space: how a field is folded, how much is between words and at the ends of lines; the case of names.
    case relaxed

    /// Appends the octets of a field in this form, with CRLF at the end. Lines that end with LF alone count as if they
    /// ended with CRLF.
    func appendField(_ field: some Sequence<UInt8>, to output: inout [UInt8]) {
        switch self {
        case .simple: Self.appendSimple(field, to: &output)
        case .relaxed: Self.appendRelaxed(field, to: &output)
        }
        if output.suffix(2) != [.carriageReturn, .lineFeed] { output += [.carriageReturn, .lineFeed] }
    }

    /// RFC 6376 section 3.4.1
    private static func appendSimple(_ field: some Sequence<UInt8>, to output: inout [UInt8]) {
        var isAfterReturn = false
        for octet in field {
            if octet == .lineFeed, !isAfterReturn { output.append(.carriageReturn) }
            output.append(octet)
            isAfterReturn = octet == .carriageReturn
        }
    }

    /// RFC 6376 section 3.4.2
    private static func appendRelaxed(_ field: some Sequence<UInt8>, to output: inout [UInt8]) {
        var isInName = true
        /// White space that counts if something follows it, but not where it begins the value.
        var hasSpace = false
        var isAtStart = false
        var hasReturn = false
        for octet in field {
            if hasReturn, octet != .lineFeed {
                // It ends no line: it is an octet as any other.
                if hasSpace, !isAtStart { output.append(.space) }
                output.append(.carriageReturn)
                (hasSpace, isAtStart) = (false, false)
            }
            hasReturn = octet == .carriageReturn
            switch octet {
            case .carriageReturn, .lineFeed: break
            case .space, .horizontalTab: hasSpace = !isInName
            case UInt8(ascii: ":") where isInName:
                output.append(octet)
                (isInName, isAtStart) = (false, true)
            default:
                if hasSpace, !isAtStart { output.append(.space) }
                output.append(isInName ? octet.lowercased : octet)
                (hasSpace, isAtStart) = (false, false)
            }
        }
    }
}
