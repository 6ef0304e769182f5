internal import COpenSSL

/// A password as a function derives it that is slow by design, in a text of our own with colons:
///
/// ```
/// pbkdf2-sha256:<iterations>:<salt>:<key>      RFC 8018 section 5.2, with HMAC-SHA-256
/// scrypt:<N>:<r>:<p>:<salt>:<key>              RFC 7914
/// ```
///
/// Salt and key are hexadecimal digits.
package struct PasswordDerivation: Sendable, Equatable, HiddenSecret {
    /// The function, with what makes it slow.
    enum Function: Sendable, Hashable {
        case pbkdf2(iterations: Int)
        /// The cost N, a power of two; the block size r; the parallelization p.
        case scrypt(cost: Int, blockSize: Int, parallelization: Int)
    }

    /// How many iterations of PBKDF2 a new password gets: 600 000.
    static let iterations = 600_000
    /// The fewest that a password file may have.
    static let minimumIterations = 100_000
    /// The most: seconds.
    static let maximumIterations = 20_000_000
    /// What a new password gets of scrypt: 32 MiB, three times over.
    static let scrypt = Function.scrypt(cost: 1 << 15, blockSize: 8, parallelization: 3)
    /// The least product of scrypt's three that a password file may have.
    static let minimumScryptWork = 1 << 17
    /// The most.
    static let maximumScryptWork = 1 << 24
    /// The most memory that scrypt may take: 256 MiB.
    static let maximumMemory = 256 << 20
    /// The octets of a new salt.
    static let saltLength = 16

    let function: Function
    let salt: [UInt8]
    let key: [UInt8]

    /// The number of parts that a form has, its name included; nil for what is not the name of one.
    static func partCount(_ name: some StringProtocol) -> Int? {
        switch name {
        case "pbkdf2-sha256": 4
        case "scrypt": 6
        default: nil
        }
    }

    /// Reads the parts of a text, as many as `partCount` says.
    init(_ parts: [Substring]) throws(PasswordHash.Refusal) {
        guard parts.count >= 4, let salt = [UInt8](hexadecimalText: parts[parts.count - 2].utf8),
            let key = [UInt8](hexadecimalText: parts[parts.count - 1].utf8),
            8...64 ~= salt.count, 16...64 ~= key.count
        else { throw .malformed }
        self.salt = salt
        self.key = key
        let numbers = parts[1..<parts.count - 2].compactMap { text in
            text.utf8.allSatisfy(\.isDigit) && text.utf8.count <= 10 ? Int(text) : nil
        }
        if parts[0] == "pbkdf2-sha256", numbers.count == 1, numbers[0] > 0 {
            guard numbers[0] <= Self.maximumIterations else { throw .tooSlow }
            function = .pbkdf2(iterations: numbers[0])
        } else if parts[0] == "scrypt", numbers.count == 3, numbers[0] > 1, numbers[0].nonzeroBitCount == 1,
            1...1024 ~= numbers[1], 1...1024 ~= numbers[2]
        {
            guard numbers[0] * numbers[1] * 128 <= Self.maximumMemory,
                numbers[0] * numbers[1] * numbers[2] <= Self.maximumScryptWork
            else { throw .tooSlow }
            function = .scrypt(cost: numbers[0], blockSize: numbers[1], parallelization: numbers[2])
        } else {
            throw .malformed
        }
    }

    /// Derives a new one from a password, with a salt that nobody knows; nil where OpenSSL is set up not to.
    init?(_ password: [UInt8], _ function: Function) {
        var random = SystemRandomNumberGenerator()
        salt = (0..<Self.saltLength).map { _ in random.next() }
        self.function = function
        guard let key = Self.derive(password, salt, function, count: 32) else { return nil }
        self.key = key
    }

    /// What keeps it from being slow enough for a password file; nil where nothing does.
    var weakness: String? {
        switch function {
        case .pbkdf2(let iterations) where iterations < Self.minimumIterations: "\(iterations) iterations of PBKDF2"
        case .scrypt(let cost, let size, let count) where cost * size * count < Self.minimumScryptWork:
            "scrypt of little cost"
        default: nil
        }
    }

    /// Whether it is derived from the password.
    func matches(_ password: [UInt8]) -> Bool {
        Self.derive(password, salt, function, count: key.count)?.isEqualInConstantTime(to: key) ?? false
    }

    /// Whether OpenSSL computes the function, with these numbers. It takes no time.
    var isSupported: Bool {
        switch function {
        case .pbkdf2: return Self.derive([], salt, .pbkdf2(iterations: 1), count: key.count) != nil
        case .scrypt(let cost, let size, let parallelization):
            defer { OpenSSLReason.clear() }
            // Without room for a key only the numbers are checked.
            return unsafe EVP_PBE_scrypt(
                "", 0, salt, salt.count, UInt64(cost), UInt64(size), UInt64(parallelization), Self.memory, nil,
                key.count) == 1
        }
    }

    /// What OpenSSL may take: some more than scrypt's blocks, for what it keeps beside them.
    private static let memory = UInt64(maximumMemory + 4 << 20)

    private static func derive(
        _ password: [UInt8], _ salt: [UInt8], _ function: Function, count: Int
    ) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: count)
        // Safe: both are read, and as many octets written as there is room for, during the call only.
        let isDerived = unsafe password.withUnsafeBytes { password in
            let octets = unsafe password.assumingMemoryBound(to: CChar.self)
            switch function {
            case .pbkdf2(let iterations):
                return unsafe PKCS5_PBKDF2_HMAC(
                    octets.baseAddress, Int32(clamping: octets.count), salt, Int32(clamping: salt.count),
                    Int32(clamping: iterations), EVP_sha256(), Int32(clamping: count), &key)
            case .scrypt(let cost, let size, let parallelization):
                return unsafe EVP_PBE_scrypt(
                    octets.baseAddress, octets.count, salt, salt.count, UInt64(cost), UInt64(size),
                    UInt64(parallelization), memory, &key, count)
            }
        }
        OpenSSLReason.clear()
        return isDerived == 1 ? key : nil
    }
}

extension PasswordDerivation {
    /// The text to keep.
    var text: String {
        let name =
            switch function {
            case .pbkdf2(let iterations): "pbkdf2-sha256:\(iterations)"
            case .scrypt(let cost, let size, let parallelization): "scrypt:\(cost):\(size):\(parallelization)"
            }
        return "\(name):\(salt.hexadecimalText().lowercased()):\(key.hexadecimalText().lowercased())"
    }
}
