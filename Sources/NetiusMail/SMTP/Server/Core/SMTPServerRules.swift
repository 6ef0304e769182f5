internal import Netius

/// What all sessions of a server have in common, as the core needs it.
final class SMTPServerRules: Sendable {
    let hostName: String
    let limits: SMTPLimits
    let isLMTP: Bool
    let offersTLS: Bool
    let requiresTLS: Bool
    let authenticates: Bool
    let allowsPlaintextAuthentication: Bool
    let requiresAuthentication: Bool
    /// As addresses have them.
    let localDomains: Set<String>?
    /// The octets without a line end that end a session.
    let longestLine: Int
    private let extensions: SMTPExtensions
    /// What is said to EHLO: in clear, protected; and the same again once somebody has authenticated.
    private let hellos: [SMTPReply]

    init(_ configuration: SMTPServer.Configuration) {
        hostName = configuration.hostName
        limits = configuration.limits
        longestLine = max(
            limits.commandLine, limits.extendedCommandLine, limits.authenticationLine, 64)
        isLMTP = configuration.protocol == .lmtp
        offersTLS = configuration.tls != nil && !configuration.isTLSImplicit
        requiresTLS = configuration.requiresTLS
        authenticates = configuration.authenticator != nil
        allowsPlaintextAuthentication = configuration.allowsPlaintextAuthentication
        requiresAuthentication = configuration.requiresAuthentication
        let hostName = configuration.hostName
        localDomains = configuration.localDomains.map { Set($0.union([hostName]).map(Self.normalized)) }
        var extensions = configuration.extensions.subtracting(.authentication)
        if !extensions.contains(.chunking) { extensions.remove(.binaryMIME) }
        if authenticates { extensions.insert(.authentication) }
        self.extensions = extensions
        hellos = [(false, false), (true, false), (false, true), (true, true)].map { isSecure, isAuthenticated in
            Self.hello(configuration, extensions, isSecure: isSecure, isAuthenticated: isAuthenticated)
        }
    }

    /// A domain as `MailAddress` has it.
    private static func normalized(_ domain: String) -> String {
        let octets = Array(domain.utf8)
        guard let (name, end) = MailAddress.readDomain(octets.span, from: 0), end == octets.count else { return domain }
        return name
    }

    /// The answer to EHLO.
    func hello(isSecure: Bool, isAuthenticated: Bool) -> SMTPReply {
        hellos[(isSecure ? 1 : 0) + (isAuthenticated ? 2 : 0)]
    }

    /// The extensions whose parameters may be said.
    func extensions(isSecure: Bool) -> SMTPExtensions {
        isSecure ? extensions : extensions.subtracting(.requireTLS)
    }

    private static func hello(
        _ configuration: SMTPServer.Configuration, _ extensions: SMTPExtensions, isSecure: Bool, isAuthenticated: Bool
    ) -> SMTPReply {
        var lines = [configuration.hostName]
        let names: [(SMTPExtensions, String)] = [
            (.pipelining, "PIPELINING"), (.size, "SIZE \(max(configuration.limits.messageSize, 0))"),
            (.enhancedStatusCodes, "ENHANCEDSTATUSCODES"), (.eightBitMIME, "8BITMIME"),
            (.deliveryStatusNotifications, "DSN"), (.utf8, "SMTPUTF8"), (.chunking, "CHUNKING"),
            (.binaryMIME, "BINARYMIME"), (.help, "HELP"),
        ]
        for (element, name) in names where extensions.contains(element) { lines.append(name) }
        if isSecure, extensions.contains(.requireTLS) { lines.append("REQUIRETLS") }
        if !isSecure, configuration.tls != nil, !configuration.isTLSImplicit { lines.append("STARTTLS") }
        let mayAuthenticate = isSecure || configuration.allowsPlaintextAuthentication
        if extensions.contains(.authentication), mayAuthenticate, !isAuthenticated { lines.append("AUTH PLAIN LOGIN") }
        return SMTPReply(250, lines: lines)
    }
}
