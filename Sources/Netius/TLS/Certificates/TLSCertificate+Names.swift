internal import COpenSSL

extension TLSCertificate {
    /// Whom it is for, as RFC 4514 writes it, such as `CN=example.com,O=Example`. For people: what it is valid for is in
    /// `dnsNames` and `ipAddresses`.
    public var subject: String { unsafe Self.text(of: X509_get_subject_name(object.pointer)) }

    /// Who signed it, as RFC 4514 writes it.
    public var issuer: String { unsafe Self.text(of: X509_get_issuer_name(object.pointer)) }

    /// The number that its issuer gave it, in hexadecimal digits, two for each octet.
    public var serialNumber: String {
        // It belongs to the certificate.
        guard let number = unsafe X509_get0_serialNumber(object.pointer) else { return "" }
        let count = Int(unsafe ASN1_STRING_length(number))
        guard count > 0, let octets = unsafe ASN1_STRING_get0_data(number) else { return "00" }
        let digits = unsafe [UInt8](UnsafeBufferPointer(start: octets, count: count)).hexadecimalText()
        return unsafe ASN1_STRING_type(number) == V_ASN1_NEG_INTEGER ? "-\(digits)" : digits
    }

    /// The DNS names it is valid for (RFC 5280 section 4.2.1.6), `*.example.com` among them; those that hold anything
    /// but visible ASCII characters are left out.
    public var dnsNames: [String] {
        alternativeNames(of: GEN_DNS).compactMap { octets in
            guard !octets.isEmpty, octets.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            return String(decoding: octets, as: UTF8.self)
        }
    }

    /// The IP addresses it is valid for.
    public var ipAddresses: [IPAddress] { alternativeNames(of: GEN_IPADD).compactMap { IPAddress(octets: $0) } }

    private func alternativeNames(of type: Int32) -> [[UInt8]] {
        defer { OpenSSLReason.clear() }
        guard let names = unsafe X509_get_ext_d2i(object.pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let pointer = OpaquePointer(names)
        // Nobody else has them.
        defer { unsafe GENERAL_NAMES_free(pointer) }
        var found: [[UInt8]] = []
        for index in 0..<max(unsafe netius_general_names_count(pointer), 0) {
            var octets: UnsafePointer<UInt8>?
            var count: Int32 = 0
            guard unsafe netius_general_name(pointer, index, &octets, &count) == type else { continue }
            // They live as long as the names.
            guard let octets = unsafe octets, count > 0 else { continue }
            found.append(unsafe [UInt8](UnsafeBufferPointer(start: octets, count: Int(count))))
        }
        return found
    }

    private static func text(of name: OpaquePointer?) -> String {
        defer { OpenSSLReason.clear() }
        guard let name = unsafe name else { return "" }
        return unsafe OpenSSLCoding.text { unsafe netius_x509_name_print($0, name) >= 0 } ?? ""
    }
}
