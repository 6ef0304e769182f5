internal import Netius

extension DeliveryNotification {
    /// The message: `multipart/report` (RFC 6522) of a text for people, the status for programs, and what is returned.
    func encoded(identifier: MailIdentifier) -> [UInt8] {
        let boundary = "=_\(identifier)"
        var text = OutputBuffer(capacity: 4096 + returned.bytes.count)
        field("From", "Mail Delivery System <\(postmaster)>", to: &text)
        field("To", message.sender.address.map { "<\($0)>" } ?? "", to: &text)
        field("Subject", subject, to: &text)
        field("Date", MailDate(time).description, to: &text)
        field("Message-ID", "<\(identifier)@\(reportingHost)>", to: &text)
        // RFC 3834 section 5: what is answered by a program is not to be answered by one.
        field("Auto-Submitted", "auto-replied", to: &text)
        field("MIME-Version", "1.0", to: &text)
        field(
            "Content-Type", "multipart/report; report-type=delivery-status;\r\n boundary=\"\(boundary)\"", to: &text)
        // RFC 2045 section 6.4: what has a part of eight bits has them itself.
        if hasEightBits { field("Content-Transfer-Encoding", "8bit", to: &text) }
        text.append("\r\n")
        text.append(text: "--\(boundary)\r\n")
        field("Content-Type", "text/plain; charset=utf-8", to: &text)
        field("Content-Transfer-Encoding", usesUTF8 ? "8bit" : "7bit", to: &text)
        text.append("\r\n")
        appendExplanation(to: &text)
        text.append(text: "\r\n--\(boundary)\r\n")
        // RFC 6533: the same with addresses of more than ASCII.
        field("Content-Type", usesUTF8 ? "message/global-delivery-status" : "message/delivery-status", to: &text)
        if usesUTF8 { field("Content-Transfer-Encoding", "8bit", to: &text) }
        text.append("\r\n")
        appendStatus(to: &text)
        text.append(text: "\r\n--\(boundary)\r\n")
        appendReturned(to: &text)
        text.append(text: "\r\n--\(boundary)--\r\n")
        return text.bytes
    }

    private func field(_ name: String, _ value: String, to text: inout OutputBuffer) {
        text.append(text: "\(name): \(value)\r\n")
    }

    private func appendExplanation(to text: inout OutputBuffer) {
        text.append(text: "This is the mail system at \(reportingHost).\r\n\r\n")
        let groups: [(Action, String)] = [
            (.failed, "Your message could not be delivered to:"),
            (.delayed, "Your message has not yet been delivered to the following; you need not send it again:"),
            (.delivered, "Your message was delivered to:"),
            (.relayed, "Your message was passed on, to a host that does not report what becomes of it, for:"),
        ]
        for (action, sentence) in groups where reports.contains(where: { $0.action == action }) {
            text.append(text: "\(sentence)\r\n\r\n")
            for report in reports where report.action == action {
                text.append(text: "  <\(shown(report.recipient.address))>\r\n")
                let host = report.isReply ? report.remoteHost.map { "\(Self.line($0)) said: " } ?? "" : ""
                for line in Self.wrapped(host + Self.line(report.diagnostic)) { text.append(text: "    \(line)\r\n") }
            }
            text.append("\r\n")
        }
        if let retryUntil, reports.contains(where: { $0.action == .delayed }) {
            text.append(text: "Delivery is tried until \(MailDate(retryUntil)).\r\n")
        }
    }

    private func appendStatus(to text: inout OutputBuffer) {
        field("Reporting-MTA", "dns; \(reportingHost)", to: &text)
        if let identifier = message.sender.envelopeIdentifier {
            field("Original-Envelope-Id", Self.xtext(identifier), to: &text)
        }
        field("X-Netius-Queue-ID", message.identifier.description, to: &text)
        field("Arrival-Date", MailDate(message.arrival).description, to: &text)
        for report in reports {
            text.append("\r\n")
            if let original = report.recipient.original {
                let parts = original.split(separator: ";", maxSplits: 1).map { Self.line(String($0)) }
                if parts.count == 2 { field("Original-Recipient", "\(parts[0]); \(parts[1])", to: &text) }
            }
            let address = report.recipient.address
            let kind = usesUTF8 || address.requiresUTF8 ? "utf-8" : "rfc822"
            field("Final-Recipient", "\(kind); \(shown(address))", to: &text)
            field("Action", report.action.rawValue, to: &text)
            field("Status", report.status.description, to: &text)
            if let host = report.remoteHost { field("Remote-MTA", "dns; \(Self.line(host))", to: &text) }
            let type = report.isReply ? "smtp" : "x-netius"
            let lines = Self.wrapped("\(type); \(Self.line(report.diagnostic))")
            field("Diagnostic-Code", lines.joined(separator: "\r\n "), to: &text)
            if report.action != .delivered, report.action != .relayed {
                field("Last-Attempt-Date", MailDate(time).description, to: &text)
            }
            if report.action == .delayed, let retryUntil {
                field("Will-Retry-Until", MailDate(retryUntil).description, to: &text)
            }
        }
    }

    /// An address as this notification may have it: in ASCII, what is more becomes `\x{` hexadecimal digits `}` (RFC 6533
    /// section 3).
    private func shown(_ address: MailAddress) -> String {
        let text = address.description
        guard !usesUTF8, address.requiresUTF8 else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, scalar != "\\" {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return shown
    }

    private func appendReturned(to text: inout OutputBuffer) {
        let type =
            switch returned {
            case .headers: usesUTF8 ? "message/global-headers" : "text/rfc822-headers"
            case .message: usesUTF8 ? "message/global" : "message/rfc822"
            }
        field("Content-Type", type, to: &text)
        if returned.hasEightBits { field("Content-Transfer-Encoding", "8bit", to: &text) }
        text.append("\r\n")
        text.append(returned.bytes)
    }

    /// What others said, as a line of a message may have it: printable ASCII, unless UTF-8 was agreed on.
    static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(1000) {
            line.unicodeScalars.append(0x20...0x7E ~= scalar.value ? scalar : "?")
        }
        return line
    }

    /// Lines of at most 72 characters or, where a word is longer, of that word; none is longer than 900.
    static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in text.split(separator: " ") {
            let word = word.prefix(900)
            if current.isEmpty {
                current = String(word)
            } else if current.utf8.count + 1 + word.utf8.count <= 72 {
                current += " " + word
            } else {
                lines.append(current)
                current = String(word)
            }
        }
        return lines + [current]
    }

    /// RFC 3461 section 4: what is not printable, `+` and `=` become `+` and two digits.
    static func xtext(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if 0x21...0x7E ~= byte, byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "+"))
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 55 + digit) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
