public import Netius

extension DKIMSigner {
    /// The signers that a text of JSON names (`DKIM`), by the domain of the sender:
    ///
    /// ```
    /// {"example.com": {"selector": "mail", "domain": "example.com", "key": "/etc/mail/dkim.pem"}}
    /// ```
    /// The key is a PEM text or the path of one, or in `key_b64` a PEM text in Base64. Where `domain` is left out it is
    /// that of the sender. This may wait for a disk.
    ///
    /// - Throws: `ConfigurationError`, which shows nothing of keys.
    public static func signers(
        json text: String, name: String = "DKIM"
    ) throws(ConfigurationError) -> [String: DKIMSigner] {
        func refusal(_ expected: String) -> ConfigurationError {
            ConfigurationError(name: name, value: "...", expected: expected)
        }
        guard let value = try? JSONValue(parsing: text), case .object(let domains) = value else {
            throw refusal("a JSON object of domains")
        }
        var signers: [String: DKIMSigner] = [:]
        for (domain, entry) in domains {
            guard case .object(let fields) = entry, case .string(let selector)? = fields["selector"] else {
                throw refusal("for \(domain.quoted) an object with a selector and a key")
            }
            var signing = domain
            if case .string(let other)? = fields["domain"] { signing = other }
            do {
                let key = try DKIMPrivateKey(pem: try pem(of: fields))
                signers[domain.lowercasedASCII] = try DKIMSigner(
                    domain: signing.lowercasedASCII, selector: selector, key: key)
            } catch {
                throw refusal("for \(domain.quoted) a key that can be used: \(error)")
            }
        }
        return signers
    }

    private static func pem(of fields: [String: JSONValue]) throws -> [UInt8] {
        if case .string(let text)? = fields["key_b64"] {
            let octets = Array(text.utf8)
            guard let bytes = Base64.decode(octets.span) else { throw KeyProblem(description: "it is not Base64") }
            return bytes
        }
        guard case .string(let text)? = fields["key"] else { throw KeyProblem(description: "there is none") }
        if text.contains("-----BEGIN") { return Array(text.utf8) }
        return try File(path: text).read(at: 0, upTo: 1 << 20)
    }

    private struct KeyProblem: Error, CustomStringConvertible {
        let description: String
    }
}
