public import NetiusHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Why the content of a request is not the value that was expected.
public enum HTTPJSONError: HTTPResponseError, Hashable, CustomStringConvertible {
    /// Content-Type is neither `application/json` nor a type that ends with `+json`. Answered with 415.
    case unsupportedMediaType
    /// The content is not JSON, or not that of the expected type: why, in a few words. Answered with 400.
    case invalid(String)

    /// The status to answer with.
    public var status: HTTPResponse.Status {
        switch self {
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalid: .badRequest
        }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .unsupportedMediaType: "the content is not JSON by its type"
        case .invalid(let reason): "the JSON is not as expected: \(reason)"
        }
    }

    /// The client is told what is wrong with what it sent.
    public var message: String? { description }
}

extension HTTPJSONError {
    /// The most characters of the place in the content that is named: a client may have made up its names.
    private static let longestPath = 100

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .invalid("\(Self.path(context.codingPath + [key])) is missing")
        case .valueNotFound(_, let context):
            self = .invalid("\(Self.path(context.codingPath)) is null")
        case .typeMismatch(_, let context):
            self = .invalid("\(Self.path(context.codingPath)) is of another type")
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .invalid("\(Self.path(context.codingPath)) is invalid")
        default:
            // Of a number that does not fit Foundation does not say where it is.
            self = .invalid("it is malformed, or has a number out of range")
        }
    }

    /// Such as `notes[2].title`.
    private static func path(_ path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text.isEmpty ? "the whole" : String(text.prefix(longestPath))
    }
}
