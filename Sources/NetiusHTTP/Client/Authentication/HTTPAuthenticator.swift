/// What a client says of its user to one server or proxy, request after request.
///
///     401, or 407 of a proxy -> `challenged` -> true: send the request again, with `fieldValue`
struct HTTPAuthenticator {
    let credentials: HTTPCredentials
    private var digest: HTTPDigestSession?
    private let makeClientNonce: @Sendable () -> String

    init(_ credentials: HTTPCredentials, clientNonce: @escaping @Sendable () -> String = { Self.randomNonce() }) {
        self.credentials = credentials
        makeClientNonce = clientNonce
    }

    /// The value of the Authorization or Proxy-Authorization field of the next request; nil while the server has not
    /// asked for it in a way that can be answered.
    mutating func fieldValue(method: HTTPRequest.Method, target: String) -> String? {
        guard case .digest(let user, let password) = credentials.kind else { return credentials.fieldValue }
        return digest?.authorization(
            user: user, password: password, method: method.rawValue, target: target, clientNonce: makeClientNonce())
    }

    /// Takes in what a response with the status 401 or 407 asks for.
    ///
    /// - Parameters:
    ///   - values: The values of its WWW-Authenticate or Proxy-Authenticate fields.
    ///   - attempt: How often this request has been sent again for this.
    /// - Returns: Whether to send the request again: not if it had said the right thing already, which the server did not
    ///   accept.
    mutating func challenged(by values: [String], attempt: Int) -> Bool {
        guard case .digest = credentials.kind, attempt < 2 else { return false }
        let challenges = HTTPChallenge.challenges(values)
        // The first of the strongest.
        var best: (session: HTTPDigestSession, challenge: HTTPChallenge)?
        for challenge in challenges {
            guard let session = HTTPDigestSession(challenge), session.strength > best?.session.strength ?? -1 else {
                continue
            }
            best = (session, challenge)
        }
        guard let (session, challenge) = best else { return false }
        // A second challenge for the same realm says that the password is wrong, unless only the nonce was too old.
        let isStale = challenge.parameters["stale"]?.lowercased() == "true"
        let isRefused = attempt > 0 && digest?.realm == session.realm && !isStale
        digest = isRefused ? nil : session
        return !isRefused
    }

    /// 128 bits from the system's source of randomness.
    private static func randomNonce() -> String {
        var random = SystemRandomNumberGenerator()
        var octets: [UInt8] = []
        for _ in 0..<2 { octets.appendHexadecimal(random.next(), width: 16) }
        return String(decoding: octets, as: UTF8.self)
    }
}
