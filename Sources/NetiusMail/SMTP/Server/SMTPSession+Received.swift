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
        var field: [UInt8] = []
        field.reserveCapacity(256)
        field += "Received: from ".utf8
        field += (heloName ?? "unknown").utf8
        if let address = peerAddress.ipAddress {
            switch address.unmapped {
            case .v4(let address): field += " ([\(address)])".utf8
            case .v6(let address): field += " ([IPv6:\(address)])".utf8
            }
        } else {
            field += " (local)".utf8
        }
        if let tls { field += "\r\n (using \(tls.version) with \(tls.cipherSuite))".utf8 }
        field += "\r\n by ".utf8
        Self.append(printable: host, to: &field)
        field += " with ".utf8
        field += transmission.utf8
        if let identifier, identifier.utf8.contains(where: Self.isPrintable) {
            field += " id ".utf8
            Self.append(printable: identifier, to: &field)
        }
        if let recipient {
            field += "\r\n for <".utf8
            recipient.append(to: &field)
            field += ">; ".utf8
        } else {
            field += ";\r\n ".utf8
        }
        MailDate(time).append(to: &field)
        field += "\r\n".utf8
        return field
    }

    /// The name of what was spoken (RFC 3848, RFC 6531 section 4.3).
    private var transmission: String {
        let name = `protocol` == .lmtp ? "LMTP" : isExtended || envelope.sender.usesUTF8 ? "ESMTP" : "SMTP"
        let suffix = (tls == nil ? "" : "S") + (user == nil ? "" : "A")
        guard envelope.sender.usesUTF8 else { return name + suffix }
        return (`protocol` == .lmtp ? "UTF8LMTP" : "UTF8SMTP") + suffix
    }

    private static func append(printable text: String, to field: inout [UInt8]) {
        for octet in text.utf8 where isPrintable(octet) { field.append(octet) }
    }

    private static func isPrintable(_ octet: UInt8) -> Bool { 0x21...0x7E ~= octet && octet != UInt8(ascii: ";") }
}
