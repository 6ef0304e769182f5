internal import Netius

/// What a server says that it can do, in its reply to EHLO (RFC 5321 section 4.1.1.1).
public struct SMTPCapabilities: Sendable, Hashable {
    /// The lines as the server wrote them, without the first, which greets: `SIZE 10240000`, `PIPELINING`.
    public let lines: [String]
    /// The parameters of each keyword, which is in capitals.
    private let parameters: [String: String]

    /// Nothing but what every server can do: what HELO leads to.
    public static let none = SMTPCapabilities(lines: [])

    /// Reads the lines of a reply to EHLO behind the first.
    public init(lines: [String]) {
        self.lines = lines
        var parameters: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard let word = parts.first else { continue }
            var keyword = word.uppercased()
            var rest = parts.count > 1 ? String(parts[1]) : ""
            // Some say AUTH=PLAIN, as old clients wanted it.
            if keyword.hasPrefix("AUTH=") {
                rest = "\(word.dropFirst(5)) \(rest)"
                keyword = "AUTH"
            }
            if let known = parameters[keyword] { rest = "\(known) \(rest)" }
            parameters[keyword] = rest
        }
        self.parameters = parameters
    }

    init(_ reply: SMTPReply) {
        self.init(lines: Array(reply.lines.dropFirst()))
    }

    /// Whether the server said the keyword, in whatever case.
    public func offers(_ keyword: String) -> Bool { parameters[keyword.uppercased()] != nil }

    /// What it said behind the keyword; nil where it did not say it.
    public func parameters(of keyword: String) -> String? { parameters[keyword.uppercased()] }

    /// Several commands may be sent at a time (RFC 2920).
    public var offersPipelining: Bool { offers("PIPELINING") }
    /// TLS may be started (RFC 3207).
    public var offersStartTLS: Bool { offers("STARTTLS") }
    /// Lines may have octets above 127 (RFC 6152).
    public var offersEightBitMIME: Bool { offers("8BITMIME") }
    /// Addresses and headers may have UTF-8 (RFC 6531).
    public var offersUTF8: Bool { offers("SMTPUTF8") }
    /// Notifications may be asked for (RFC 3461).
    public var offersNotifications: Bool { offers("DSN") }
    /// Content may be sent in counted chunks (RFC 3030).
    public var offersChunking: Bool { offers("CHUNKING") }
    /// Content need not consist of lines (RFC 3030).
    public var offersBinaryMIME: Bool { offers("BINARYMIME") }
    /// That a message may go on over TLS alone can be said (RFC 8689).
    public var offersRequireTLS: Bool { offers("REQUIRETLS") }
    /// SIZE may be said (RFC 1870).
    public var offersSize: Bool { offers("SIZE") }

    /// The largest message in octets (RFC 1870 section 4); nil where the server says none.
    public var maximumSize: Int? {
        guard let text = firstWord(of: "SIZE"), let size = Int(text), size > 0 else { return nil }
        return size
    }

    /// The mechanisms of AUTH (RFC 4954), in capitals.
    public var authenticationMechanisms: [String] {
        parameters["AUTH"]?.split(separator: " ").map { $0.uppercased() } ?? []
    }

    /// The most recipients of a message (RFC 9422); nil where the server says none.
    public var maximumRecipients: Int? { limit("RCPTMAX") }

    /// The most messages of a session (RFC 9422); nil where the server says none.
    public var maximumMessages: Int? { limit("MAILMAX") }

    private func limit(_ name: String) -> Int? {
        for word in parameters["LIMITS"]?.split(separator: " ") ?? [] {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].uppercased() == name, let limit = Int(parts[1]), limit > 0 else {
                continue
            }
            return limit
        }
        return nil
    }

    private func firstWord(of keyword: String) -> Substring? {
        parameters[keyword]?.split(separator: " ").first
    }
}
