internal import Netius

/// Credentials as the Basic scheme sends them (RFC 7617 section 2).
extension PasswordCredentials {
    /// What an Authorization field says.
    enum Reading {
        /// Nothing, or something in another scheme.
        case none
        /// What no client should send: not Base64, no colon, control characters, not UTF-8, too long, or two fields.
        case malformed
        case credentials(PasswordCredentials)
    }

    /// Reads the fields of a request.
    static func read(_ fields: HTTPFields) -> Reading {
        guard let storage = fields.storage, let index = storage.index(of: .authorization) else { return .none }
        guard storage.index(of: .authorization, from: index + 1) == nil else { return .malformed }
        let value = storage.entries[index].value
        let input = storage.bytes.span
        let scheme = value.lowerBound..<input.endOfToken(from: value.lowerBound, to: value.upperBound)
        guard input.equals("basic", in: scheme) else { return .none }
        var start = scheme.upperBound
        while start < value.upperBound, input[start] == .space { start += 1 }
        guard start > scheme.upperBound else { return .malformed }
        return PasswordCredentials(base64: input.extracting(start..<value.upperBound)).map(Reading.credentials)
            ?? .malformed
    }

    private init?(base64: Span<UInt8>) {
        let maximumLength = Self.maximumUserLength + 1 + Self.maximumPasswordLength
        guard base64.count <= (maximumLength + 2) / 3 * 4, let octets = Base64.decode(base64) else { return nil }
        self.init(octets)
    }
}
