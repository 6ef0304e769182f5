extension TLSPrivateKey {
    private static let labels = ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]

    /// Reads the first key of a text (RFC 7468). What else is in the text is passed over.
    ///
    /// - Parameters:
    ///   - pem: The text, with a key in PKCS#8, PKCS#1 or SEC 1.
    ///   - passphrase: What the key is encrypted with, if it is: as PKCS#8, or as of old with `Proc-Type`.
    /// - Throws: `TLSConfigurationError`, also where there is no key, or the passphrase is missing or wrong.
    public init(pem: [UInt8], passphrase: String? = nil) throws(TLSConfigurationError) {
        guard let block = try PEMReader.blocks(of: pem).first(where: { Self.labels.contains($0.label) }) else {
            throw TLSConfigurationError("there is no private key in it")
        }
        if let encrypted = EncryptedPrivateKey(block) {
            try self.init(encrypted.decrypt(passphrase))
        } else if let object = PrivateKeyObject(der: block.content) {
            try self.init(object)
        } else {
            throw TLSConfigurationError("the private key in it cannot be read")
        }
    }

    /// Reads the first key of a text, as `init(pem:passphrase:)` of its bytes does.
    public init(pem: String, passphrase: String? = nil) throws(TLSConfigurationError) {
        try self.init(pem: Array(pem.utf8), passphrase: passphrase)
    }

    /// Reads the key of a file of at most 1 MiB: text (RFC 7468) or DER. This waits for a disk.
    ///
    /// - Throws: `TLSConfigurationError`, which names the file.
    public init(file path: String, passphrase: String? = nil) throws(TLSConfigurationError) {
        try self.init(in: CertificateFile(path: path), passphrase: passphrase)
    }

    init(in file: CertificateFile, passphrase: String?) throws(TLSConfigurationError) {
        self = try file.reading { (content) throws(TLSConfigurationError) in
            if let object = try Self.object(der: content, passphrase) { return try TLSPrivateKey(object) }
            return try TLSPrivateKey(pem: content, passphrase: passphrase)
        }
    }

    /// As text (PKCS#8, RFC 7468), not encrypted.
    public var pem: String { PEMBlock(label: "PRIVATE KEY", content: der).text }
}
