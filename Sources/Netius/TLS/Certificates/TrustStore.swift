internal import COpenSSL

/// Trust roots as OpenSSL has them, made when they are first asked for.
final class TrustStore: Sendable {
    private let sources: [TLSTrustRoots.Source]
    private let object = Guarded<X509Store?>(nil)

    init(sources: [TLSTrustRoots.Source]) {
        self.sources = sources
    }

    /// The store, which is read now unless it was before.
    func loaded() throws(TLSConfigurationError) -> X509Store {
        if let object = object.withLock({ $0 }) { return object }
        // Without the lock, under which nobody may wait for a disk. Where two do this at once, the first one's counts.
        let made = try X509Store(Self.certificates(of: sources))
        return object.withLock { object in
            let shared = object ?? made
            object = shared
            return shared
        }
    }

    private static func certificates(
        of sources: [TLSTrustRoots.Source]
    ) throws(TLSConfigurationError) -> [TLSCertificate] {
        var certificates: [TLSCertificate] = []
        for source in sources {
            switch source {
            case .system: certificates += try SystemTrustRoots(environment: .process).certificates()
            case .certificates(let own): certificates += own
            case .file(let path): certificates += try TLSCertificate.certificates(file: path)
            }
        }
        guard !certificates.isEmpty else { throw TLSConfigurationError("there are no trust roots: nobody is trusted") }
        return certificates
    }
}

/// Certificates that chains are verified by.
// @unchecked: it is not changed any more once it is made, and OpenSSL reads it under its own lock.
@safe
final class X509Store: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    let pointer: OpaquePointer

    init(_ certificates: [TLSCertificate]) throws(TLSConfigurationError) {
        guard let pointer = unsafe X509_STORE_new() else { throw TLSConfigurationError("out of memory") }
        unsafe self.pointer = pointer
        // Whoever is in here is trusted, even where another has signed it who is not.
        unsafe X509_STORE_set_flags(pointer, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        for certificate in certificates {
            guard unsafe X509_STORE_add_cert(pointer, certificate.object.pointer) == 1 else {
                let reason = OpenSSLReason.take() ?? "OpenSSL refuses it"
                throw TLSConfigurationError("\(certificate.subject.quoted) cannot be a trust root: \(reason)")
            }
        }
    }

    deinit {
        unsafe X509_STORE_free(pointer)
    }
}
