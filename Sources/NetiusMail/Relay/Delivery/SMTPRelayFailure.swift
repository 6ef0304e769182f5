internal import Netius

/// Why no session with a host came about, and what follows from that for the message and for its destination.
///
/// Only what is said of the recipient's domain makes a message fail: that it does not exist, takes no mail, or names no
/// host that could. All else, as credentials that the smart host does not take, is none of the message's fault.
struct SMTPRelayFailure: Sendable {
    /// What it means for the recipients.
    let outcome: DeliveryOutcome
    /// Whether other mail for the destination would fare no better for now.
    let concernsAll: Bool
    /// Whether it tells of this relay, or of the host that it was told to use: somebody has to mend it.
    let isOurs: Bool

    /// Whether another host would not change it.
    var isPermanent: Bool { outcome.kind == .failed }

    /// - Parameters:
    ///   - error: What was thrown.
    ///   - destination: By whom.
    ///   - needsTLS: Whether the message wants more protection than its destination.
    init(_ error: any Error, at destination: some SMTPRelayDestination, needsTLS: Bool) {
        guard let error = error as? SMTPClientError else {
            outcome = DeliveryOutcome(
                .deferred, "\(error)".onOneLine, status: SMTPEnhancedStatus(checked: 4, 3, 0))
            (concernsAll, isOurs) = (!needsTLS, true)
            return
        }
        let isOfDomain = !destination.isConfigured && Self.ofDomain.contains(error.code)
        var outcome = DeliveryOutcome(
            isOfDomain && !error.isTemporary ? .failed : .deferred, error.reply?.description ?? error.description,
            status: error.status)
        if outcome.kind == .deferred { outcome.status = error.status.asTemporary }
        outcome.isReply = error.reply != nil
        // Where there is only a domain, no host had part in it (RFC 3464 section 2.3.5).
        if error.code != .lookUpFailed, !Self.ofDomain.contains(error.code) { outcome.host = error.host }
        self.outcome = outcome
        // A message that wants TLS where others do not tells nothing of them, unless it did not come to that.
        concernsAll = outcome.kind == .deferred && (!needsTLS || Self.beforeTLS.contains(error.code))
        isOurs =
            !error.isTemporary
            && (Self.ofRelay.contains(error.code) || destination.isConfigured && error.code != .unsupported)
    }

    /// What is said of a recipient's domain.
    private static let ofDomain: Set<SMTPClientError.Code> = [.hostNotFound, .noMailService, .noRoute, .loop]
    /// What comes before TLS could matter.
    private static let beforeTLS: Set<SMTPClientError.Code> = [.lookUpFailed, .connectFailed, .connectTimedOut]
    private static let ofRelay: Set<SMTPClientError.Code> = [
        .invalidConfiguration, .authenticationFailed, .authenticationUnavailable,
    ]
}

extension SMTPEnhancedStatus {
    /// The same, of what may pass.
    var asTemporary: SMTPEnhancedStatus {
        kind == 5 ? SMTPEnhancedStatus(checked: 4, subject, detail) : self
    }
}

extension SMTPReply {
    /// Whether it tells of how the client authenticated, rather than of the message (RFC 4954 section 6).
    var isOfAuthentication: Bool { [530, 534, 535, 538].contains(code) }
}
