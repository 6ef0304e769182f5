/// Answers to one Digest challenge (RFC 7616 §3.4): each request counts.
struct HTTPDigestSession {
    let realm: String
    private let nonce: String
    private let opaque: String?
    private let algorithm: HTTPDigestAlgorithm
    /// Whether the challenge names the algorithm, as those of RFC 2069 need not.
    private let namesAlgorithm: Bool
    /// Whether the challenge knows `qop`, which those of RFC 2069 did not.
    private let hasQuality: Bool
    private let hashesUser: Bool
    private var count: UInt32 = 0
    /// The nonce of the first request, where what is hashed of the password lasts for the session. Later ones repeat it:
    /// there are servers that expect it, and servers that do not mind.
    private var sessionNonce: String?

    /// How good an answer to the challenge is; the best of several challenges has the most.
    var strength: Int { algorithm.function.rawValue }

    /// Nil for a challenge of another scheme, or one that cannot be answered: with an unknown algorithm, without a realm
    /// or nonce, or which wants the content hashed too.
    init?(_ challenge: HTTPChallenge) {
        guard challenge.scheme == "digest", let realm = challenge.parameters["realm"],
            let nonce = challenge.parameters["nonce"],
            let algorithm = HTTPDigestAlgorithm(challenge.parameters["algorithm"])
        else { return nil }
        let qualities = challenge.parameters["qop"]?.split(separator: ",").map {
            $0.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        guard qualities?.contains("auth") ?? (algorithm == HTTPDigestAlgorithm(nil)) else { return nil }
        self.realm = realm
        self.nonce = nonce
        self.algorithm = algorithm
        namesAlgorithm = challenge.parameters["algorithm"] != nil
        opaque = challenge.parameters["opaque"]
        hasQuality = qualities != nil
        hashesUser = challenge.parameters["userhash"]?.lowercased() == "true"
    }

    /// The value of the Authorization field of the next request.
    ///
    /// - Parameters:
    ///   - user: The user's name.
    ///   - password: The password.
    ///   - method: The request's method.
    ///   - target: The request's target, as it is sent.
    ///   - clientNonce: A text that nobody can foresee, of letters and digits.
    /// - Returns: The value; nil where OpenSSL is set up not to make such a digest.
    mutating func authorization(
        user: String, password: String, method: String, target: String, clientNonce: String
    ) -> String? {
        count &+= 1
        let clientNonce = algorithm.isSession ? sessionNonce ?? clientNonce : clientNonce
        sessionNonce = clientNonce
        guard let credentials = credentialsHash(user, password, clientNonce),
            let request = algorithm.digest("\(method):\(target)"),
            let name = hashesUser ? algorithm.digest("\(user):\(realm)") : user
        else { return nil }
        let counter = hexadecimal(count)
        let quality = hasQuality ? ":\(counter):\(clientNonce):auth" : ""
        guard let response = algorithm.digest("\(credentials):\(nonce)\(quality):\(request)") else { return nil }
        var text = "Digest " + Self.nameParameter(name) + ", realm=\(realm.quotedString), nonce=\(nonce.quotedString)"
        text += ", uri=\(target.quotedString), response=\"\(response)\""
        if namesAlgorithm { text += ", algorithm=\(algorithm.name)" }
        if hasQuality { text += ", qop=auth, nc=\(counter), cnonce=\(clientNonce.quotedString)" }
        if let opaque { text += ", opaque=\(opaque.quotedString)" }
        if hashesUser { text += ", userhash=true" }
        return text
    }

    /// `A1`, hashed (RFC 7616 §3.4.2).
    private func credentialsHash(_ user: String, _ password: String, _ clientNonce: String) -> String? {
        guard let hash = algorithm.digest("\(user):\(realm):\(password)") else { return nil }
        return algorithm.isSession ? algorithm.digest("\(hash):\(nonce):\(clientNonce)") : hash
    }

    /// What no quoted string can say, goes as RFC 8187 has it.
    private static func nameParameter(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        return isPlain ? "username=\(name.quotedString)" : "username*=UTF-8''\(PercentEncoding.encode(name))"
    }

    private func hexadecimal(_ number: UInt32) -> String {
        var octets: [UInt8] = []
        octets.appendHexadecimal(UInt64(number), width: 8)
        return String(decoding: octets, as: UTF8.self)
    }
}
