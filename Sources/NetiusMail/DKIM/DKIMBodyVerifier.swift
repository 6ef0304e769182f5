/// The verification of a message whose header section has been verified, and whose body comes in pieces: in little memory
/// however long it is.
///
/// ```swift
/// var body = try await verifier.makeBodyVerifier(for: header)
/// for try await chunk in session.content { body.update(chunk.span) }
/// let results = body.finalize()
/// ```
public struct DKIMBodyVerifier: Sendable {
    private let candidates: [DKIMCandidate]
    private var hashers: DKIMBodyHashers

    init(_ candidates: [DKIMCandidate]) {
        self.candidates = candidates
        hashers = DKIMBodyHashers(for: candidates)
    }

    /// Whether there is a signature that the body decides of. Where there is none it need not be given.
    public var isUndecided: Bool { candidates.contains { $0.signature != nil } }

    /// Adds what follows of the body, which begins behind the empty line.
    public mutating func update(_ bytes: Span<UInt8>) { hashers.update(bytes) }

    /// A result for each signature, the topmost first; none where there are none. There is nothing to be added any more.
    public mutating func finalize() -> [DKIMVerification] {
        hashers.finalize()
        return candidates.map { $0.verification(hashers) }
    }
}
