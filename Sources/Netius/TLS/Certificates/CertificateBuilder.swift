internal import COpenSSL

extension TLSCertificateTemplate {
    /// Makes a certificate.
    ///
    /// - Parameters:
    ///   - key: The key that it is for, of which it has the public half.
    ///   - issuer: Who signs it; nil where it signs itself.
    /// - Returns: The certificate.
    /// - Throws: `TLSConfigurationError` where something cannot be written as it is.
    package func issue(
        for key: TLSPrivateKey, by issuer: TLSIdentity? = nil
    ) throws(TLSConfigurationError) -> TLSCertificate {
        let builder = try CertificateBuilder()
        try builder.set(notBefore: notBefore, notAfter: notAfter)
        try builder.setSubject(commonName)
        try builder.setIssuer(issuer?.certificate)
        try builder.setKey(key)
        var names: [CertificateName] = []
        for name in self.names { names.append(try CertificateName(name)) }
        try builder.add(NID_basic_constraints, basicConstraints)
        try builder.add(NID_key_usage, isAuthority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature")
        if !isAuthority, !purposes.isEmpty {
            try builder.add(NID_ext_key_usage, purposes.map(\.rawValue).joined(separator: ","))
        }
        if !names.isEmpty {
            let list = names.map(\.configuration).joined(separator: ",")
            // Where there is no subject these names are all that there is (RFC 5280 section 4.1.2.6).
            try builder.add(NID_subject_alt_name, commonName == nil ? "critical,\(list)" : list)
        }
        try builder.add(NID_subject_key_identifier, "hash")
        // What signs itself has it in the subject's key identifier (RFC 5280 section 4.2.1.1).
        if issuer != nil { try builder.add(NID_authority_key_identifier, "keyid:always") }
        return try builder.sign(with: issuer?.privateKey ?? key)
    }

    private var basicConstraints: String {
        guard isAuthority else { return "critical,CA:FALSE" }
        return "critical,CA:TRUE" + (maximumPathLength.map { ",pathlen:\($0)" } ?? "")
    }
}

/// A certificate in the making. It is used by one thread.
private final class CertificateBuilder {
    private let object: X509Object
    private var issuer: X509Object?

    private var pointer: OpaquePointer { unsafe object.pointer }

    init() throws(TLSConfigurationError) {
        guard let pointer = unsafe X509_new() else { throw TLSConfigurationError("out of memory") }
        object = unsafe X509Object(taking: pointer)
        try check(unsafe X509_set_version(pointer, 2))
        try setSerialNumber()
    }

    private func check(_ result: Int32) throws(TLSConfigurationError) {
        guard result <= 0 else { return }
        throw TLSConfigurationError("the certificate cannot be made: \(OpenSSLReason.take() ?? "OpenSSL refuses")")
    }

    /// Numbers are to be positive, of at most 20 octets, and not to be foreseen (RFC 5280 section 4.1.2.2).
    private func setSerialNumber() throws(TLSConfigurationError) {
        var random = SystemRandomNumberGenerator()
        let number = (0..<16).map { UInt8.random(in: ($0 == 0 ? 0x40 : 0)...($0 == 0 ? 0x7F : 0xFF), using: &random) }
        let bignum = unsafe BN_bin2bn(number, Int32(number.count), nil)
        // Nobody else has it.
        defer { unsafe BN_free(bignum) }
        guard let bignum = unsafe bignum else { throw TLSConfigurationError("out of memory") }
        try check(unsafe BN_to_ASN1_INTEGER(bignum, X509_get_serialNumber(pointer)) == nil ? 0 : 1)
    }

    func set(notBefore: Timestamp, notAfter: Timestamp) throws(TLSConfigurationError) {
        try unsafe set(X509_getm_notBefore(pointer), to: notBefore)
        try unsafe set(X509_getm_notAfter(pointer), to: notAfter)
    }

    /// The years 0 to 9999, which a GeneralizedTime can write (RFC 5280 section 4.1.2.5.2).
    private static let representable: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    private func set(
        _ field: UnsafeMutablePointer<ASN1_TIME>?, to time: Timestamp
    ) throws(TLSConfigurationError) {
        guard Self.representable.contains(time.seconds), unsafe ASN1_TIME_set(field, Int(time.seconds)) != nil else {
            OpenSSLReason.clear()
            throw TLSConfigurationError("a certificate cannot have the date \(time)")
        }
    }

    func setSubject(_ commonName: String?) throws(TLSConfigurationError) {
        guard let commonName else { return }
        let octets = Array(commonName.utf8)
        let name = unsafe X509_get_subject_name(pointer)
        try check(
            unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, octets, Int32(clamping: octets.count), -1, 0))
    }

    func setIssuer(_ certificate: TLSCertificate?) throws(TLSConfigurationError) {
        issuer = certificate?.object
        try check(unsafe X509_set_issuer_name(pointer, X509_get_subject_name((issuer ?? object).pointer)))
    }

    func setKey(_ key: TLSPrivateKey) throws(TLSConfigurationError) {
        try check(unsafe X509_set_pubkey(pointer, key.object.pointer))
    }

    /// Adds an extension, written as in OpenSSL's configuration (x509v3_config(5)).
    func add(_ identifier: Int32, _ value: String) throws(TLSConfigurationError) {
        OpenSSLReason.clear()
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, (issuer ?? object).pointer, pointer, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, identifier, value) else { return try check(0) }
        // Nobody else has it: the certificate takes a copy.
        defer { unsafe X509_EXTENSION_free(made) }
        try check(unsafe X509_add_ext(pointer, made, -1))
    }

    func sign(with key: TLSPrivateKey) throws(TLSConfigurationError) -> TLSCertificate {
        OpenSSLReason.clear()
        let hashesItself = key.object.kind == EVP_PKEY_ED25519 || key.object.kind == EVP_PKEY_ED448
        try check(unsafe X509_sign(pointer, key.object.pointer, hashesItself ? nil : EVP_sha256()))
        guard let der = object.der else { throw TLSConfigurationError("the certificate cannot be made") }
        return try TLSCertificate(der: der)
    }
}
