/// What a server's configuration has in files, as it was when they were read.
struct TLSServerMaterial: Sendable {
    let identity: TLSIdentity?
    let identities: [String: TLSIdentity]
    let staple: TLSStaple?
    let staples: [String: TLSStaple]
    let clientCertificates: TLSServerConfiguration.ClientCertificates
    /// What the system knew of the files before they were read; nil where they had been read before that, and have
    /// changed since.
    let files: TLSFileStatuses?

    /// The identities as the configuration has them, and the rest as it is in the files.
    init(_ configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        let files = TLSFileStatuses(of: configuration)
        let all = [configuration.identity].compactMap(\.self) + configuration.identities.values
        try self.init(
            configuration, identity: configuration.identity, identities: configuration.identities,
            files: all.contains(where: \.filesHaveChanged) ? nil : files)
    }

    /// All of it as it is in the files now.
    init(rereading configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        let files = TLSFileStatuses(of: configuration)
        var identities: [String: TLSIdentity] = [:]
        for (name, identity) in configuration.identities { identities[name] = try identity.reloaded() }
        try self.init(
            configuration, identity: try configuration.identity?.reloaded(), identities: identities, files: files)
    }

    private init(
        _ configuration: TLSServerConfiguration, identity: TLSIdentity?, identities: [String: TLSIdentity],
        files: TLSFileStatuses?
    ) throws(TLSConfigurationError) {
        self.identity = identity
        self.identities = identities
        self.files = files
        staple = try configuration.stapleFile.map { path throws(TLSConfigurationError) in try TLSStaple(file: path) }
        var staples: [String: TLSStaple] = [:]
        for (name, path) in configuration.stapleFiles {
            guard identities[name] != nil else {
                throw TLSConfigurationError("an OCSP response for \(name.quoted), which has no certificate")
            }
            staples[name] = try TLSStaple(file: path)
        }
        self.staples = staples
        clientCertificates =
            switch configuration.clientCertificates {
            case .none: .none
            case .optional(let roots): .optional(roots.reloaded())
            case .required(let roots): .required(roots.reloaded())
            }
        if !configuration.allowsInvalidDates { try check() }
    }

    /// The certificates that are served, each with the name that it is served for, none being any other.
    private var named: [(name: String?, identity: TLSIdentity)] {
        identities.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + (identity.map { [(nil, $0)] } ?? [])
    }

    private func check() throws(TLSConfigurationError) {
        for (name, identity) in named {
            do {
                try identity.check()
            } catch {
                guard let name else { throw error }
                throw TLSConfigurationError("server name \(name.quoted): \(error)")
            }
        }
    }

    /// The certificates, one's own or an authority's in its chain, whose end is that near.
    func expiring(withinDays days: Int, of now: Timestamp) -> [(certificate: TLSCertificate, daysLeft: Int)] {
        var seen: Set<TLSCertificate> = []
        return named.flatMap(\.identity.chain).filter { seen.insert($0).inserted }.compactMap { certificate in
            let (left, overflow) = certificate.notAfter.seconds.subtractingReportingOverflow(now.seconds)
            let daysLeft = Int(clamping: overflow ? .max : max(left, 0) / 86_400)
            return daysLeft < days ? (certificate, daysLeft) : nil
        }
    }
}
