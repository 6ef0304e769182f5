internal import COpenSSL

extension TLSCertificate {
    /// Reads the certificates of a text (RFC 7468), in order. What else is in the text is passed over.
    ///
    /// - Throws: `TLSConfigurationError`, also where there is none.
    public static func certificates(pem: [UInt8]) throws(TLSConfigurationError) -> [TLSCertificate] {
        var certificates: [TLSCertificate] = []
        for block in try PEMReader.blocks(of: pem)
        where block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE" {
            do {
                certificates.append(try TLSCertificate(der: block.content))
            } catch {
                throw TLSConfigurationError("certificate \(certificates.count + 1) in it cannot be read")
            }
        }
        guard !certificates.isEmpty else { throw TLSConfigurationError("there is no certificate in it") }
        return certificates
    }

    /// Reads the certificates of a text (RFC 7468), in order. What else is in the text is passed over.
    ///
    /// - Throws: `TLSConfigurationError`, also where there is none.
    public static func certificates(pem: String) throws(TLSConfigurationError) -> [TLSCertificate] {
        try certificates(pem: Array(pem.utf8))
    }

    /// Reads the certificates of a file of at most 1 MiB: text (RFC 7468), or one certificate in DER. This waits for a
    /// disk.
    ///
    /// - Throws: `TLSConfigurationError`, which names the file.
    public static func certificates(file path: String) throws(TLSConfigurationError) -> [TLSCertificate] {
        try certificates(in: CertificateFile(path: path))
    }

    static func certificates(in file: CertificateFile) throws(TLSConfigurationError) -> [TLSCertificate] {
        try file.reading { (content) throws(TLSConfigurationError) in
            if let object = X509Object(der: content) { return [try TLSCertificate(object, der: content)] }
            return try certificates(pem: content)
        }
    }

    /// As text (RFC 7468).
    public var pem: String { PEMBlock(label: "CERTIFICATE", content: der).text }
}
