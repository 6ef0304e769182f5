internal import Netius

/// What is known of a session with another host, for events.
struct RelaySession: Sendable {
    var domain: String
    var host: String
    var port: UInt16
    var greeting: String?
    var capabilities: [String] = []
    var usesStartTLS = false
    var tlsVersion: String?
    var tlsCipher: String?
    var transcript: SMTPTranscript?
}
