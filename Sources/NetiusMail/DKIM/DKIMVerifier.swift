public import Netius
public import NetiusDNS

/// Verifies the signatures of messages (RFC 6376 section 6).
///
/// ```swift
/// let results = try await DKIMVerifier(dns: .shared).verify(message)
/// ```
public struct DKIMVerifier: Sendable {
    /// The most signatures of a message that are looked at, the topmost ones: 10.
    public static let maximumSignatures = 10
    /// By how much the clocks of others may differ: 5 minutes. A signature that was over before, or that is made later,
    /// does not count.
    public static let clockTolerance: Duration = .seconds(300)
    /// How many octets are hashed before others have their turn.
    private static let chunkSize = 64 << 10

    /// Finds the TXT records of a name, each as one text; none where it has none.
    public typealias Lookup = nonisolated(nonsending) @Sendable (_ name: String) async throws -> [[UInt8]]

    private let keys: DKIMKeyLookup

    /// A verifier that finds keys by a client of DNS.
    ///
    /// - Parameters:
    ///   - dns: The client.
    ///   - patience: How long the keys of a message may take to be found, all of them together: 20 seconds. Those that
    ///     take longer are a temporary error.
    public init(dns: DNSClient, patience: Duration = .seconds(20)) {
        self.init(patience: patience, lookup: { try await dns.texts(of: $0) })
    }

    /// A verifier that finds keys by a function of one's own. What it throws makes the result a temporary error, but for
    /// `DNSError.noSuchName`, without which there is no key, and `CancellationError`.
    ///
    /// - Parameters:
    ///   - patience: How long the keys of a message may take to be found, all of them together: 20 seconds. Then the
    ///     function is cancelled, which it must heed.
    ///   - lookup: The function. It is asked for each name once, in lower case, and for all at the same time.
    public init(patience: Duration = .seconds(20), lookup: @escaping Lookup) {
        keys = DKIMKeyLookup(lookup: lookup, patience: patience)
    }

    /// Verifies the signatures of a message, which may end its lines with LF alone.
    ///
    /// Hashing a large body takes a while: on a loop, others have their turn in between.
    ///
    /// - Parameters:
    ///   - message: The whole message.
    ///   - time: The present, for signatures that expire.
    /// - Returns: A result for each signature, the topmost first; none where there are none.
    /// - Throws: `CancellationError`.
    public func verify(
        _ message: [UInt8], at time: Timestamp = .now
    ) async throws -> [DKIMVerification] {
        let header = MailHeaderSection(message)
        var body = try await makeBodyVerifier(for: header, at: time)
        var start = header.bodyStart
        while body.isUndecided, start < message.count {
            let end = min(start + Self.chunkSize, message.count)
            body.update(message.span.extracting(start..<end))
            start = end
            try Task.checkCancellation()
            if start < message.count {
                if let loop = EventLoop.current { await loop.yield() } else { await Task.yield() }
            }
        }
        return body.finalize()
    }

    /// Verifies what the signatures cover of a header section, and takes the body afterwards, in pieces as they come.
    ///
    /// - Parameters:
    ///   - header: The header section of the message.
    ///   - time: The present, for signatures that expire.
    /// - Returns: What verifies the body, and then has the results.
    /// - Throws: `CancellationError`.
    public func makeBodyVerifier(
        for header: MailHeaderSection, at time: Timestamp = .now
    ) async throws -> DKIMBodyVerifier {
        let fields = header.fields.indices.filter { header.fields[$0].hasName("DKIM-Signature") }
        let problem = Self.problem(header)
        var candidates = fields.prefix(Self.maximumSignatures).map { index in
            DKIMCandidate(header, at: index, time: time, problem)
        }
        let records = try await keys.records(of: Set(candidates.compactMap(\.recordName)))
        for index in candidates.indices {
            guard let name = candidates[index].recordName else { continue }
            candidates[index].verify(header, records[name])
        }
        return DKIMBodyVerifier(candidates)
    }

    /// A message that does not say once who it is from is none (RFC 5322 section 3.6): readers show either author, and
    /// signatures may cover the other (RFC 6376 sections 3.8 and 8.15).
    private static func problem(_ header: MailHeaderSection) -> DKIMProblem? {
        switch header.fields.count(where: { $0.hasName("From") }) {
        case 0: .permanent("the message has no From field")
        case 1: nil
        default: .permanent("the message has more than one From field")
        }
    }
}
