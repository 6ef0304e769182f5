/// What is wrong with a form.
public enum HTTPFormError: HTTPResponseError, Hashable, CustomStringConvertible {
    /// The request has no content of the type that was to be read. Answered with 415.
    case unsupportedMediaType
    /// There is more than was to be read. Answered with 413.
    case tooLarge
    /// There are more fields, or parts, than were to be read. Answered with 413.
    case tooManyFields
    /// A part's header section is too large, or has too many fields. Answered with 413.
    case partHeaderTooLarge
    /// There is no boundary between the parts, or one that is not allowed (RFC 2046 §5.1.1). Answered with 400.
    case invalidBoundary
    /// A boundary is followed by something else than a line end (RFC 2046 §5.1.1). Answered with 400.
    case invalidDelimiter
    /// A field of a part's header section is malformed (RFC 2046 §5.1). Answered with 400.
    case invalidPartHeader
    /// A part does not say which field of the form it is (RFC 7578 §4.2). Answered with 400.
    case missingName
    /// A part is encoded as mail is, which forms no longer are (RFC 7578 §4.7). Answered with 415.
    case encodedPart
    /// The content ended before the last boundary. Answered with 400.
    case incomplete
    /// The part was left for the next before its content was read.
    case partHasPassed

    /// The status to answer with.
    public var status: HTTPResponse.Status {
        switch self {
        case .unsupportedMediaType, .encodedPart: .unsupportedMediaType
        case .tooLarge, .tooManyFields, .partHeaderTooLarge: .contentTooLarge
        case .invalidBoundary, .invalidDelimiter, .invalidPartHeader, .missingName, .incomplete: .badRequest
        case .partHasPassed: .internalServerError
        }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .unsupportedMediaType: "the content is not of the expected type"
        case .tooLarge: "the form is too large"
        case .tooManyFields: "the form has too many fields"
        case .partHeaderTooLarge: "a part of the form has too large a header"
        case .invalidBoundary: "the form has no valid boundary"
        case .invalidDelimiter: "a boundary of the form is not followed by a line end"
        case .invalidPartHeader: "a part of the form has a malformed header"
        case .missingName: "a part of the form has no name"
        case .encodedPart: "a part of the form is encoded"
        case .incomplete: "the form is not complete"
        case .partHasPassed: "the part of the form was left before it was read"
        }
    }

    /// The client is told what is wrong with what it sent.
    public var message: String? { status.kind == .clientError ? description : nil }
}
