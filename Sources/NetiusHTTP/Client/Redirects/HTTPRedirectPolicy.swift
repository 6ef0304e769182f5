/// Which redirects a client follows by itself (RFC 9110 §15.4).
///
/// Followed are 301, 302, 303, 307 and 308 with a Location. Of 301 and 302 a POST becomes a GET; of 303 everything but a
/// HEAD does; 307 and 308 repeat the request with its content, which has to be replayable.
///
/// What is meant for one origin is not told to another: `Authorization`, `Proxy-Authorization`, `Cookie` and `Host` of
/// the request, and the URL's user and password, are left out of every request to a different scheme, host or port, and
/// of all that follow. User and password that a Location names are never used.
public struct HTTPRedirectPolicy: Sendable, Hashable {
    /// The most redirects that are followed in a row. At one more the request fails.
    public var maximum: Int
    /// Whether a redirect from `https` to `http` is followed; otherwise the request fails. Default false.
    public var allowsDowngrade: Bool

    private init(maximum: Int, allowsDowngrade: Bool) {
        self.maximum = maximum
        self.allowsDowngrade = allowsDowngrade
    }

    /// None is followed: the response is handed out as it is.
    public static let none = HTTPRedirectPolicy(maximum: 0, allowsDowngrade: false)

    /// Redirects are followed.
    ///
    /// - Parameters:
    ///   - maximum: The most in a row; 10 by default, none if it is not above 0.
    ///   - allowsDowngrade: Whether one from `https` to `http` is followed; false by default.
    /// - Returns: The policy.
    public static func follow(maximum: Int = 10, allowsDowngrade: Bool = false) -> HTTPRedirectPolicy {
        HTTPRedirectPolicy(maximum: maximum, allowsDowngrade: allowsDowngrade)
    }
}
