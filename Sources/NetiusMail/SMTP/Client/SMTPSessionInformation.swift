public import Netius

/// What happened between a client and one server about one message.
public struct SMTPSessionInformation: Sendable {
    /// The recipients' domain; nil where the server takes mail for any.
    public let domain: String?
    /// The server.
    public let host: String
    /// Its port.
    public let port: UInt16
    /// Whether the server is one of the domain's mail exchangers.
    public let isMailExchanger: Bool
    /// For whom it was asked to take the message.
    public let recipients: [MailAddress]
    /// When it began.
    public let start: Timestamp
    /// When it was over.
    public internal(set) var end: Timestamp
    /// How long it took.
    public internal(set) var duration: Duration = .zero
    /// What the server said first; nil where it did not come to that.
    public internal(set) var greeting: SMTPReply?
    /// What the server said to the whole message; nil where it did not come to that.
    public internal(set) var queueResponse: SMTPReply?
    /// What the server can do, in its words.
    public internal(set) var capabilities: [String] = []
    /// What protected the connection; nil where nothing did.
    public internal(set) var tls: TLSInformation?
    /// Whether TLS was begun by STARTTLS.
    public internal(set) var usesStartTLS = false
    /// Why it came to nothing, or not to everything; nil where everybody was taken.
    public internal(set) var error: String?
    /// What was said, where it is captured.
    public internal(set) var transcript: SMTPTranscript?

    let began = MonotonicTime.now

    init(domain: String?, host: String, port: UInt16, isMailExchanger: Bool, recipients: [MailAddress]) {
        self.domain = domain
        self.host = host
        self.port = port
        self.isMailExchanger = isMailExchanger
        self.recipients = recipients
        start = .now
        end = start
    }
}

extension SMTPSessionInformation {
    /// As one line of JSON, with names and units that stay as they are: times are seconds since 1970, the duration is in
    /// seconds.
    public var json: String {
        var bytes: [UInt8] = []
        appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the members of the object, without its braces.
    func appendMembers(to bytes: inout [UInt8]) {
        bytes.appendMember("domain", domain, isFirst: true)
        bytes.appendMember("host", host)
        bytes.appendMember("port", literal: "\(port)")
        bytes.appendMember("mx_host", isMailExchanger ? host : nil)
        bytes.appendMember("greeting", greeting.map { "\($0)" })
        bytes.appendMember("queue_response", queueResponse.map { "\($0)" })
        bytes.appendMember("capabilities", capabilities)
        bytes.appendMember("starttls", literal: usesStartTLS ? "true" : "false")
        bytes.appendMember("tls_version", tls.map { "\($0.version)" })
        bytes.appendMember("tls_cipher", tls?.cipherSuite)
        bytes.appendMember("start_time", literal: start.secondsText)
        bytes.appendMember("end_time", literal: end.secondsText)
        bytes.appendMember("duration", literal: duration.secondsText)
        bytes.appendMember("recipients", recipients.map(\.description))
        bytes.appendMember("error", error)
        bytes.append(contentsOf: ",\"transcript\":[".utf8)
        for (index, entry) in (transcript?.entries ?? []).enumerated() {
            bytes.append(contentsOf: (index == 0 ? "{" : ",{").utf8)
            bytes.appendMember("direction", entry.direction.rawValue, isFirst: true)
            bytes.appendMember("message", entry.message)
            bytes.appendMember("timestamp", literal: entry.time.secondsText)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        appendMembers(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}

extension Timestamp {
    /// Seconds since 1970 with milliseconds.
    fileprivate var secondsText: String {
        "\(seconds).\(String(1000 + nanoseconds / 1_000_000).dropFirst())"
    }
}

extension Duration {
    /// Seconds with milliseconds.
    fileprivate var secondsText: String {
        let (seconds, attoseconds) = components
        return "\(seconds).\(String(1000 + attoseconds / 1_000_000_000_000_000).dropFirst())"
    }
}
