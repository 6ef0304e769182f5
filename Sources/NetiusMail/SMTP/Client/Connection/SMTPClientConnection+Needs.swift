internal import Netius

extension SMTPClientConnection {
    /// Why the server cannot take the message for anybody; nil where it can. Nothing is sent that it cannot understand,
    /// and nothing is changed so that it could.
    func refusal(of envelope: SMTPEnvelope, _ content: SMTPContent) -> SMTPClientError? {
        let sender = envelope.sender
        if sender.usesUTF8, !capabilities.offersUTF8 {
            return unsupported("the message needs SMTPUTF8, which the server does not have (RFC 6531)", 6, 7)
        }
        if sender.address?.requiresUTF8 ?? false, !sender.usesUTF8 {
            return unsupported("the sender's address needs SMTPUTF8", 6, 7)
        }
        if sender.body == .eightBitMIME, !capabilities.offersEightBitMIME {
            return unsupported("the message needs 8BITMIME, which the server does not have (RFC 6152)", 6, 3)
        }
        if sender.body == .binaryMIME, !capabilities.offersBinaryMIME || !capabilities.offersChunking {
            return unsupported("the message needs BINARYMIME, which the server does not have (RFC 3030)", 6, 3)
        }
        if sender.insistsOnTLS, !seesToTLS {
            return unsupported(
                "the message may go on over TLS alone, which the server does not see to (RFC 8689)", 7, 30)
        }
        if let limit = capabilities.maximumSize, content.count > limit {
            return SMTPClientError(
                .tooLarge, host: host, reason: "the message has \(content.count) octets, and the server takes \(limit)")
        }
        return nil
    }

    /// Whether TLS, with whom it is meant to be, brings a message here that is sent on over such alone (RFC 8689).
    var seesToTLS: Bool { isVerified && capabilities.offersRequireTLS }

    /// Why it cannot take it for one recipient; nil where it can.
    func refusal(of recipient: SMTPRecipient) -> SMTPClientError? {
        guard recipient.address.requiresUTF8, !capabilities.offersUTF8 else { return nil }
        return unsupported("the address needs SMTPUTF8, which the server does not have (RFC 6531)", 6, 7)
    }

    private func unsupported(_ reason: String, _ subject: Int, _ detail: Int) -> SMTPClientError {
        SMTPClientError(
            .unsupported, host: host, reason: reason, status: SMTPEnhancedStatus(checked: 5, subject, detail))
    }
}
