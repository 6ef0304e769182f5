import Netius

extension FileCommand {
    /// What Python's `http.server` says when it listens, for whoever is used to it.
    static func announcement(_ address: SocketAddress) -> String {
        guard let host = address.ipAddress, let port = address.port else { return "Serving HTTP on \(address) ...\n" }
        return "Serving HTTP on \(host) port \(port) (http://\(address)/) ...\n"
    }
}
