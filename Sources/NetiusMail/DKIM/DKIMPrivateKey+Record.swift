internal import Netius

extension DKIMPrivateKey {
    /// The most octets of one of the strings that a TXT record is made of (RFC 1035 section 3.3).
    private static let maximumStringLength = 255

    /// The text of the key record to publish (RFC 6376 section 3.6.1): `v=DKIM1; k=rsa; p=...`.
    public var record: String { "v=DKIM1; \(compactRecord)" }

    /// The same without the version: `k=rsa; p=...`.
    package var compactRecord: String { "k=\(algorithm.keyType); p=\(Base64.encode(publicOctets))" }

    /// The line of a zone file that publishes the key (RFC 1035 section 5.1): `s._domainkey.example.com. IN TXT "..."`,
    /// in as many strings as need be.
    ///
    /// - Throws: `DKIMError.malformedDomain`, `.malformedSelector`.
    public func zoneLine(domain: String, selector: String) throws(DKIMError) -> String {
        let name = try Self.recordName(domain: domain, selector: selector)
        let octets = Array(record.utf8)
        let strings = stride(from: 0, to: octets.count, by: Self.maximumStringLength).map { start in
            octets[start..<min(start + Self.maximumStringLength, octets.count)]
        }
        return "\(name). IN TXT \(strings.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }.joined(separator: " "))"
    }

    /// Where the record of a key is: `s._domainkey.example.com`.
    package static func recordName(domain: String, selector: String) throws(DKIMError) -> String {
        guard DKIMName.isDomain(domain) else { throw .malformedDomain(domain) }
        let name = "\(selector)._domainkey.\(domain)"
        guard DKIMName.isDomain(selector), DKIMName.isDomain(name) else { throw .malformedSelector(selector) }
        return name
    }
}
