internal import Netius

/// What all loops of a running server share.
final class SMTPServerShared: Sendable {
    let configuration: SMTPServer.Configuration
    let rules: SMTPServerRules
    let handlers: SMTPServer.Handlers
    let counts: ConnectionCounts
    let log: Log
    let failures = AuthenticationFailures()
    let greeting: SMTPReply
    /// Whether replies carry enhanced status codes.
    let saysStatus: Bool

    init(configuration: SMTPServer.Configuration, log: Log, handlers: SMTPServer.Handlers) {
        self.configuration = configuration
        self.log = log
        counts = ConnectionCounts(
            maximum: configuration.maximumConnections,
            maximumPerAddress: configuration.maximumConnectionsPerAddress)
        self.handlers = handlers
        rules = SMTPServerRules(configuration)
        let banner = configuration.banner ?? (rules.isLMTP ? "LMTP netius" : "ESMTP netius")
        greeting = SMTPReply(220, "\(configuration.hostName) \(banner)")
        saysStatus = configuration.extensions.contains(.enhancedStatusCodes)
    }

    /// The octets of a reply in place of a greeting, for where there is no connection to append them to.
    func octets(_ reply: SMTPReply) -> [UInt8] {
        let output = OutputBuffer()
        output.append(reply, withStatus: false)
        return output.bytes
    }
}
