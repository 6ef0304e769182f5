/// Finds the digests of a body that signatures ask for, in one pass for each canonicalization.
struct DKIMBodyHashers: Sendable {
    private var hashers: [DKIMCanonicalization: DKIMBodyHasher] = [:]
    private var wholes: [DKIMCanonicalization: [UInt8]] = [:]

    init(for candidates: [DKIMCandidate]) {
        let signatures = candidates.compactMap(\.signature)
        for canonicalization in DKIMCanonicalization.allCases {
            let own = signatures.filter { $0.bodyCanonicalization == canonicalization }
            if own.isEmpty { continue }
            hashers[canonicalization] = DKIMBodyHasher(canonicalization, marks: own.compactMap(\.bodyLength))
        }
    }

    /// Adds what follows of the body.
    mutating func update(_ bytes: Span<UInt8>) {
        for canonicalization in DKIMCanonicalization.allCases { hashers[canonicalization]?.update(bytes) }
    }

    /// There is nothing to be added any more.
    mutating func finalize() {
        for canonicalization in DKIMCanonicalization.allCases {
            wholes[canonicalization] = hashers[canonicalization]?.finalize()
        }
    }

    /// The digest of what a signature covers, nil where the body is not as long; and how many octets the body has.
    func digest(for signature: DKIMSignature) -> (digest: [UInt8]?, count: Int) {
        guard let hasher = hashers[signature.bodyCanonicalization] else { return (nil, 0) }
        guard let length = signature.bodyLength else {
            return (wholes[signature.bodyCanonicalization], hasher.canonicalCount)
        }
        return (hasher.digests[length], hasher.canonicalCount)
    }
}
