#if canImport(CCrypt)
    internal import CCrypt
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A password as a password file keeps it: in a form of crypt(3)'s that is slow enough to be worth guessing little.
package struct PasswordHash: Sendable, Equatable, HiddenSecret {
    /// The forms that are accepted.
    enum Method: Sendable, Hashable, CaseIterable {
        /// `$2y$`, also `$2a$` and `$2b$`: cost 4 to 17. Only the first 72 octets of a password count.
        case bcrypt
        /// `$5$`.
        case sha256
        /// `$6$`.
        case sha512
        /// `$y$`.
        case yescrypt
    }

    /// Why a form is not accepted.
    enum Refusal: Error, Hashable {
        /// The form named, which is too fast to compute.
        case weak(String)
        /// Neither plain passwords nor unknown forms are accepted.
        case unknown
        /// It begins like an accepted form, but is not one.
        case malformed
        /// So many rounds, or so high a cost, that one login would take minutes.
        case tooSlow
        /// The system does not know the form.
        case unsupported
    }

    /// The highest cost of bcrypt, as with htpasswd.
    static let maximumCost = 17
    /// The most rounds of SHA-256 and SHA-512: seconds.
    static let maximumRounds = 5_000_000

    let text: String
    let method: Method

    /// Reads a hash.
    init(_ text: String) throws(Refusal) {
        self.text = text
        method = try Self.method(of: text)
    }

    private static func method(of text: String) throws(Refusal) -> Method {
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].isEmpty else {
            if text.hasPrefix("{") { throw .weak("SHA-1 or another unsalted digest") }
            throw text.utf8.count == 13 && text.utf8.allSatisfy(\.isCryptDigit) ? .weak("DES") : .unknown
        }
        guard text.utf8.allSatisfy({ $0.isCryptDigit || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "=") }) else {
            throw .malformed
        }
        let rest = parts[2...].map { Array($0) }
        switch String(Substring(parts[1])) {
        case "2a", "2b", "2y": return try bcrypt(rest)
        case "5": return try sha(.sha256, rest, length: 43)
        case "6": return try sha(.sha512, rest, length: 86)
        case "y":
            guard rest.count == 3, !rest[0].isEmpty, rest[2].count == 43 else { throw .malformed }
            return .yescrypt
        case "apr1": throw .weak("Apache's MD5 ($apr1$)")
        case "1": throw .weak("MD5 ($1$)")
        default: throw .unknown
        }
    }

    /// `cost "$" salt-and-hash`
    private static func bcrypt(_ parts: [[UInt8]]) throws(Refusal) -> Method {
        guard parts.count == 2, parts[0].count == 2, parts[1].count == 53,
            let cost = Int(String(decoding: parts[0], as: UTF8.self)), cost >= 4
        else { throw .malformed }
        guard cost <= maximumCost else { throw .tooSlow }
        return .bcrypt
    }

    /// `[ "rounds=" number "$" ] salt "$" hash`
    private static func sha(_ method: Method, _ parts: [[UInt8]], length: Int) throws(Refusal) -> Method {
        var parts = parts[...]
        if let first = parts.first, first.starts(with: "rounds=".utf8) {
            let digits = String(decoding: first.dropFirst(7), as: UTF8.self)
            guard digits.utf8.allSatisfy(\.isDigit), let rounds = Int(digits), rounds >= 1000 else { throw .malformed }
            guard rounds <= maximumRounds else { throw .tooSlow }
            parts = parts.dropFirst()
        }
        guard parts.count == 2, let salt = parts.first, let hash = parts.last, salt.count <= 16, hash.count == length
        else { throw .malformed }
        return method
    }
}

extension PasswordHash {
    /// Whether the system computes this form.
    var isSupported: Bool { Self.crypt([], text) != nil }

    /// What makes it slow: the cost, the rounds where they are named, yescrypt's numbers.
    var cost: String {
        let cost = text.split(separator: "$").dropFirst().first ?? ""
        return switch method {
        case .bcrypt, .yescrypt: String(cost)
        case .sha256, .sha512: cost.hasPrefix("rounds=") ? String(cost) : ""
        }
    }

    /// Whether the hash is that of the password. It takes milliseconds to seconds.
    func matches(_ password: Span<UInt8>) -> Bool {
        // crypt(3) would take what is before a zero for all of it.
        guard !password.indices.contains(where: { password[$0] == 0 }),
            let computed = Self.crypt(password.map { CChar(bitPattern: $0) }, text)
        else { return false }
        let expected = Array(text.utf8)
        guard computed.count == expected.count else { return false }
        var difference: UInt8 = 0
        for index in expected.indices { difference |= computed[index] ^ expected[index] }
        return difference == 0
    }

    /// crypt(3); nil where the system does not know the setting.
    private static func crypt(_ password: [CChar], _ setting: String) -> [UInt8]? {
        #if canImport(CCrypt)
            // Safe: the memory is this call's own, the strings end with a zero and outlive it, and so does its result.
            let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
            unsafe data.initialize(to: crypt_data())
            defer {
                // It holds what the password was made of.
                unsafe explicit_bzero(data, MemoryLayout<crypt_data>.size)
                unsafe data.deallocate()
            }
            guard let result = unsafe crypt_r(password + [0], setting, data) else { return nil }
            let text = unsafe String(cString: result)
            return text.hasPrefix("*") ? nil : Array(text.utf8)
        #else
            return nil
        #endif
    }
}

extension UInt8 {
    /// `./0-9A-Za-z`, and what stands for a password in no form.
    fileprivate var isCryptDigit: Bool { isDigit || isLetter || self == UInt8(ascii: ".") || self == UInt8(ascii: "/") }
}

extension Span where Element == UInt8 {
    fileprivate func map<Value>(_ transform: (UInt8) -> Value) -> [Value] { indices.map { transform(self[$0]) } }
}

extension PasswordHash.Refusal: CustomStringConvertible {
    /// What is wrong with the hash and what to do, as it follows "the password".
    var description: String {
        let remedy = "set it anew with 'htpasswd -B'"
        return switch self {
        case .weak(let name): "is hashed with \(name), which is too weak: \(remedy)"
        case .unknown: "is not hashed, or in an unknown form: \(remedy)"
        case .malformed: "has a hash that is not complete: \(remedy)"
        case .tooSlow: "has a hash that would take too long to check: \(remedy)"
        case .unsupported: "has a hash that this system's crypt(3) or OpenSSL does not compute: \(remedy)"
        }
    }
}
