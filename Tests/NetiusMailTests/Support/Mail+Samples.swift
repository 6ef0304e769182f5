import NetiusMail
import TestSupport

/// An address that a test writes itself.
func mail(_ text: String) throws -> MailAddress {
    guard let address = MailAddress(text) else { throw TestFailure("\(text) is no address") }
    return address
}

/// An envelope without parameters.
func envelope(from sender: String? = "alice@example.org", to recipients: String...) throws -> SMTPEnvelope {
    SMTPEnvelope(
        sender: SMTPSender(try sender.map(mail)), recipients: try recipients.map { SMTPRecipient(try mail($0)) })
}

extension SMTPClient.Configuration {
    /// What tests connect with: nothing takes longer than a test may.
    static var test: SMTPClient.Configuration {
        var configuration = SMTPClient.Configuration()
        configuration.hostName = "client.example"
        configuration.capturesTranscript = true
        configuration.quitTimeout = .seconds(30)
        return configuration
    }
}

extension [SMTPOutcome] {
    /// Whether the server has taken the message for all recipients, and there are some.
    var areAccepted: Bool { !isEmpty && allSatisfy(\.isAccepted) }
}
