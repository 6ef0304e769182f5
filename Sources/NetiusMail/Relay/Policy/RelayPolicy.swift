public import Netius

/// Whose mail a relay takes. It takes mail for its own domains from everybody, and mail for others from those alone that
/// have authenticated or are in a trusted network: it is never an open relay.
public struct RelayPolicy: Sendable {
    /// The domains whose mail stays here, in lower case; `localhost` by default.
    public var localDomains: Set<String> = ["localhost"]
    /// From where mail for all domains is taken without authentication, by the address of the socket; nowhere by default.
    public var trustedNetworks: IPNetworkSet?
    /// Which senders a user may name: addresses, or `@example.com` for all of a domain. Users that are not listed may
    /// name any; nobody is listed by default.
    public var allowedSenders: [String: [String]] = [:]
    /// The `Received` fields that a message may have: with more it goes around in circles (RFC 5321 section 6.3);
    /// 50 by default.
    public var maximumReceivedFields = 50
    /// The most octets of a message's header section; 256 KiB by default.
    public var maximumHeaderLength = 256 << 10
    /// Whether `Date` and `Message-ID` are added to mail that is submitted without (RFC 6409 section 8); true by default.
    public var completesSubmissions = true

    /// The defaults.
    public init() {}

    /// Whether mail for the domain stays here.
    func isLocal(_ domain: String) -> Bool { localDomains.contains(domain) }

    /// Whether a client may have mail sent on: it has authenticated, or is trusted.
    func isSubmission(user: String?, peer: SocketAddress) -> Bool {
        if user != nil { return true }
        guard let networks = trustedNetworks, let address = peer.ipAddress else { return false }
        return networks.contains(address)
    }

    /// What is answered to a sender.
    func reply(to sender: SMTPSender, user: String?) -> SMTPReply {
        allows(sender.address, user: user)
            ? .accepted
            : .permanent(
                "this user may not send from that address", code: 553, status: SMTPEnhancedStatus(checked: 5, 7, 1))
    }

    /// Whether a user may send from an address, or, where it is nil, from nobody.
    func allows(_ address: MailAddress?, user: String?) -> Bool {
        guard let user, let allowed = allowedSenders[user] else { return true }
        guard let address else { return false }
        return allowed.contains { entry in
            entry.hasPrefix("@") ? entry.dropFirst().lowercasedASCII == address.domain : MailAddress(entry) == address
        }
    }

    /// What is answered to a recipient elsewhere of a client that may not have mail sent on.
    static let relayingDenied = SMTPReply.permanent(
        "relaying denied", code: 550, status: SMTPEnhancedStatus(checked: 5, 7, 1))
}
