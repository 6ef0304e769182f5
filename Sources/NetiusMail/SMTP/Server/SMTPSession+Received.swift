internal import Netius

extension SMTPSession {
    /// The field that says how the message came here, to be put before it (RFC 5321 section 4.4), with its line ends:
    ///
    /// ```
    /// Received: from client.example ([192.0.2.1])
    ///  (using TLS 1.3 with TLS_AES_128_GCM_SHA256)
    ///  by mail.example with ESMTPS id B7863809
    ///  for <frank@example.com>; Sat, 21 Nov 2026 22:53:47 +0000
    /// ```
    ///
    /// - Parameters:
    ///   - host: The name of this server.
    ///   - identifier: What it calls the message; what is not printable ASCII is left out.
    ///   - recipient: Whom it is for, where that is one: to name more would tell each of the others.
    /// - Returns: The octets of the field.
    public func receivedField(
        by host: String, identifier: String? = nil, for recipient: MailAddress? = nil
    ) -> [UInt8] {
        receivedField(by: host, identifier: identifier, for: recipient, at: .now)
    }

    func receivedField(
        by host: String, identifier: String?, for recipient: MailAddress?, at time: Timestamp
    ) -> [UInt8] {
        var text = "Received: from \(heloName ?? "unknown")"
        if let address = peerAddress.ipAddress {
            switch address.unmapped {
            case .v4(let address): text += " ([\(address)])"
            case .v6(let address): text += " ([IPv6:\(address)])"
            }
        } else {
            text += " (local)"
        }
        if let tls { text += "\r\n (using \(tls.version) with \(tls.cipherSuite))" }
        text += "\r\n by \(Self.printable(host)) with \(transmission)"
        let identifier = Self.printable(identifier ?? "")
        if !identifier.isEmpty { text += " id \(identifier)" }
        text += recipient.map { "\r\n for <\($0)>; " } ?? ";\r\n "
        text += "\(MailDate(time))\r\n"
        return Array(text.utf8)
    }

    /// The name of what was spoken (RFC 3848, RFC 6531 section 4.3).
    private var transmission: String {
        let name = `protocol` == .lmtp ? "LMTP" : isExtended || envelope.sender.usesUTF8 ? "ESMTP" : "SMTP"
        let suffix = (tls == nil ? "" : "S") + (user == nil ? "" : "A")
        guard envelope.sender.usesUTF8 else { return name + suffix }
        return (`protocol` == .lmtp ? "UTF8LMTP" : "UTF8SMTP") + suffix
    }

    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { 0x21...0x7E ~= $0.value && $0 != ";" }))
    }
}
