/// A password as it is kept, in one of the forms that are known.
package enum StoredPassword: Sendable, Equatable {
    case hash(PasswordHash)
    case derivation(PasswordDerivation)
    case digest(PasswordDigest)
    case plain([UInt8])

    /// Reads a text, and what follows it behind a colon in the forms that are no plain password: that does not count.
    ///
    /// - Throws: `PasswordHash.Refusal` where the form is none of those that are accepted.
    init(_ text: String, accepting forms: PasswordForms) throws(PasswordHash.Refusal) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.first ?? ""
        if let count = PasswordDerivation.partCount(name.lowercased()) {
            guard parts.count >= count else { throw .malformed }
            let derivation = try PasswordDerivation([Substring(name.lowercased())] + parts[1..<count])
            if forms == .strong, let weakness = derivation.weakness { throw .weak(weakness) }
            self = .derivation(derivation)
        } else if parts.count > 1, let algorithm = PasswordDigest.Algorithm(rawValue: name.lowercased()) {
            guard forms >= .digests else { throw .weak("one digest (\(algorithm.rawValue))") }
            self = .digest(try PasswordDigest(parts))
        } else if forms == .plain, !name.hasPrefix("$"), !name.hasPrefix("{") {
            // What begins like a hash is one that is not accepted, and nobody's password.
            guard !text.isEmpty else { throw .unknown }
            self = .plain(Array(text.utf8))
        } else {
            self = .hash(try PasswordHash(String(name)))
        }
    }

    /// What a password is kept as unless told otherwise: PBKDF2 of 600 000 iterations, with a new salt. It takes a part
    /// of a second. Nil where OpenSSL is set up not to make it.
    package static func new(_ password: [UInt8]) -> StoredPassword? {
        PasswordDerivation(password, .pbkdf2(iterations: PasswordDerivation.iterations)).map { .derivation($0) }
    }

    /// The password in scrypt, with a new salt: 32 MiB and a part of a second. Nil where OpenSSL is set up not to.
    package static func scrypt(_ password: [UInt8]) -> StoredPassword? {
        PasswordDerivation(password, PasswordDerivation.scrypt).map { .derivation($0) }
    }

    /// The password as one digest; nil for a digest that nobody knows, or that OpenSSL is set up not to make.
    package static func digest(_ password: [UInt8], type: String, salt: [UInt8]) -> StoredPassword? {
        PasswordDigest.Algorithm(rawValue: type).flatMap { PasswordDigest(password, $0, salt: salt) }
            .map { .digest($0) }
    }

    /// The names of the digests.
    package static var digestTypes: [String] { PasswordDigest.Algorithm.allCases.map(\.rawValue) }

    /// Reads a text that is a password in whatever form; nil for what begins like a form and is none.
    package init?(reading text: String) {
        do {
            self = try StoredPassword(text, accepting: .plain)
        } catch {
            return nil
        }
    }

    /// The form of crypt(3), which not every system knows.
    var hash: PasswordHash? {
        if case .hash(let hash) = self { hash } else { nil }
    }

    /// Whether it is the password. It takes milliseconds to seconds, but for digests and plain ones; what is equal in a
    /// part takes no more time than what is not.
    package func matches(_ password: Span<UInt8>) -> Bool {
        let octets = password.indices.map { password[$0] }
        return switch self {
        case .hash(let hash): hash.matches(password)
        case .derivation(let derivation): derivation.matches(octets)
        case .digest(let digest): digest.matches(octets)
        case .plain(let plain): Self.areEqual(octets, plain)
        }
    }

    /// Compares digests, which are of one length whatever the passwords are.
    private static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard let first = OpenSSLCoding.sha256(first), let second = OpenSSLCoding.sha256(second) else { return false }
        return first.isEqualInConstantTime(to: second)
    }
}

extension StoredPassword: CustomStringConvertible {
    /// The text to keep.
    package var description: String {
        switch self {
        case .hash(let hash): hash.text
        case .derivation(let derivation): "\(derivation)"
        case .digest(let digest): "\(digest)"
        case .plain(let password): String(decoding: password, as: UTF8.self)
        }
    }
}
