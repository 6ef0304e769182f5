internal import Netius

/// The public key of a domain, as its TXT record has it (RFC 6376 section 3.6.1).
struct DKIMKeyRecord {
    /// The most bits of a key of RSA: more take long to verify with.
    static let maximumRSABits = DKIMPrivateKey.maximumRSABits

    let key: PublicKeyObject
    /// How many bits the key has.
    let bitCount: Int
    /// Whether the domain is only trying signatures out: `t=y`.
    let isTesting: Bool
    /// Whether identities may not be of domains beneath: `t=s`.
    let isStrict: Bool

    /// Finds the key among the texts that a name has, each of a TXT record, and reads it.
    init(_ texts: [[UInt8]], for algorithm: DKIMAlgorithm) throws(DKIMProblem) {
        let records = texts.compactMap { DKIMTagList($0[...]) }
            .filter { $0["p"] != nil && ($0["v"] == nil || $0["v"]?.text == "DKIM1") }
        guard let record = records.first else { throw .permanent("there is no key") }
        guard records.count == 1 else { throw .permanent("there is more than one key") }
        try self.init(record, for: algorithm)
    }

    private init(_ tags: DKIMTagList, for algorithm: DKIMAlgorithm) throws(DKIMProblem) {
        if tags["v"] != nil, tags.firstName != "v" { throw .permanent("the key's version is not its first tag") }
        guard (tags["k"]?.text ?? "rsa") == algorithm.keyType else { throw .permanent("the key is of another kind") }
        if let hashes = tags["h"], !hashes.parts.contains("sha256") {
            throw .permanent("the key is not for SHA-256")
        }
        if let services = tags["s"], !services.parts.contains(where: { $0 == "*" || $0 == "email" }) {
            throw .permanent("the key is not for mail")
        }
        let flags = tags["t"]?.parts ?? []
        isTesting = flags.contains("y")
        isStrict = flags.contains("s")
        guard let tag = tags["p"], !tag.value.isEmpty else { throw .permanent("the key is revoked") }
        guard let octets = tag.octets else { throw .permanent("the key is not Base64") }
        (key, bitCount) = try Self.key(octets, algorithm)
    }

    private static func key(
        _ octets: [UInt8], _ algorithm: DKIMAlgorithm
    ) throws(DKIMProblem) -> (PublicKeyObject, Int) {
        switch algorithm {
        case .ed25519SHA256:
            guard let key = PublicKeyObject(ed25519: octets) else { throw .permanent("the key is none of Ed25519") }
            return (key, 256)
        case .rsaSHA256:
            guard let numbers = RSAPublicKey(der: octets) else { throw .permanent("the key is none of RSA") }
            guard DKIMPrivateKey.minimumRSABits...maximumRSABits ~= numbers.bitCount else {
                throw .permanent("the key has \(numbers.bitCount) bits, which is too few or too many")
            }
            guard let key = PublicKeyObject(numbers) else { throw .permanent("the key cannot be used") }
            return (key, numbers.bitCount)
        }
    }
}
