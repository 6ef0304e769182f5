/// Why there is no such address or network.
public enum IPAddressError: Error, Hashable {
    /// The text is not what was expected, for example `an IPv4 address`.
    case invalidText(String, expected: String)
    /// The text is a network whose address has bits set beyond the prefix.
    case hostBitsSet(String)
    /// The prefix length is negative, more than the bits that there are, or on the wrong side of the network's own.
    case invalidPrefixLength(Int, allowed: ClosedRange<Int>)
    /// The first network does not hold all of the second.
    case notContained(String, in: String)
    /// The addresses are of different versions.
    case differentVersions(String, String)
    /// The first address of a range comes after its last.
    case outOfOrder(String, String)
    /// The result of the arithmetic is beyond the addresses, or the numbers, that there are.
    case overflow(String)
}

extension IPAddressError: CustomStringConvertible {
    /// One line: `192.168.0.1/28 has host bits set`.
    public var description: String {
        switch self {
        case .invalidText(let text, let expected): "\(text.quoted) is not \(expected)"
        case .hostBitsSet(let text): "\(text) has host bits set"
        case .invalidPrefixLength(let length, let allowed):
            "the prefix length \(length) is not from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .notContained(let inner, let outer): "\(inner) is not contained in \(outer)"
        case .differentVersions(let first, let second): "\(first) and \(second) are not of the same version"
        case .outOfOrder(let first, let last): "\(first) comes after \(last)"
        case .overflow(let expression): "\(expression) is out of range"
        }
    }
}
