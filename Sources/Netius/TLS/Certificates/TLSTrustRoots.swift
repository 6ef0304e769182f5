internal import COpenSSL

/// Whose signature makes a certificate trustworthy: authorities, or, among one's own, certificates that are trusted by
/// themselves.
///
/// They are read when they are first used, and then shared by whoever uses the same value or a copy of it.
public struct TLSTrustRoots: Sendable {
    /// Where roots come from.
    enum Source: Sendable {
        case system
        case certificates([TLSCertificate])
        case file(String)
    }

    private let sources: [Source]
    private let store: TrustStore

    private init(sources: [Source]) {
        self.sources = sources
        store = TrustStore(sources: sources)
    }

    /// Those of the system: where OpenSSL looks for them, which the variables `SSL_CERT_FILE` (a file) and
    /// `SSL_CERT_DIR` (folders, separated by colons) change.
    public static let system = TLSTrustRoots(sources: [.system])

    /// These certificates, and no others.
    public static func certificates(_ certificates: [TLSCertificate]) -> TLSTrustRoots {
        TLSTrustRoots(sources: [.certificates(certificates)])
    }

    /// The certificates of a file of at most 1 MiB: text (RFC 7468), or one certificate in DER.
    public static func file(_ path: String) -> TLSTrustRoots {
        TLSTrustRoots(sources: [.file(path)])
    }

    /// These and the others: `.system.union(.file("own.pem"))`.
    public func union(_ others: TLSTrustRoots) -> TLSTrustRoots {
        TLSTrustRoots(sources: sources + others.sources)
    }

    /// The same, to be read anew.
    func reloaded() -> TLSTrustRoots { TLSTrustRoots(sources: sources) }

    /// The files that are named one by one.
    var files: [String] {
        sources.compactMap { source in
            if case .file(let path) = source { path } else { nil }
        }
    }

    /// Reads the roots unless that is done. This waits for disks: on a loop, do it in a `BlockingPool`.
    ///
    /// - Throws: `TLSConfigurationError` where there are none, or a file cannot be read; it is tried again next time.
    public func load() throws(TLSConfigurationError) {
        _ = try store.loaded()
    }

    /// Makes a context verify its peers by these roots, as `load()` reads them.
    ///
    /// The context and others share them: nothing of its store may be changed.
    ///
    /// - Parameter context: An `SSL_CTX`, which takes a reference of its own.
    /// - Throws: As `load()`.
    package func use(in context: OpaquePointer) throws(TLSConfigurationError) {
        unsafe SSL_CTX_set1_cert_store(context, try store.loaded().pointer)
    }
}
