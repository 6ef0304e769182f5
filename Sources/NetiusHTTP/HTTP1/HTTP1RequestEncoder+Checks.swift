extension HTTP1RequestEncoder {
    /// Whether the parts go together, each is well-formed and none could end the line it is written on.
    static func check(
        _ method: HTTPRequest.Method, _ target: Target, _ authority: String, _ framing: Framing
    ) throws(HTTP1EncodingError) {
        if case .length(let length) = framing, length < 0 { throw .invalidLength }
        let isConnect = method == .connect
        let host = authority.utf8.span
        guard HTTPAuthority.isValid(host, 0..<host.count, portIsRequired: isConnect) else { throw .invalidAuthority }
        switch target {
        case .origin(let path):
            guard !isConnect, isPath(path) else { throw .invalidTarget }
        case .absolute(let scheme, let path):
            guard !isConnect, scheme == "http" || scheme == "https", isPath(path) || path.isEmpty && method == .options
            else { throw .invalidTarget }
        case .authority:
            guard isConnect else { throw .invalidTarget }
        case .asterisk:
            guard method == .options else { throw .invalidTarget }
        }
        // RFC 9110 §9.3.6 and §9.3.8.
        guard framing == .none || !isConnect && method != .trace else { throw .contentNotAllowed }
    }

    /// `absolute-path [ "?" query ]`: a slash, then visible ASCII characters and no fragment. Beyond that a path is as
    /// the user has written it.
    private static func isPath(_ path: String) -> Bool {
        let octets = path.utf8.span
        guard !octets.isEmpty, octets[0] == UInt8(ascii: "/") else { return false }
        return octets.endOfTarget(from: 0, to: octets.count) == octets.count
    }
}
