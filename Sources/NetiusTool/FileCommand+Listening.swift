import Netius

extension FileCommand {
    /// What Python's `http.server` says when it listens, for whoever is used to it.
    static func announcement(_ address: SocketAddress, isProtected: Bool = false) -> String {
        let scheme = isProtected ? "https" : "http"
        let name = scheme.uppercased()
        guard let host = address.ipAddress, let port = address.port else {
            return "Serving \(name) on \(address) ...\n"
        }
        return "Serving \(name) on \(host) port \(port) (\(scheme)://\(address)/) ...\n"
    }
}
