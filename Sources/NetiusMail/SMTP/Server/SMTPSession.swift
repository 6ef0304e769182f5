public import Netius

/// What a handler knows of a client: who it is, and what it has said so far. A value, which later commands do not change.
public struct SMTPSession: Sendable {
    /// What does not change from one command to the next.
    final class Client: Sendable {
        let peerAddress: SocketAddress
        let localAddress: SocketAddress?
        let tls: TLSInformation?
        let heloName: String?
        let isExtended: Bool
        let user: String?
        let isTrusted: Bool
        let `protocol`: SMTPServer.`Protocol`
        let log: Log

        init(
            peerAddress: SocketAddress, localAddress: SocketAddress?, tls: TLSInformation?, heloName: String?,
            isExtended: Bool, user: String?, isTrusted: Bool, protocol: SMTPServer.`Protocol`, log: Log
        ) {
            self.peerAddress = peerAddress
            self.localAddress = localAddress
            self.tls = tls
            self.heloName = heloName
            self.isExtended = isExtended
            self.user = user
            self.isTrusted = isTrusted
            self.protocol = `protocol`
            self.log = log
        }
    }

    let client: Client
    /// The sender and the recipients that were accepted so far; the null sender and nobody before there is one.
    public let envelope: SMTPEnvelope
    /// The content of the message, in the handler of messages; it throws in any other.
    public let content: SMTPContentSequence

    /// The address of the client.
    public var peerAddress: SocketAddress { client.peerAddress }
    /// The address of this end; nil where the system does not say.
    public var localAddress: SocketAddress? { client.localAddress }
    /// What protects the connection; nil where nothing does.
    public var tls: TLSInformation? { client.tls }
    /// The name that the client gave with EHLO, HELO or LHLO, in lower case, which may be made up; nil before.
    public var heloName: String? { client.heloName }
    /// Whether the client said EHLO or LHLO, and so may use extensions.
    public var isExtended: Bool { client.isExtended }
    /// The user that the client has authenticated as; nil for nobody.
    public var user: String? { client.user }
    /// Whether the client is in `trustedNetworks`.
    public var isTrusted: Bool { client.isTrusted }
    /// What is spoken.
    public var `protocol`: SMTPServer.`Protocol` { client.protocol }

    /// Whether `log`, which takes a while to make, would write a record of that level.
    package func logs(_ level: LogLevel) -> Bool { client.log.isEnabled(level) }

    /// The server's log; its records carry the client's address, and the user.
    public var log: Log {
        var metadata: LogMetadata = [
            "peer": "\(client.peerAddress)", "protocol": client.protocol.rawValue.uppercased(),
        ]
        metadata["user"] = client.user
        return client.log.with(metadata)
    }
}
