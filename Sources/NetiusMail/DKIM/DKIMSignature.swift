internal import Netius

/// A signature as a message has it (RFC 6376 section 3.5), read by the letter.
struct DKIMSignature {
    /// The most octets of an identity, as of any address (RFC 5321 section 4.5.3.1.3).
    static let maximumIdentityLength = 254

    let algorithm: DKIMAlgorithm
    let headerCanonicalization: DKIMCanonicalization
    let bodyCanonicalization: DKIMCanonicalization
    let signature: [UInt8]
    let bodyHash: [UInt8]
    let domain: String
    let selector: String
    /// The identity: what is before the last `@`, and the domain behind it.
    let identity: (local: String, domain: String)
    let signedFields: [String]
    /// How many octets of the canonical body are signed; nil for all of them.
    let bodyLength: Int?
    /// When it was made, and after which time it is not to be believed: seconds since 1970.
    let timestamp: Int?
    let expiration: Int?
    /// The field as it is signed: with nothing in `b=`.
    let unsignedField: [UInt8]

    /// Reads a field. What can be told of it is told to `verification`, even if it cannot be read as a whole.
    init(_ field: MailHeaderSection.Field, _ verification: inout DKIMVerification) throws(DKIMProblem) {
        guard let tags = DKIMTagList(field.bytes[field.valueStart...]) else {
            throw .permanent("the signature is not a list of tags")
        }
        guard tags["v"]?.text == "1" else { throw .permanent("the signature is of an unknown version") }
        domain = try Self.domain(tags["d"], "d")
        verification.domain = domain
        selector = try Self.domain(tags["s"], "s")
        verification.selector = selector
        let algorithmName = try Self.required(tags, "a").text
        verification.algorithmName = String(algorithmName.prefix(64))
        guard let algorithm = DKIMAlgorithm(rawValue: algorithmName) else {
            let isWeak = algorithmName == "rsa-sha1"
            throw .permanent(isWeak ? "SHA-1 is not to be believed (RFC 8301)" : "the algorithm is not known")
        }
        self.algorithm = algorithm
        let signatureTag = try Self.required(tags, "b")
        signature = try Self.octets(signatureTag, "b")
        verification.signaturePrefix = String(decoding: signatureTag.compact.prefix(8), as: UTF8.self)
        bodyHash = try Self.octets(try Self.required(tags, "bh"), "bh")
        (headerCanonicalization, bodyCanonicalization) = try Self.canonicalizations(tags["c"])
        identity = try Self.identity(tags["i"], domain: domain)
        verification.identity = identity
        signedFields = try Self.required(tags, "h").parts
        verification.signedFields = signedFields
        bodyLength = try Self.number(tags, "l")
        expiration = try Self.number(tags, "x")
        timestamp = try Self.number(tags, "t")
        guard signedFields.contains(where: { $0.lowercasedASCII == "from" }) else {
            throw .permanent("From is not signed")
        }
        if let methods = tags["q"], !methods.parts.contains("dns/txt") {
            throw .permanent("its key is to be had in an unknown way")
        }
        if let timestamp, let expiration, expiration <= timestamp {
            throw .permanent("it has expired before it was made")
        }
        var unsigned = field.bytes
        unsigned.removeSubrange(signatureTag.range)
        unsignedField = unsigned
    }

    private static func required(_ tags: DKIMTagList, _ name: String) throws(DKIMProblem) -> DKIMTagList.Tag {
        guard let tag = tags[name] else { throw .permanent("the signature has no tag \(name)=") }
        return tag
    }

    private static func domain(_ tag: DKIMTagList.Tag?, _ name: String) throws(DKIMProblem) -> String {
        guard let text = tag?.text, DKIMName.isDomain(text) else {
            throw .permanent("its tag \(name)= is no domain name in ASCII")
        }
        return text
    }

    private static func octets(_ tag: DKIMTagList.Tag, _ name: String) throws(DKIMProblem) -> [UInt8] {
        guard let octets = tag.octets, !octets.isEmpty else {
            throw .permanent("its tag \(name)= is not Base64")
        }
        return octets
    }

    private static func number(_ tags: DKIMTagList, _ name: String) throws(DKIMProblem) -> Int? {
        guard let tag = tags[name] else { return nil }
        guard let number = tag.number else { throw .permanent("its tag \(name)= is no number") }
        return number
    }

    /// `sig-c-tag-alg [ "/" sig-c-tag-alg ]`; simple where there is none.
    private static func canonicalizations(
        _ tag: DKIMTagList.Tag?
    ) throws(DKIMProblem) -> (DKIMCanonicalization, DKIMCanonicalization) {
        guard let tag else { return (.simple, .simple) }
        let parts = tag.text.split(separator: "/", omittingEmptySubsequences: false)
        let known = parts.compactMap { DKIMCanonicalization(rawValue: String($0)) }
        guard known.count == parts.count, let header = known.first, known.count <= 2 else {
            throw .permanent("its canonicalization is not known")
        }
        return (header, known.count == 2 ? known[1] : .simple)
    }

    /// `[ Local-part ] "@" domain-name`; of the signing domain where there is none.
    private static func identity(
        _ tag: DKIMTagList.Tag?, domain: String
    ) throws(DKIMProblem) -> (local: String, domain: String) {
        guard let tag else { return ("", domain) }
        guard let text = DKIMName.decode(tag.compact), let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            throw .permanent("its tag i= is no identity")
        }
        guard text.utf8.count <= maximumIdentityLength else { throw .permanent("its tag i= is too long") }
        let identityDomain = String(text[text.index(after: at)...])
        guard DKIMName.isWithin(identityDomain, domain) else {
            throw .permanent("its tag i= is not of the signing domain")
        }
        return (String(text[..<at]), identityDomain)
    }
}
