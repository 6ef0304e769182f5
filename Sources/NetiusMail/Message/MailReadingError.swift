/// Why a message is not read to its end: it has more of something than is allowed.
public enum MailReadingError: Error, Hashable, CustomStringConvertible {
    /// More octets.
    case tooLarge
    /// A larger header section, or more fields, in one or in all.
    case headerTooLarge
    /// More parts.
    case tooManyParts
    /// Parts within more parts.
    case tooDeep

    /// One line for people.
    public var description: String {
        switch self {
        case .tooLarge: "the message is too large"
        case .headerTooLarge: "a header section of the message is too large"
        case .tooManyParts: "the message has too many parts"
        case .tooDeep: "the message has parts too deep within each other"
        }
    }
}
