internal import COpenSSL

/// Who one side of a connection is: a certificate with those that vouch for it, and its private key.
///
/// The chain begins with the certificate of the key; each certificate is signed by the one that follows (RFC 8446 section
/// 4.4.2). A chain in another order is refused rather than put right, since what is wrong with it may be more than that.
/// The root need not be in it: whoever verifies the chain has it.
public struct TLSIdentity: Sendable {
    /// The most certificates that a chain may have: 10.
    public static let maximumChainLength = 10

    /// The certificate of the key, then whoever signed it, and so on.
    public let chain: [TLSCertificate]
    /// The key of the first certificate.
    public let privateKey: TLSPrivateKey
    /// Where it was read from; nil where it was not read from files.
    let source: TLSIdentitySource?

    /// Joins a chain and its key.
    ///
    /// - Throws: `TLSConfigurationError` where there is no certificate, the key is not that of the first one, or the
    ///   chain is out of order or too long. It does not matter here whether they are valid now: see `check(at:)`.
    public init(chain: [TLSCertificate], privateKey: TLSPrivateKey) throws(TLSConfigurationError) {
        try self.init(chain: chain, privateKey: privateKey, source: nil)
    }

    init(
        chain: [TLSCertificate], privateKey: TLSPrivateKey, source: TLSIdentitySource?
    ) throws(TLSConfigurationError) {
        try Self.check(chain, privateKey)
        self.chain = chain
        self.privateKey = privateKey
        self.source = source
    }

    /// Reads a chain and its key from texts (RFC 7468).
    ///
    /// - Parameters:
    ///   - certificatePEM: The certificate of the key, then whoever signed it, and so on.
    ///   - keyPEM: The key.
    ///   - passphrase: What the key is encrypted with, if it is.
    /// - Throws: `TLSConfigurationError`.
    public init(certificatePEM: String, keyPEM: String, passphrase: String? = nil) throws(TLSConfigurationError) {
        let chain = try TLSCertificate.certificates(pem: certificatePEM)
        try self.init(chain: chain, privateKey: TLSPrivateKey(pem: keyPEM, passphrase: passphrase))
    }

    /// The certificate of the key.
    public var certificate: TLSCertificate { chain[0] }

    private static func check(_ chain: [TLSCertificate], _ key: TLSPrivateKey) throws(TLSConfigurationError) {
        guard let first = chain.first else { throw TLSConfigurationError("there is no certificate") }
        guard chain.count <= maximumChainLength else {
            throw TLSConfigurationError("the chain has more than \(maximumChainLength) certificates")
        }
        guard key.object.matches(first.object) else {
            throw TLSConfigurationError("the key does not match the certificate \(first.subject.quoted)")
        }
        for (index, (certificate, issuer)) in zip(chain, chain.dropFirst()).enumerated() {
            guard certificate.object.isSigned(by: issuer.object) else {
                throw TLSConfigurationError(
                    "the chain is out of order: certificate \(index + 1), \(certificate.subject.quoted), is not signed "
                        + "by certificate \(index + 2), \(issuer.subject.quoted)")
            }
        }
    }

    /// Checks that every certificate of the chain is valid at a moment.
    ///
    /// - Throws: `TLSConfigurationError` that tells since when, or until when, one is not.
    public func check(at time: Timestamp = .now) throws(TLSConfigurationError) {
        for certificate in chain {
            let name = "the certificate \(certificate.subject.quoted)"
            if time.seconds < certificate.notBefore.seconds {
                throw inFile(TLSConfigurationError("\(name) is not valid before \(certificate.notBefore)"))
            }
            if time.seconds > certificate.notAfter.seconds {
                throw inFile(TLSConfigurationError("\(name) expired on \(certificate.notAfter)"))
            }
        }
    }

    private func inFile(_ error: TLSConfigurationError) -> TLSConfigurationError {
        source.map { error.of($0.certificateFile) } ?? error
    }
}

extension TLSIdentity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The subject and the fingerprint of the first certificate.
    public var description: String { "\(certificate.subject) (SHA-256 \(certificate.fingerprint))" }

    /// As `description`.
    public var debugDescription: String { description }

    /// Shows the chain: neither the key nor its passphrase.
    public var customMirror: Mirror { Mirror(self, children: ["chain": chain.map(\.subject)]) }
}
