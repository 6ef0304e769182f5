/// Why coded content cannot be decoded.
public enum HTTPContentCodingError: HTTPResponseError, Hashable, CustomStringConvertible {
    /// It is not what its coding prescribes, or a checksum is wrong. A request that has it is answered with 400.
    case malformed
    /// It ends before its coding does. Answered with 400.
    case truncated
    /// Something follows its end. Answered with 400.
    case trailingData
    /// It becomes larger than was to be decoded. Answered with 413.
    case tooLarge
    /// It becomes so many times larger that it was made for that. Answered with 413.
    case tooExpansive

    /// One line for people.
    public var description: String {
        switch self {
        case .malformed: "the coded content is malformed"
        case .truncated: "the coded content ends too early"
        case .trailingData: "something follows the coded content"
        case .tooLarge: "the decoded content is too large"
        case .tooExpansive: "the coded content expands too much"
        }
    }

    /// The status to answer with.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformed, .truncated, .trailingData: .badRequest
        case .tooLarge, .tooExpansive: .contentTooLarge
        }
    }

    /// The client is told what is wrong with what it sent.
    public var message: String? { description }
}
