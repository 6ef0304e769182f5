internal import COpenSSL

/// What the contexts of one configuration share, whatever application protocols each of them speaks.
final class TLSServerContextState: Sendable {
    private struct Loaded {
        var material: TLSServerMaterial
        /// Of different application protocols each. Those that are gone are taken out with the next that comes.
        var offers: [Weak] = []
        /// Counts what was loaded: one that began earlier never takes the place of one that began later.
        var number = 0
        var lastBegun = 0

        var liveOffers: [TLSServerOffer] { offers.compactMap(\.offer) }
    }

    private struct Weak {
        weak let offer: TLSServerOffer?
    }

    let handshakes: TLSHandshakeLimit
    private let configuration: TLSServerConfiguration
    private let tickets: TLSTicketKeys?
    private let lifetime: TLSSessionLifetime
    private let loaded: Guarded<Loaded>

    init(
        _ configuration: TLSServerConfiguration, now: @escaping @Sendable () -> MonotonicTime
    ) throws(TLSConfigurationError) {
        self.configuration = configuration
        handshakes = TLSHandshakeLimit(
            maximum: configuration.maximumHandshakes, perAddress: configuration.maximumHandshakesPerAddress)
        tickets =
            configuration.resumesSessions ? TLSTicketKeys(rotation: configuration.ticketKeyRotation, now: now) : nil
        lifetime = TLSSessionLifetime(configuration.sessionLifetime, now: now)
        loaded = Guarded(Loaded(material: try TLSServerMaterial(configuration)))
    }

    /// What is in use now.
    var material: TLSServerMaterial { loaded.withLock { $0.material } }

    /// The application protocols that there are contexts for.
    var offeredProtocols: [[String]] { loaded.withLock { $0.liveOffers.map(\.applicationProtocols) } }

    /// What to begin connections in that speak these protocols. With many names this takes a while.
    func offer(_ protocols: [String]) throws(TLSConfigurationError) -> TLSServerOffer {
        while true {
            let (found, material, number) = loaded.withLock { loaded in
                let found = loaded.liveOffers.first { $0.applicationProtocols == protocols }
                return (found, loaded.material, loaded.number)
            }
            if let found { return found }
            let offer = TLSServerOffer(protocols, try makeObject(material, speaking: protocols))
            let isCurrent = loaded.withLock { loaded in
                let others = loaded.liveOffers
                // After a reload, or where another thread came first, there is something better.
                guard loaded.number == number, !others.contains(where: { $0.applicationProtocols == protocols }) else {
                    return false
                }
                loaded.offers = (others + [offer]).map { Weak(offer: $0) }
                return true
            }
            if isCurrent { return offer }
        }
    }

    /// Reads the files again.
    func reload() throws(TLSConfigurationError) {
        let number = loaded.withLock { loaded in
            loaded.lastBegun += 1
            return loaded.lastBegun
        }
        let material = try TLSServerMaterial(rereading: configuration)
        var objects: [[String]: TLSContextObject] = [:]
        while let missing = replace(with: material, objects, number: number) {
            objects[missing] = try makeObject(material, speaking: missing)
        }
    }

    /// Puts what was loaded in use, unless that is outdated; returns protocols that something is needed for before that.
    private func replace(
        with material: TLSServerMaterial, _ objects: [[String]: TLSContextObject], number: Int
    ) -> [String]? {
        // What there was is freed after this, when nobody waits any more.
        var former: [TLSContextObject] = []
        return loaded.withLock { loaded in
            guard number > loaded.number else { return nil }
            let offers = loaded.liveOffers
            for offer in offers where objects[offer.applicationProtocols] == nil { return offer.applicationProtocols }
            for offer in offers {
                guard let object = objects[offer.applicationProtocols] else { continue }
                former.append(offer.replace(with: object))
            }
            loaded.material = material
            loaded.number = number
            return nil
        }
    }

    // MARK: Making contexts

    /// The context that connections begin in, which has one for each name to switch them to.
    private func makeObject(
        _ material: TLSServerMaterial, speaking protocols: [String]
    ) throws(TLSConfigurationError) -> TLSContextObject {
        guard material.identity != nil || !material.identities.isEmpty else {
            throw TLSConfigurationError("a TLS server needs a certificate")
        }
        let applicationProtocols = try TLSApplicationProtocols(protocols)
        var names = TLSServerNames<TLSServerRules.Choice>()
        for (name, identity) in material.identities.sorted(by: { $0.key < $1.key }) {
            let rules = TLSServerRules(
                applicationProtocols: applicationProtocols, tickets: tickets, lifetime: lifetime,
                staple: material.staples[name])
            let object = try makeObject(material, identity, rules, choosesCertificates: false)
            try names.insert(.other(object), for: name)
        }
        if configuration.requiresKnownName, let identity = material.identity {
            // The names that it is for are known too, unless there is another certificate for them.
            for name in identity.certificate.dnsNames where !names.contains(name) { try? names.insert(.own, for: name) }
        }
        let rules = TLSServerRules(
            names: names, otherwise: configuration.requiresKnownName || material.identity == nil ? nil : .own,
            applicationProtocols: applicationProtocols, tickets: tickets, lifetime: lifetime,
            staple: material.staple)
        return try makeObject(material, material.identity, rules, choosesCertificates: true)
    }

    private func makeObject(
        _ material: TLSServerMaterial, _ identity: TLSIdentity?, _ rules: TLSServerRules, choosesCertificates: Bool
    ) throws(TLSConfigurationError) -> TLSContextObject {
        let object = unsafe try TLSContextObject(
            method: TLS_server_method(), minimumVersion: configuration.minimumVersion, rules: rules)
        let context = unsafe object.pointer
        try unsafe identity?.use(in: context)
        rules.install(in: object, choosesCertificates: choosesCertificates)
        try askForCertificates(object, material.clientCertificates)
        // Nothing is kept here: what a session needs is in its ticket.
        _ = unsafe netius_ssl_ctx_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        _ = unsafe SSL_CTX_set_timeout(context, Int(clamping: lifetime.duration.components.seconds))
        if tickets == nil {
            unsafe netius_ssl_ctx_refuse_tickets(context)
            _ = unsafe SSL_CTX_set_num_tickets(context, 0)
        }
        return object
    }

    private func askForCertificates(
        _ object: TLSContextObject, _ certificates: TLSServerConfiguration.ClientCertificates
    ) throws(TLSConfigurationError) {
        let context = unsafe object.pointer
        let (roots, mode): (TLSTrustRoots, Int32)
        switch certificates {
        case .none: return
        case .optional(let those): (roots, mode) = (those, SSL_VERIFY_PEER)
        case .required(let those): (roots, mode) = (those, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
        }
        try unsafe roots.use(in: context)
        unsafe SSL_CTX_set_verify(context, mode, nil)
        unsafe SSL_CTX_set_verify_depth(context, Int32(clamping: max(configuration.maximumIntermediates, 0)))
        OpenSSLReason.clear()
        guard unsafe netius_ssl_ctx_set_client_authorities(context, Self.maximumAuthoritiesTold) == 1 else {
            throw .openSSL("client certificates")
        }
    }

    /// The most authorities whose names clients are told (RFC 8446 section 4.2.4), so that they show the right
    /// certificate: 32. Of more, none is told.
    private static let maximumAuthoritiesTold: Int32 = 32
}
