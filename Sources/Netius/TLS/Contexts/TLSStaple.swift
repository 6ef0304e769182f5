internal import COpenSSL

/// An OCSP response that a server sends with its certificate (RFC 6066 section 8, RFC 6960): its authority's word that
/// the certificate is not revoked.
struct TLSStaple: Sendable {
    /// The most bytes that a response may have: 64 KiB.
    static let maximumSize = 64 * 1024

    /// DER.
    let bytes: [UInt8]
    /// Until when it may be sent.
    let validUntil: Timestamp

    /// Reads a file, which may wait for a disk.
    init(file path: String, now: Timestamp = .now) throws(TLSConfigurationError) {
        let file = try CertificateFile(path: path)
        guard file.content.count <= Self.maximumSize else {
            throw TLSConfigurationError("it has more than \(Self.maximumSize) bytes").of(path)
        }
        OpenSSLReason.clear()
        var seconds: Int64 = 0
        let isGood = unsafe file.content.withUnsafeBufferPointer { bytes in
            unsafe netius_ocsp_read(bytes.baseAddress, bytes.count, &seconds) == 1
        }
        OpenSSLReason.clear()
        guard isGood else { throw TLSConfigurationError("this is no successful OCSP response (DER)").of(path) }
        let (end, overflow) = now.seconds.addingReportingOverflow(seconds)
        bytes = file.content
        validUntil = Timestamp(seconds: overflow ? .max : end)
    }
}
