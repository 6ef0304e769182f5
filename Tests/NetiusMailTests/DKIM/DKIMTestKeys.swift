import Netius
import TestSupport

@testable import NetiusMail

/// Keys, and what tests do with them.
enum DKIMTestKeys {
    static let rsa = Result { try DKIMPrivateKey.generate() }
    static let ed25519 = Result { try DKIMPrivateKey.generate(.ed25519) }

    static func key(_ algorithm: DKIMAlgorithm) throws -> DKIMPrivateKey {
        try (algorithm == .rsaSHA256 ? rsa : ed25519).get()
    }

    /// A signer for example.com with the selector `s`.
    static func signer(
        _ algorithm: DKIMAlgorithm = .ed25519SHA256, _ configuration: DKIMSigner.Configuration = .init()
    ) throws -> DKIMSigner {
        try DKIMSigner(domain: "example.com", selector: "s", key: key(algorithm), configuration: configuration)
    }

    /// The message with its signature before it.
    static func signed(
        _ message: String, _ algorithm: DKIMAlgorithm = .ed25519SHA256,
        _ configuration: DKIMSigner.Configuration = .init(), at time: Timestamp = .now
    ) throws -> [UInt8] {
        try signer(algorithm, configuration).sign(octets(message), at: time) + octets(message)
    }

    /// The one result of a message, with these texts for the key.
    static func verify(
        _ message: [UInt8], records: [String], at time: Timestamp = .now
    ) async throws -> DKIMVerification? {
        let verifier = DKIMVerifier(lookup: { _ in records.map(octets) })
        let results = try await verifier.verify(message, at: time)
        return results.count == 1 ? results[0] : nil
    }

    /// The one result of a message that one of the keys has signed.
    static func verify(
        _ message: [UInt8], _ algorithm: DKIMAlgorithm = .ed25519SHA256, at time: Timestamp = .now
    ) async throws -> DKIMVerification? {
        try await verify(message, records: [key(algorithm).record], at: time)
    }
}
