/// Why a redirect is not followed.
public enum HTTPRedirectError: Error, Hashable {
    /// There were more in a row than the policy allows: so many.
    case tooMany(Int)
    /// One URL would be asked for a third time. Twice is usual: the first response may set a cookie.
    case cycle(HTTPURL)
    /// It leads from `https` to `http`.
    case downgrade(HTTPURL)
    /// It leads to a Unix domain socket.
    case socket(HTTPURL)
    /// There are several Location fields that differ, or what it says is not the URL of something to ask for.
    case invalidLocation(HTTPURLError?)
    /// The content would have to be sent once more, and cannot be.
    case bodyNotReplayable
}

extension HTTPRedirectError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .tooMany(let maximum): "there were more than \(maximum) redirects"
        case .cycle(let url): "redirects lead to \(url) over and over"
        case .downgrade(let url): "a redirect leads from https to \(url)"
        case .socket(let url): "a redirect leads to the socket \(url)"
        case .invalidLocation(nil): "a redirect has several locations"
        case .invalidLocation(let error?): "a redirect's location is wrong: \(error)"
        case .bodyNotReplayable: "a redirect asks for the content once more, which cannot be sent again"
        }
    }
}
