internal import Netius

/// Whom to ask and how, with all that is in force.
struct DNSSettings: Sendable, Hashable {
    var servers: [SocketAddress]
    var hosts: [String: [IPAddress]]
    var searchDomains: [DNSName]
    var minimumDots: Int
    var timeout: Duration
    var attempts: Int
    var rotatesServers: Bool
    var usesTCP: Bool

    /// What the configuration says; where it says nothing, the files; where those don't, resolv.conf(5).
    init(_ configuration: DNSClient.Configuration, _ file: ResolverFile, _ hostsFile: HostsFile) {
        servers = configuration.servers.isEmpty ? file.servers : configuration.servers
        if servers.isEmpty { servers = [.ip(.v4(.loopback), port: 53)] }
        hosts =
            configuration.hosts.isEmpty
            ? hostsFile.addresses : hostsFile.addresses.merging(configuration.hosts) { $1 }
        searchDomains = (configuration.searchDomains ?? file.searchDomains).compactMap(DNSName.init)
        minimumDots = configuration.minimumDots ?? file.minimumDots ?? 1
        timeout = configuration.timeout ?? file.timeout ?? .seconds(5)
        attempts = configuration.attempts ?? file.attempts ?? 2
        rotatesServers = configuration.rotatesServers ?? file.rotatesServers
        usesTCP = configuration.usesTCP ?? file.usesTCP
    }

    /// The names in search domains that a host may stand for.
    func searched(for name: DNSName) -> [DNSName] {
        guard name.labels.count <= minimumDots else { return [] }
        return searchDomains.compactMap(name.appending)
    }
}
