import Netius

extension ServerOptions {
    /// Where a server listens.
    enum Endpoint: Sendable, Equatable {
        case internet(host: String, port: UInt16)
        case unix(path: String)
    }

    static let host = OptionDescription(
        "host", aliases: ["bind"], letter: "b", placeholder: "HOST", variable: "HOST",
        help: "the address to listen on (default: 127.0.0.1)")
    /// The port, which each kind of server has a default of its own for.
    static func port(default number: UInt16) -> OptionDescription {
        OptionDescription(
            "port", letter: "p", placeholder: "PORT", variable: "PORT", default: "\(number)",
            help: "the port to listen on; 0 is any that is free")
    }
    /// For the commands that take the port without a name too.
    static let portArgument = ArgumentDescription(name: "PORT", help: "the same as --port", isOptional: true)
    static let ipv6 = OptionDescription(
        flag: "ipv6", variable: "IPV6", help: "listen on ::1 where no host is given")
    static let unix = OptionDescription(
        "unix", placeholder: "PATH", variable: "UNIX_PATH", help: "listen on a Unix socket instead")
}

extension ServerOptions.Endpoint {
    /// Reads all four options. What is given on the command line counts before what the environment says; of equals,
    /// the Unix socket, except that options which exclude each other are an error.
    init(_ values: CommandValues, defaultPort: UInt16) throws(UsageError) {
        let portDescription = ServerOptions.port(default: defaultPort)
        let path = try values.value(of: ServerOptions.unix, as: .string)
        let prefersIPv6 = try values.required(ServerOptions.ipv6, as: .boolean)
        let host = try values.value(of: ServerOptions.host, as: .string) ?? (prefersIPv6 ? "::1" : "127.0.0.1")
        let portArgument = try values.value(of: ServerOptions.portArgument, as: .integer(in: 0...65535))
        let portOption = try values.required(portDescription, as: .integer(in: 0...65535))
        let port = portArgument ?? portOption

        let options = [ServerOptions.host, portDescription, ServerOptions.ipv6]
        var internet = options.first(where: values.isOnCommandLine).map { "--\($0.name)" }
        if portArgument != nil {
            if values.isOnCommandLine(portDescription) { throw .conflictingOptions("PORT", "--port") }
            internet = "PORT"
        }
        if let internet, values.isOnCommandLine(ServerOptions.unix) {
            throw .conflictingOptions("--\(ServerOptions.unix.name)", internet)
        }
        if let path, internet == nil {
            self = .unix(path: path)
        } else {
            self = .internet(host: host, port: UInt16(clamping: port))
        }
    }
}

extension ServerOptions.Endpoint: CustomStringConvertible {
    /// `127.0.0.1:9090`, `[::1]:9090` or `unix:/run/netius`.
    var description: String {
        switch self {
        case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
