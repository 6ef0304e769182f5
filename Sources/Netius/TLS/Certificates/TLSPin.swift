/// A certificate, or a key, that a peer must have: a SHA-256 digest, however trustworthy others are.
///
/// It is written as other programs write it:
///
/// - `AB:CD:...` or `abcd...`, 64 hexadecimal digits: of the certificate, as `openssl x509 -fingerprint -sha256` prints it;
/// - `sha256:abcd...`: the same;
/// - `sha256/BASE64`, or `sha256//BASE64` as curl's `--pinnedpubkey` has it: of the public key (RFC 7469 section 2.4),
///   which stays the same when the certificate is renewed with its key.
public struct TLSPin: Sendable, Hashable, LosslessStringConvertible {
    /// What the digest is of.
    public enum Subject: Sendable, Hashable {
        case certificate
        /// The SubjectPublicKeyInfo.
        case publicKey
    }

    /// What the digest is of.
    public let subject: Subject
    /// The SHA-256 digest, 32 octets.
    public let sha256: [UInt8]

    /// A pin of a digest.
    ///
    /// - Throws: `TLSConfigurationError` where there are not 32 octets.
    public init(_ subject: Subject, sha256: [UInt8]) throws(TLSConfigurationError) {
        guard sha256.count == 32 else {
            throw TLSConfigurationError("a SHA-256 digest has 32 octets, and this one \(sha256.count)")
        }
        self.subject = subject
        self.sha256 = sha256
    }

    /// The pin of a certificate, or of its key.
    public init(_ subject: Subject, of certificate: TLSCertificate) {
        self.subject = subject
        sha256 = Self.digest(of: subject, in: certificate)
    }

    /// Reads a pin.
    ///
    /// - Throws: `TLSConfigurationError` where it is none.
    public init(parsing text: String) throws(TLSConfigurationError) {
        let (subject, digest) = Self.parse(Array(text.utf8))
        guard let digest, digest.count == 32 else {
            throw TLSConfigurationError(
                "\(text.quoted) is not a pin: expected 64 hexadecimal digits, or sha256/ and a digest in Base64")
        }
        self.subject = subject
        sha256 = digest
    }

    /// Reads a pin; nil where it is none.
    public init?(_ description: String) {
        guard let pin = try? TLSPin(parsing: description) else { return nil }
        self = pin
    }

    /// `sha256:AB:CD:...` for a certificate, `sha256/BASE64` for a key.
    public var description: String {
        switch subject {
        case .certificate: "sha256:\(sha256.hexadecimalText(separator: UInt8(ascii: ":")))"
        case .publicKey: "sha256/\(OpenSSLCoding.base64(sha256))"
        }
    }

    /// Whether the certificate, or its key, is the one that is pinned.
    public func matches(_ certificate: TLSCertificate) -> Bool {
        // What could not be digested is nothing, which is no more like another nothing than like anything else.
        sha256.count == 32 && Self.digest(of: subject, in: certificate) == sha256
    }

    private static func digest(of subject: Subject, in certificate: TLSCertificate) -> [UInt8] {
        switch subject {
        case .certificate: certificate.sha256Fingerprint
        case .publicKey: certificate.publicKeySHA256
        }
    }

    private static func parse(_ text: [UInt8]) -> (Subject, [UInt8]?) {
        let prefix = String(decoding: text.prefix(7), as: UTF8.self).lowercased()
        if prefix == "sha256/" {
            // A digest may begin with a slash itself: only where there is one too many is it curl's second.
            let rest = Array(text.dropFirst(7))
            let octets = OpenSSLCoding.octets(ofBase64: rest)
            let isCurls = octets == nil && rest.first == UInt8(ascii: "/")
            return (.publicKey, isCurls ? OpenSSLCoding.octets(ofBase64: Array(rest.dropFirst())) : octets)
        }
        return (.certificate, hexadecimal(prefix == "sha256:" ? text.dropFirst(7) : text[...]))
    }

    /// Digits in pairs, with a colon after each pair but the last, or after none.
    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let pairs = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard pairs.count > 1 else { return [UInt8](hexadecimalText: text) }
        guard pairs.allSatisfy({ $0.count == 2 }) else { return nil }
        return [UInt8](hexadecimalText: pairs.joined().map { $0 })
    }
}
