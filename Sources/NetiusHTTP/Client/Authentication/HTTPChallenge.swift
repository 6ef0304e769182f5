/// What a server, or a proxy, asks of who wants something: one challenge of a WWW-Authenticate or Proxy-Authenticate
/// field (RFC 9110 §11.3, §11.6.1).
struct HTTPChallenge: Equatable {
    /// The most challenges that are read of one response, and the most parameters of one.
    static let maximumChallenges = 16
    static let maximumParameters = 32

    /// The scheme in lower case.
    var scheme: String
    /// What some schemes have instead of parameters.
    var token68: String?
    /// The parameters, unquoted, by their names in lower case.
    var parameters: [String: String] = [:]
}

extension HTTPChallenge {
    /// Reads the challenges of all fields of a name. What is malformed ends the reading of its field; a challenge that
    /// names a parameter twice, or has too many, is left out.
    ///
    ///     challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
    static func challenges(_ values: [String]) -> [HTTPChallenge] {
        var challenges: [HTTPChallenge] = []
        for value in values {
            let octets = Array(value.utf8)
            var reader = HTTPChallengeReader(end: octets.count)
            while challenges.count < maximumChallenges, let challenge = reader.next(in: octets.span) {
                if let challenge { challenges.append(challenge) }
            }
        }
        return challenges
    }
}
