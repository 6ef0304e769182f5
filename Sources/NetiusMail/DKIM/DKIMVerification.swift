/// What became of one signature of a message.
public struct DKIMVerification: Sendable {
    /// How it ended, with the words of RFC 8601 section 2.7.1.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// The signature is the domain's, and what it covers is unchanged.
        case pass
        /// The same, but it does not cover the end of the body, to which anybody may have added: `l=`.
        case partial = "policy"
        /// What it covers has been changed, the key is another's, or its time is over.
        case fail
        /// It cannot be verified, now or later: it is malformed, the key is missing, revoked or too weak.
        case permanentError = "permerror"
        /// The key could not be looked up now.
        case temporaryError = "temperror"
    }

    /// How it ended.
    public internal(set) var result: Result
    /// Why, in a phrase; nil where it passed.
    public internal(set) var reason: String?
    /// The domain that has signed, `d=`; nil where the signature does not say so legibly, as with the others below.
    public internal(set) var domain: String?
    /// Which of its keys: `s=`.
    public internal(set) var selector: String?
    /// The fields that are signed, `h=`, each as often as it is named.
    public internal(set) var signedFields: [String] = []
    /// How many bits the key has; nil where there was none.
    public internal(set) var keyBitCount: Int?
    /// Whether the domain is only trying signatures out, and wants no notice taken of those that fail.
    public internal(set) var isTesting = false

    /// What `a=` has.
    var algorithmName: String?
    var identity: (local: String, domain: String)?
    /// The first characters of the signature, to tell several apart.
    var signaturePrefix: String?

    /// How it was signed, `a=`; nil for what is not known.
    public var algorithm: DKIMAlgorithm? { algorithmName.flatMap(DKIMAlgorithm.init) }
}

extension DKIMVerification: CustomStringConvertible {
    /// As `Authentication-Results` has it: `dkim=pass (2048-bit key) header.d=example.com header.s=mail...`.
    public var description: String { authenticationResult }
}
