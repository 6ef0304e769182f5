extension HTTPURL: CustomStringConvertible {
    /// The URL for people to read: as ``absoluteString``, but with `***` for the password.
    public var description: String {
        text(password: password.map { _ in "***" })
    }

    /// The whole URL, password and fragment too, in the form that `init(parsing:)` makes the same URL of. A port that
    /// is the scheme's own is left out.
    public var absoluteString: String {
        text(password: password.map(PercentEncoding.encode))
    }

    private func text(password: String?) -> String {
        var information = user.map(PercentEncoding.encode) ?? ""
        if let password { information += ":" + password }
        if user != nil { information += "@" }
        var text = Self.prefix(
            scheme: scheme, host: host, zone: zone, port: port, socketPath: socketPath, userInformation: information)
        text += path
        if let fragment { text += "#" + fragment }
        return text
    }

    /// What is before the path.
    static func prefix(
        scheme: Scheme, host: String, zone: String?, port: UInt16, socketPath: String?, userInformation: String
    ) -> String {
        if let socketPath {
            return "\(scheme.rawValue)+unix://\(userInformation)\(PercentEncoding.encode(socketPath))"
        }
        var text = "\(scheme.rawValue)://\(userInformation)"
        if host.utf8.contains(UInt8(ascii: ":")) {
            text += "[" + host
            if let zone { text += "%25" + zone }
            text += "]"
        } else {
            text += host
        }
        return port == scheme.defaultPort ? text : "\(text):\(port)"
    }
}
