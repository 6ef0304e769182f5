internal import Netius

/// Writes commands (RFC 5321 section 4.1) with the parameters that the server takes.
///
/// Nothing that it writes can end a line early: addresses have no control characters by their type, the other texts are
/// written as `xtext` (RFC 3461 section 4) or refused.
struct SMTPCommandWriter {
    let capabilities: SMTPCapabilities
    /// Whether the user has authenticated: who submitted a message is only then said (RFC 4954 section 5).
    var isAuthenticated = false

    /// ```
    /// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
    /// ```
    func appendMail(_ sender: SMTPSender, size: Int, to output: OutputBuffer) {
        output.append("MAIL FROM:<")
        if let address = sender.address { output.append(text: address.description) }
        output.append(UInt8(ascii: ">"))
        if capabilities.offersSize {
            output.append(" SIZE=")
            output.append(decimal: size)
        }
        if let body = sender.body, body == .binaryMIME || capabilities.offersEightBitMIME {
            output.append(" BODY=")
            output.append(text: body.rawValue)
        }
        if sender.usesUTF8 { output.append(" SMTPUTF8") }
        if sender.requiresTLS { output.append(" REQUIRETLS") }
        if capabilities.offersNotifications {
            if let returns = sender.returns {
                output.append(" RET=")
                output.append(text: returns.rawValue)
            }
            if let identifier = sender.envelopeIdentifier, Self.isPrintable(identifier) {
                output.append(" ENVID=")
                Self.appendXText(identifier, to: output)
            }
        }
        if isAuthenticated, let submitter = sender.submitter, capabilities.offers("AUTH"), Self.isPrintable(submitter) {
            output.append(" AUTH=")
            if submitter == "<>" { output.append("<>") } else { Self.appendXText(submitter, to: output) }
        }
        output.append("\r\n")
    }

    /// ```
    /// rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters] CRLF
    /// ```
    func appendRecipient(_ recipient: SMTPRecipient, to output: OutputBuffer) {
        output.append("RCPT TO:<")
        output.append(text: recipient.address.description)
        output.append(UInt8(ascii: ">"))
        if capabilities.offersNotifications {
            if let notify = recipient.notify { appendNotify(notify, to: output) }
            if let original = recipient.original { appendOriginal(original, to: output) }
        }
        output.append("\r\n")
    }

    private func appendNotify(_ notify: SMTPRecipient.Notify, to output: OutputBuffer) {
        var names: [String] = []
        if notify.contains(.success) { names.append("SUCCESS") }
        if notify.contains(.failure) { names.append("FAILURE") }
        if notify.contains(.delay) { names.append("DELAY") }
        output.append(" NOTIFY=")
        output.append(text: names.isEmpty ? "NEVER" : names.joined(separator: ","))
    }

    /// ```
    /// orcpt-parameter = "ORCPT=" addr-type ";" xtext
    /// ```
    /// One that cannot be said is left out.
    private func appendOriginal(_ original: String, to output: OutputBuffer) {
        let parts = original.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, Self.isPrintable(String(parts[1])),
            parts[0].utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") })
        else { return }
        output.append(" ORCPT=")
        output.append(text: String(parts[0]))
        output.append(UInt8(ascii: ";"))
        Self.appendXText(String(parts[1]), to: output)
    }

    /// Whether it consists of printable ASCII, spaces among it, and so may be said in `xtext`.
    private static func isPrintable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
    }

    /// ```
    /// xtext   = *( xchar / hexchar )
    /// hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits
    /// ```
    private static func appendXText(_ text: String, to output: OutputBuffer) {
        for byte in text.utf8 {
            if 0x21...0x7E ~= byte, byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "+"))
                if byte < 0x10 { output.append(UInt8(ascii: "0")) }
                output.append(hexadecimal: Int(byte))
            }
        }
    }
}
