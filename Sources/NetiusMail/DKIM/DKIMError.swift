internal import Netius

/// Why there is no key, or no signature.
public enum DKIMError: Error, Sendable, Hashable {
    /// The key cannot be used; the text says why.
    case unusableKey(String)
    /// The domain is no host name in ASCII.
    case malformedDomain(String)
    /// The selector is no name in ASCII.
    case malformedSelector(String)
    /// The identity is no address in the domain or in one beneath it.
    case malformedIdentity(String)
    /// A line of the header section is no field; the first line of the message is 1.
    case malformedHeader(line: Int)
    /// The message says not who it is from (RFC 6376 section 5.4).
    case noFrom
    /// It says so more than once (RFC 5322 section 3.6).
    case repeatedFrom
    /// There are more fields to sign than a signature may name.
    case tooManyFields
    /// There is no digest of the body, or OpenSSL makes no signature of it.
    case signingFailed
}

extension DKIMError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .unusableKey(let reason): reason
        case .malformedDomain(let domain): "\(domain.quoted) is not a domain that can sign"
        case .malformedSelector(let selector): "\(selector.quoted) is not a selector"
        case .malformedIdentity(let identity): "\(identity.quoted) is not an identity of the signing domain"
        case .malformedHeader(let line): "line \(line) of the message is no header field"
        case .noFrom: "the message has no From field"
        case .repeatedFrom: "the message has more than one From field"
        case .tooManyFields: "the message has too many fields to sign"
        case .signingFailed: "no signature can be made with the key"
        }
    }
}
