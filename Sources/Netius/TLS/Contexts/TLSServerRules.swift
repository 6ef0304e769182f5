internal import COpenSSL

/// What a server's handshakes go by. Immutable: a handshake sees what there was when it began, whatever is reloaded.
final class TLSServerRules: Sendable {
    /// What to do for a name that a client asks for.
    enum Choice: Sendable {
        /// To show the context's own certificate.
        case own
        /// To go on with another context.
        case other(TLSContextObject)
    }

    private let names: TLSServerNames<Choice>
    /// What to do for any other name, or none; nil is to refuse.
    private let otherwise: Choice?
    private let applicationProtocols: TLSApplicationProtocols
    let tickets: TLSTicketKeys?
    let lifetime: TLSSessionLifetime
    private let staple: TLSStaple?

    init(
        names: TLSServerNames<Choice> = TLSServerNames(), otherwise: Choice? = .own,
        applicationProtocols: TLSApplicationProtocols, tickets: TLSTicketKeys?, lifetime: TLSSessionLifetime,
        staple: TLSStaple?
    ) {
        self.names = names
        self.otherwise = otherwise
        self.applicationProtocols = applicationProtocols
        self.tickets = tickets
        self.lifetime = lifetime
        self.staple = staple
    }

    /// Makes the context's handshakes ask these rules. The context must keep them: see `TLSContextObject`. It
    /// `choosesCertificates` where sessions begin in it, rather than being switched to it.
    func install(in context: TLSContextObject, choosesCertificates: Bool) {
        // Unretained: the context holds these rules, and a session the contexts that it calls back for.
        let rules = unsafe Unmanaged.passUnretained(self).toOpaque()
        let pointer = unsafe context.pointer
        if choosesCertificates {
            unsafe netius_ssl_ctx_set_server_name_callback(
                pointer,
                { ssl, alert, rules in
                    guard let ssl = unsafe ssl, let rules = unsafe TLSServerRules.at(rules) else {
                        return SSL_TLSEXT_ERR_ALERT_FATAL
                    }
                    return unsafe rules.chooseCertificate(ssl, alert: alert)
                }, rules)
        }
        if !applicationProtocols.names.isEmpty {
            unsafe SSL_CTX_set_alpn_select_cb(
                pointer,
                { _, chosen, length, offered, count, rules in
                    guard let rules = unsafe TLSServerRules.at(rules), let chosen = unsafe chosen,
                        let length = unsafe length
                    else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                    let offered = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
                    return unsafe rules.chooseProtocol(offered, &chosen.pointee, &length.pointee)
                }, rules)
        }
        if staple != nil {
            unsafe netius_ssl_ctx_set_status_callback(
                pointer,
                { ssl, rules in
                    guard let ssl = unsafe ssl, let rules = unsafe TLSServerRules.at(rules) else {
                        return SSL_TLSEXT_ERR_NOACK
                    }
                    return unsafe rules.staple(to: ssl)
                }, rules)
        }
        unsafe installTickets(in: pointer, rules: rules)
    }

    /// The rules that a callback was given.
    static func at(_ pointer: UnsafeMutableRawPointer?) -> TLSServerRules? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<TLSServerRules>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: Names

    private func chooseCertificate(_ ssl: OpaquePointer, alert: UnsafeMutablePointer<Int32>?) -> Int32 {
        // OpenSSL has made sure that it is not empty, has no NUL in it and at most 255 bytes.
        let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
        let known = unsafe name.map { unsafe String(cString: $0) }.flatMap { names[$0] }
        switch known ?? otherwise {
        case .own?: break
        case .other(let context)?:
            guard unsafe SSL_set_SSL_CTX(ssl, context.pointer) != nil else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        case nil:
            unsafe alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        // A name that is acknowledged is remembered with the session, and known again when it is resumed.
        return unsafe name == nil ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK
    }

    // MARK: Application protocols

    private func chooseProtocol(
        _ offered: UnsafeBufferPointer<UInt8>, _ chosen: inout UnsafePointer<UInt8>?, _ length: inout UInt8
    ) -> Int32 {
        // The client's bytes outlive the call, and may be pointed into until its handshake is answered.
        let span = unsafe offered.span
        guard let range = applicationProtocols.choose(from: span), let base = offered.baseAddress else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        unsafe chosen = base + range.lowerBound
        length = UInt8(clamping: range.count)
        return SSL_TLSEXT_ERR_OK
    }

    // MARK: Staples

    private func staple(to ssl: OpaquePointer) -> Int32 {
        // What is out of date would do more harm than nothing.
        guard let staple, Timestamp.now < staple.validUntil else { return SSL_TLSEXT_ERR_NOACK }
        let isGiven = unsafe staple.bytes.withUnsafeBufferPointer { bytes in
            unsafe netius_ssl_staple(ssl, bytes.baseAddress, bytes.count) == 1
        }
        return isGiven ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
    }
}
