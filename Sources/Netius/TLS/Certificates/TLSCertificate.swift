internal import COpenSSL

/// An X.509 certificate (RFC 5280).
///
/// It is what its bytes say; whether to trust it is for whoever verifies a chain. Two are equal when their bytes are.
public struct TLSCertificate: Sendable, Hashable {
    let object: X509Object
    /// The bytes (DER).
    public let der: [UInt8]
    /// When it becomes valid.
    public let notBefore: Timestamp
    /// The last moment at which it is valid.
    public let notAfter: Timestamp

    /// Reads a certificate.
    ///
    /// - Parameter der: DER, with nothing after it.
    /// - Throws: `TLSConfigurationError`.
    public init(der: [UInt8]) throws(TLSConfigurationError) {
        guard let object = X509Object(der: der) else { throw TLSConfigurationError("this is not a certificate") }
        try self.init(object, der: der)
    }

    /// A certificate of OpenSSL's, an `X509`, of which this takes a reference of its own; nil where its dates cannot be
    /// read.
    package init?(_ pointer: OpaquePointer) {
        unsafe X509_up_ref(pointer)
        let object = unsafe X509Object(taking: pointer)
        guard let der = object.der, let certificate = try? TLSCertificate(object, der: der) else { return nil }
        self = certificate
    }

    init(_ object: X509Object, der: [UInt8]) throws(TLSConfigurationError) {
        // Both belong to the certificate.
        guard let notBefore = unsafe Timestamp(X509_get0_notBefore(object.pointer)),
            let notAfter = unsafe Timestamp(X509_get0_notAfter(object.pointer))
        else { throw TLSConfigurationError("the certificate has no dates that can be read") }
        self.object = object
        self.der = der
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Whether both have the same bytes.
    public static func == (left: TLSCertificate, right: TLSCertificate) -> Bool { left.der == right.der }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension Timestamp {
    /// A time of OpenSSL's, in whole seconds; nil where it is none.
    fileprivate init?(_ time: UnsafePointer<ASN1_TIME>?) {
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        self.init(seconds: Int64(days) * 86_400 + Int64(seconds))
    }
}
