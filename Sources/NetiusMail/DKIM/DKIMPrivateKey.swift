internal import Netius

/// The private key that a domain signs with: RSA of at least 1024 bits, or Ed25519.
///
/// Printing it does not show it; `pem` does.
public struct DKIMPrivateKey: Sendable, CustomStringConvertible {
    /// The fewest bits that a key of RSA may have (RFC 8301 section 3.2): 1024. Keys should have 2048.
    public static let minimumRSABits = 1024
    /// The most, beyond which nobody verifies: 8192.
    public static let maximumRSABits = 8192

    /// What kind of key to make.
    public enum Kind: Sendable, Hashable {
        /// RSA, which every verifier knows.
        case rsa(bits: Int)
        /// Ed25519 (RFC 8463), which few do: sign with RSA as well.
        case ed25519
    }

    private let object: PrivateKeyObject
    /// What signatures that it makes have in `a=`.
    public let algorithm: DKIMAlgorithm
    /// What is published of it, as in `p=`: a SubjectPublicKeyInfo of RSA, the 32 octets of Ed25519.
    let publicOctets: [UInt8]
    /// Not encrypted: PKCS#1 for RSA, PKCS#8 for Ed25519.
    public let pem: String

    /// Reads the first private key of a text (RFC 7468): PKCS#1 or PKCS#8, not encrypted.
    ///
    /// - Throws: `DKIMError.unusableKey`.
    public init(pem: [UInt8]) throws(DKIMError) {
        do throws(TLSConfigurationError) {
            let content = try PEMReader.privateKey(of: pem).content
            // Written anew: older programs left out the zero octet that keeps a number from being negative.
            let der = RSAPrivateKey(der: content)?.der ?? content
            guard let object = PrivateKeyObject(der: der) else {
                throw TLSConfigurationError("the private key in it cannot be read")
            }
            try self.init(object)
        } catch {
            throw .unusableKey(error.description)
        }
    }

    /// Reads the first private key of a text, as `init(pem:)` of its bytes does.
    public init(pem: String) throws(DKIMError) {
        try self.init(pem: Array(pem.utf8))
    }

    /// Makes a key that nobody has. For RSA this takes a part of a second, and more for many bits.
    ///
    /// - Throws: `DKIMError.unusableKey`, also for fewer bits than 1024 or more than 8192.
    public static func generate(_ kind: Kind = .rsa(bits: 2048)) throws(DKIMError) -> DKIMPrivateKey {
        do throws(TLSConfigurationError) {
            switch kind {
            case .ed25519: return try DKIMPrivateKey(.generate(.ed25519))
            case .rsa(let bits):
                try check(bits: bits)
                return try DKIMPrivateKey(.generate(.rsa(bits: UInt32(clamping: bits))))
            }
        } catch {
            throw .unusableKey(error.description)
        }
    }

    private init(_ object: PrivateKeyObject) throws(TLSConfigurationError) {
        guard let der = object.der else { throw TLSConfigurationError("the private key cannot be used") }
        if let octets = object.rawPublicKey {
            algorithm = .ed25519SHA256
            publicOctets = octets
            pem = PEMBlock(label: "PRIVATE KEY", content: der).text
        } else if let key = RSAPrivateKey(der: der) {
            try Self.check(bits: key.publicKey.bitCount)
            algorithm = .rsaSHA256
            publicOctets = key.publicKey.der
            pem = key.pem
        } else {
            throw TLSConfigurationError("the private key is neither of RSA nor of Ed25519")
        }
        self.object = object
    }

    private static func check(bits: Int) throws(TLSConfigurationError) {
        guard minimumRSABits...maximumRSABits ~= bits else {
            throw TLSConfigurationError(
                "a key of RSA has \(minimumRSABits) to \(maximumRSABits) bits here, not \(bits)")
        }
    }

    /// The signature of what a signature covers; nil where none can be made.
    func sign(_ octets: [UInt8]) -> [UInt8]? {
        switch algorithm {
        case .rsaSHA256: object.signature(of: octets)
        case .ed25519SHA256: SHA256Hasher.digest(of: octets).flatMap { object.signature(of: $0) }
        }
    }

    /// How many bits it has: 256 for Ed25519.
    public var bitCount: Int { algorithm == .ed25519SHA256 ? 256 : object.bits }

    /// The kind and size: `RSA 2048`, `Ed25519`.
    public var description: String { algorithm == .ed25519SHA256 ? "Ed25519" : "RSA \(bitCount)" }
}

extension DKIMPrivateKey: CustomDebugStringConvertible, CustomReflectable {
    /// As `description`.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
