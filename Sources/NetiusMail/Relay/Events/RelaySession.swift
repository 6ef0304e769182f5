internal import Netius

/// What is known of a session with another host, for events.
struct RelaySession: Sendable {
    var host: String
    var port: UInt16
    var mailExchanger: String
    var greeting: String?
    var capabilities: [String] = []
    var isProtected = false
    var tlsVersion: String?
    var tlsCipher: String?
    var transcript: SMTPTranscript?
}
