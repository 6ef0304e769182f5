internal import COpenSSL

extension TLSServerRules {
    /// Makes the context seal and open tickets by these rules, with the rules' own pointer for the callbacks.
    func installTickets(in context: OpaquePointer, rules: UnsafeMutableRawPointer) {
        guard tickets != nil else { return }
        // One is enough for the next connection, whose handshake brings another; each costs as much as a twentieth of a
        // handshake.
        unsafe SSL_CTX_set_num_tickets(context, 1)
        // It has no argument for the rules: those of the session's context, which all have the same keys.
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { ssl, name, vector, cipher, mac, isSealing in
            guard let ssl = unsafe ssl, let name = unsafe name, let vector = unsafe vector,
                let cipher = unsafe cipher, let mac = unsafe mac,
                let rules = unsafe TLSExtraData.object(ofContextOf: ssl, as: TLSServerRules.self)
            else { return -1 }
            let nameBytes = unsafe UnsafeMutableRawBufferPointer(start: name, count: TLSTicketKey.nameSize)
            if isSealing == 1 { return unsafe rules.sealTicket(name: nameBytes, vector, cipher, mac) }
            return unsafe rules.openTicket(ssl, name: UnsafeRawBufferPointer(nameBytes), vector, cipher, mac)
        }
        _ = unsafe SSL_CTX_set_session_ticket_cb(
            context,
            { ssl, rules in
                guard let ssl = unsafe ssl, let rules = unsafe TLSServerRules.at(rules) else { return 0 }
                return unsafe rules.lifetime.mark(ssl) ? 1 : 0
            },
            { _, session, _, _, status, rules in
                guard let rules = unsafe TLSServerRules.at(rules) else { return SSL_TICKET_RETURN_ABORT }
                return unsafe rules.useTicket(session, status)
            }, rules)
    }

    /// - Returns: 1; 0 to send no ticket.
    private func sealTicket(
        name: UnsafeMutableRawBufferPointer, _ vector: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
        _ mac: OpaquePointer
    ) -> Int32 {
        guard let key = tickets?.keyForSealing(), unsafe RAND_bytes(vector, 16) == 1 else { return 0 }
        unsafe key.copyName(to: name)
        return unsafe key.prepare(cipher, mac, vector: vector, isSealing: true) ? 1 : 0
    }

    /// - Returns: 1; 2 to send another ticket too; 0 to go on as without one.
    private func openTicket(
        _ ssl: OpaquePointer, name: UnsafeRawBufferPointer, _ vector: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer, _ mac: OpaquePointer
    ) -> Int32 {
        guard let found = unsafe tickets?.key(named: name),
            unsafe found.key.prepare(cipher, mac, vector: vector, isSealing: false)
        else { return 0 }
        // Clients of TLS 1.3 use a ticket once, and need another.
        return unsafe found.isCurrent && SSL_version(ssl) == TLS1_2_VERSION ? 1 : 2
    }

    /// What to do with the session of a ticket, after what came of opening it: where it is not resumed, a full handshake
    /// follows, in which the client shows its certificate.
    private func useTicket(_ session: OpaquePointer?, _ status: SSL_TICKET_STATUS) -> SSL_TICKET_RETURN {
        let isRenewed = status == SSL_TICKET_SUCCESS_RENEW
        guard isRenewed || status == SSL_TICKET_SUCCESS, let session = unsafe session,
            unsafe !lifetime.isOver(session)
        else { return SSL_TICKET_RETURN_IGNORE_RENEW }
        return isRenewed ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE
    }
}
