internal import Netius

/// A user's name and password, as the Basic scheme sends them (RFC 7617 section 2).
struct BasicCredentials {
    /// The most octets of a user's name.
    static let maximumUserLength = 255
    /// The most octets of a password: what crypt(3) takes.
    static let maximumPasswordLength = 511

    /// What an Authorization field says.
    enum Reading {
        /// Nothing, or something in another scheme.
        case none
        /// What no client should send: not Base64, no colon, control characters, not UTF-8, too long, or two fields.
        case malformed
        case credentials(BasicCredentials)
    }

    /// The name, a colon and the password: one text for each pair, as no colon can be in a name.
    let octets: [UInt8]
    private let colon: Int

    /// Where the name is.
    var userRange: Range<Int> { 0..<colon }
    /// Where the password is.
    var passwordRange: Range<Int> { colon + 1..<octets.count }
    /// The name.
    var user: String { String(decoding: octets[userRange], as: UTF8.self) }
    /// The password.
    var password: String { String(decoding: octets[passwordRange], as: UTF8.self) }

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
        return BasicCredentials(base64: input.extracting(start..<value.upperBound)).map(Reading.credentials)
            ?? .malformed
    }

    private init?(base64: Span<UInt8>) {
        let maximumLength = Self.maximumUserLength + 1 + Self.maximumPasswordLength
        guard base64.count <= (maximumLength + 2) / 3 * 4, let octets = Base64.decode(base64) else { return nil }
        self.init(octets)
    }

    /// Takes a name, a colon and a password; nil for anything else.
    init?(_ octets: [UInt8]) {
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")), colon <= Self.maximumUserLength,
            octets.count - colon - 1 <= Self.maximumPasswordLength,
            octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            String(validating: octets, as: UTF8.self) != nil
        else { return nil }
        self.octets = octets
        self.colon = colon
    }
}
