internal import COpenSSL

/// A password as one digest, with or without a salt behind the password: what netius wrote of old. It takes no time to
/// guess, so a password file has it only where that is asked for.
///
/// ```
/// <type>:<salt>:<digest>        digest(password, salt)
/// <type>:<digest>               digest(password)
/// ```
///
/// Salt and digest are hexadecimal digits.
package struct PasswordDigest: Sendable, Equatable, HiddenSecret {
    /// The digests, by the names that they have in such a text.
    enum Algorithm: String, Sendable, CaseIterable {
        case md5, sha1, sha224, sha256, sha384, sha512
        case sha512Cut224 = "sha512_224"
        case sha512Cut256 = "sha512_256"
        case sha3Of224 = "sha3_224"
        case sha3Of256 = "sha3_256"
        case sha3Of384 = "sha3_384"
        case sha3Of512 = "sha3_512"
        case blake2b, blake2s, ripemd160, sm3

        /// The name that OpenSSL knows.
        fileprivate var name: String {
            switch self {
            case .blake2b: "BLAKE2b512"
            case .blake2s: "BLAKE2s256"
            case .sha512Cut224, .sha512Cut256, .sha3Of224, .sha3Of256, .sha3Of384, .sha3Of512:
                rawValue.replacing("_", with: "-")
            default: rawValue
            }
        }

        /// How many octets the digest has.
        var length: Int {
            switch self {
            case .md5: 16
            case .sha1, .ripemd160: 20
            case .sha224, .sha512Cut224, .sha3Of224: 28
            case .sha256, .sha512Cut256, .sha3Of256, .blake2s, .sm3: 32
            case .sha384, .sha3Of384: 48
            case .sha512, .sha3Of512, .blake2b: 64
            }
        }

        /// The digest of the octets; nil where OpenSSL is set up not to make it, as MD5 under FIPS.
        fileprivate func digest(of octets: [UInt8]) -> [UInt8]? {
            defer { OpenSSLReason.clear() }
            // Nobody else has it.
            guard let function = unsafe EVP_MD_fetch(nil, name, nil) else { return nil }
            defer { unsafe EVP_MD_free(function) }
            guard Int(unsafe EVP_MD_get_size(function)) == length else { return nil }
            var digest = [UInt8](repeating: 0, count: length)
            // It writes as many octets as the digest has.
            return unsafe EVP_Digest(octets, octets.count, &digest, nil, function, nil) == 1 ? digest : nil
        }
    }

    let algorithm: Algorithm
    let salt: [UInt8]
    let digest: [UInt8]

    /// Reads the parts of a text; those behind the digest do not count.
    init(_ parts: [Substring]) throws(PasswordHash.Refusal) {
        guard let algorithm = parts.first.flatMap({ Algorithm(rawValue: $0.lowercased()) }) else { throw .unknown }
        self.algorithm = algorithm
        let values = parts.dropFirst().prefix(2).map { [UInt8](hexadecimalText: $0.utf8) }
        if values.count == 2, let salt = values[0], let digest = values[1], digest.count == algorithm.length {
            self.salt = salt
            self.digest = digest
        } else if let digest = values.first ?? nil, digest.count == algorithm.length {
            salt = []
            self.digest = digest
        } else {
            throw .malformed
        }
    }

    /// The digest of a password; nil where OpenSSL is set up not to make it.
    init?(_ password: [UInt8], _ algorithm: Algorithm, salt: [UInt8]) {
        guard let digest = algorithm.digest(of: password + salt) else { return nil }
        self.algorithm = algorithm
        self.salt = salt
        self.digest = digest
    }

    /// Whether OpenSSL makes the digest.
    var isSupported: Bool { algorithm.digest(of: []) != nil }

    /// Whether it is the digest of the password.
    func matches(_ password: [UInt8]) -> Bool {
        algorithm.digest(of: password + salt)?.isEqualInConstantTime(to: digest) ?? false
    }
}

extension PasswordDigest {
    /// The text to keep.
    var text: String {
        let salt = salt.isEmpty ? "" : "\(salt.hexadecimalText().lowercased()):"
        return "\(algorithm.rawValue):\(salt)\(digest.hexadecimalText().lowercased())"
    }
}
