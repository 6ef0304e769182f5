/// A user's name and password, as a client says them.
package struct PasswordCredentials: HiddenSecret {
    /// The most octets of a user's name.
    package static let maximumUserLength = 255
    /// The most octets of a password: what crypt(3) takes.
    package static let maximumPasswordLength = 511

    /// The name, a colon and the password: one text for each pair, as no colon can be in a name.
    package let octets: [UInt8]
    private let colon: Int

    /// Where the name is.
    package var userRange: Range<Int> { 0..<colon }
    /// Where the password is.
    package var passwordRange: Range<Int> { colon + 1..<octets.count }
    /// The name.
    package var user: String { String(decoding: octets[userRange], as: UTF8.self) }
    /// The password.
    package var password: String { String(decoding: octets[passwordRange], as: UTF8.self) }

    /// Takes a name, a colon and a password; nil for anything else.
    package init?(_ octets: [UInt8]) {
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")), colon <= Self.maximumUserLength,
            octets.count - colon - 1 <= Self.maximumPasswordLength,
            octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            String(validating: octets, as: UTF8.self) != nil
        else { return nil }
        self.octets = octets
        self.colon = colon
    }
}
