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

    /// Finds the TXT records of a name, each as one text; none where it has none.
    public typealias Lookup = nonisolated(nonsending) @Sendable (_ name: String) async throws -> [[UInt8]]

    private let lookup: Lookup

    /// A verifier that finds keys by a client of DNS.
    public init(dns: DNSClient) {
        self.init(lookup: { try await dns.texts(of: $0) })
    }

    /// A verifier that finds keys by a function of one's own. What it throws makes the result a temporary error, but for
    /// `DNSError.noSuchName`, without which there is no key, and `CancellationError`.
    public init(lookup: @escaping Lookup) {
        self.lookup = lookup
    }

    /// Verifies the signatures of a message, which may end its lines with LF alone.
    ///
    /// It takes the time to hash the body twice at most, where the message is large do it off the loop.
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
        let fields = header.fields.indices.filter { header.fields[$0].hasName("DKIM-Signature") }
        var candidates: [DKIMCandidate] = []
        for index in fields.prefix(Self.maximumSignatures) {
            candidates.append(DKIMCandidate(header, at: index, time: time))
        }
        for index in candidates.indices {
            guard let name = candidates[index].recordName else { continue }
            candidates[index].verify(header, try await records(of: name))
        }
        let body = DKIMBodyDigests(message.span.extracting(header.bodyStart..<message.count), for: candidates)
        return candidates.map { $0.verification(body) }
    }

    private func records(of name: String) async throws -> Swift.Result<[[UInt8]], DKIMProblem> {
        do {
            return .success(try await lookup(name))
        } catch let error as CancellationError {
            throw error
        } catch DNSError.noSuchName, DNSError.malformedName {
            return .failure(.permanent("there is no key"))
        } catch {
            return .failure(.temporary("the key could not be looked up: \("\(error)".onOneLine)"))
        }
    }
}
