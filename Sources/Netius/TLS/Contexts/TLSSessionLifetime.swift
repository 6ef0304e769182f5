internal import COpenSSL

/// Until when a session may be resumed, counted from its full handshake, however often it was resumed since.
///
/// OpenSSL lets a session of TLS 1.3 begin anew with each ticket. So its end is in the ticket, and goes from there into
/// those that follow. It is a time of this process's clock: no other process can open the ticket.
struct TLSSessionLifetime: Sendable {
    /// The longest there is (RFC 8446 section 4.6.1): 7 days.
    static let maximum = Duration.seconds(7 * 86_400)

    /// How long it is.
    let duration: Duration
    private let now: @Sendable () -> MonotonicTime

    /// - Parameters:
    ///   - duration: How long it is; more than `maximum` counts as that, and less than none as none.
    ///   - now: The clock.
    init(_ duration: Duration, now: @escaping @Sendable () -> MonotonicTime) {
        self.duration = min(max(duration, .zero), Self.maximum)
        self.now = now
    }

    /// Writes the end into the session that a connection is about to make a ticket of, unless it is there already.
    /// False where there is no memory.
    func mark(_ ssl: OpaquePointer) -> Bool {
        guard let session = unsafe SSL_get_session(ssl) else { return false }
        guard unsafe Self.end(of: session) == nil else { return true }
        // Certificates are not shown again with the session: it ends with the first of them.
        let rest = min(duration, unsafe Self.certificatesRest(of: ssl) ?? duration)
        let end = (now() + rest).nanoseconds
        return unsafe withUnsafeBytes(of: end) { bytes in
            unsafe SSL_SESSION_set1_ticket_appdata(session, bytes.baseAddress, bytes.count) == 1
        }
    }

    /// Whether the session of a ticket has ended; one that has no end has.
    func isOver(_ session: OpaquePointer) -> Bool {
        guard let end = unsafe Self.end(of: session) else { return true }
        return now() >= end
    }

    private static func end(of session: OpaquePointer) -> MonotonicTime? {
        var data: UnsafeMutableRawPointer?
        var count = 0
        guard unsafe SSL_SESSION_get0_ticket_appdata(session, &data, &count) == 1, let data = unsafe data,
            count == MemoryLayout<UInt64>.size
        else { return nil }
        // As many bytes as a number has; they need not be aligned as one.
        return unsafe MonotonicTime(nanoseconds: data.loadUnaligned(as: UInt64.self))
    }

    /// How long the certificates that a client has shown, and those that vouch for it, are all valid yet; nil where it
    /// has shown none.
    private static func certificatesRest(of ssl: OpaquePointer) -> Duration? {
        // The chain belongs to the connection.
        let chain = unsafe SSL_get0_verified_chain(ssl)
        let now = Timestamp.now.seconds
        var rest: Int64?
        var index: Int32 = 0
        while let certificate = unsafe netius_x509_at(chain, index) {
            let end = unsafe TLSCertificate(certificate)?.notAfter.seconds ?? now
            let (left, overflow) = end.subtractingReportingOverflow(now)
            rest = min(rest ?? .max, overflow ? .max : max(left, 0))
            index += 1
        }
        return rest.map { .seconds($0) }
    }
}
