/// The digests of a body that signatures ask for, all found in one pass for each canonicalization.
struct DKIMBodyDigests {
    private struct Found {
        var whole: [UInt8]
        var parts: [Int: [UInt8]]
        var count: Int
    }

    private var found: [DKIMCanonicalization: Found] = [:]

    init(_ body: Span<UInt8>, for candidates: [DKIMCandidate]) {
        let signatures = candidates.compactMap(\.signature)
        for canonicalization in DKIMCanonicalization.allCases {
            let own = signatures.filter { $0.bodyCanonicalization == canonicalization }
            guard !own.isEmpty else { continue }
            var hasher = DKIMBodyHasher(canonicalization, marks: own.compactMap(\.bodyLength))
            hasher.update(body)
            let whole = hasher.finalize()
            found[canonicalization] = Found(whole: whole, parts: hasher.digests, count: hasher.canonicalCount)
        }
    }

    /// The digest of what a signature covers, nil where the body is not as long; and how many octets the body has.
    func digest(_ signature: DKIMSignature) -> (digest: [UInt8]?, count: Int) {
        guard let found = found[signature.bodyCanonicalization] else { return (nil, 0) }
        guard let length = signature.bodyLength else { return (found.whole, found.count) }
        return (found.parts[length], found.count)
    }
}
