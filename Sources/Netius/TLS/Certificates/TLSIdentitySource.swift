/// The files that an identity was read from.
struct TLSIdentitySource: Sendable {
    let certificateFile: String
    let keyFile: String
    let passphrase: String?
    /// What the system knew of the two when they were read.
    let statuses: [File.Status]

    /// Whether either is another file now, or has another size or time, or cannot be opened.
    var hasChanged: Bool {
        let now = [certificateFile, keyFile].map { try? File(path: $0).status }
        return now != statuses
    }
}

extension TLSIdentity {
    /// Reads a chain and its key from files, which waits for a disk. Both may be in one file.
    ///
    /// - Parameters:
    ///   - certificateFile: The certificate of the key, then whoever signed it, and so on: text (RFC 7468), or DER where
    ///     it is but one. At most 1 MiB.
    ///   - keyFile: The key: text or DER. At most 1 MiB.
    ///   - passphrase: What the key is encrypted with, if it is.
    /// - Throws: `TLSConfigurationError`, which names the file.
    public init(
        certificateFile: String, keyFile: String, passphrase: String? = nil
    ) throws(TLSConfigurationError) {
        let certificates = try CertificateFile(path: certificateFile)
        let chain = try TLSCertificate.certificates(in: certificates)
        let key = certificateFile == keyFile ? certificates : try CertificateFile(path: keyFile)
        let privateKey = try TLSPrivateKey(in: key, passphrase: passphrase)
        let source = TLSIdentitySource(
            certificateFile: certificateFile, keyFile: keyFile, passphrase: passphrase,
            statuses: [certificates.status, key.status])
        do {
            try self.init(chain: chain, privateKey: privateKey, source: source)
        } catch {
            throw certificateFile == keyFile ? error.of(keyFile) : error.of("\(certificateFile), \(keyFile)")
        }
    }

    /// The files that it was read from, the certificate's first; none where it was not read from files.
    public var files: [String] { source.map { [$0.certificateFile, $0.keyFile] } ?? [] }

    /// Whether one of the files it was read from is another now, has another size or time, or is gone. This waits for a
    /// disk. False where it was not read from files.
    public var filesHaveChanged: Bool { source?.hasChanged ?? false }

    /// What the files have in them now; itself where it was not read from files. This waits for a disk.
    ///
    /// - Throws: `TLSConfigurationError`, which names the file.
    public func reloaded() throws(TLSConfigurationError) -> TLSIdentity {
        guard let source else { return self }
        return try TLSIdentity(
            certificateFile: source.certificateFile, keyFile: source.keyFile, passphrase: source.passphrase)
    }
}
