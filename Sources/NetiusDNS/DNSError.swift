internal import Netius

/// Why a name has no answer.
public enum DNSError: Error, Sendable, Hashable {
    /// The text is not a domain name (RFC 1035 section 2.3.4).
    case malformedName(String)
    /// There is no such name: NXDOMAIN.
    case noSuchName(String)
    /// No server answered in time.
    case timedOut(String)
    /// Every server failed, refused, or answered what makes no sense; with the last one's reason.
    case serversFailed(String, reason: String)

    /// Whether the same question may have an answer later.
    public var isTemporary: Bool {
        switch self {
        case .malformedName, .noSuchName: false
        case .timedOut, .serversFailed: true
        }
    }
}

extension DNSError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .malformedName(let name): "\(name.quoted) is not a domain name"
        case .noSuchName(let name): "there is no name \(name.quoted)"
        case .timedOut(let name): "no name server answered in time for \(name.quoted)"
        case .serversFailed(let name, let reason): "no answer for \(name.quoted): \(reason)"
        }
    }
}
