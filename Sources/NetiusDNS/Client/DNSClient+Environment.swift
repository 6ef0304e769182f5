public import Netius

extension DNSClient.Configuration {
    /// What the system says: `/etc/resolv.conf`, `/etc/hosts` and the variables of `system(environment:)`, those that
    /// make no sense left out with a line in the log.
    public static func system() -> DNSClient.Configuration {
        do throws(ConfigurationError) {
            return try system(environment: .process)
        } catch {
            Log.current.warning("name servers are taken from \(resolverPath)", metadata: ["error": "\(error)"])
            return files
        }
    }

    /// What the system's files say, but for the name servers if the environment has some: in `NAMESERVERS`, and of one
    /// family in `NAMESERVERS_IP4` and `NAMESERVERS_IP6`, separated by `;` or `,`, each an address with or without a port
    /// (53).
    ///
    /// - Throws: `ConfigurationError` for what is no such list.
    public static func system(environment: Environment) throws(ConfigurationError) -> DNSClient.Configuration {
        var configuration = files
        configuration.servers += try environment.nameServers("NAMESERVERS") { _ in true }
        configuration.servers += try environment.nameServers("NAMESERVERS_IP4") { !$0.isV6 }
        configuration.servers += try environment.nameServers("NAMESERVERS_IP6") { $0.isV6 }
        return configuration
    }

    private static let resolverPath = "/etc/resolv.conf"

    private static var files: DNSClient.Configuration {
        var configuration = DNSClient.Configuration(servers: [])
        configuration.resolverFile = resolverPath
        configuration.hostsFile = "/etc/hosts"
        return configuration
    }
}

extension Environment {
    fileprivate func nameServers(
        _ name: String, where isUsable: (IPAddress) -> Bool
    ) throws(ConfigurationError) -> [SocketAddress] {
        var servers: [SocketAddress] = []
        for item in try list(name) ?? [] {
            guard let server = SocketAddress(nameServer: item), let address = server.ipAddress, isUsable(address) else {
                throw ConfigurationError(
                    name: name, value: item, expected: "addresses of name servers, with or without a port")
            }
            servers.append(server)
        }
        return servers
    }
}

extension SocketAddress {
    /// Reads an address, with a port behind it or else that of DNS: `192.0.2.1`, `192.0.2.1:5353`, `::1`, `[::1]:5353`.
    package init?(nameServer text: String) {
        if let address = IPAddress(text) {
            self = .ip(address, port: 53)
        } else {
            guard let address = SocketAddress(text), address.ipAddress != nil else { return nil }
            self = address
        }
    }
}
