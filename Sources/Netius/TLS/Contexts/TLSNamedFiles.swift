/// Certificates by server name, as `SSL_CONTEXTS` has them: a JSON object of objects.
///
/// ```json
/// {"www.example.com": {"cer_file": "www.crt", "key_file": "www.key"}}
/// ```
struct TLSNamedFiles {
    /// The most names there may be: 10 000.
    static let maximumNames = 10_000

    /// The files of one name.
    struct Files: Equatable {
        let certificate: String
        let key: String
    }

    /// The files of each name.
    let byName: [String: Files]
    /// The file with the authorities whose certificates clients must show; nil for none. It is one for all names:
    /// what was shown for one name must not open another.
    let clientAuthority: String?
    /// Whether it is said of a name, in so many words, that clients must show certificates.
    let verifiesClients: Bool

    /// Reads the JSON; what it does not know it refuses.
    init(parsing text: String) throws(TLSConfigurationError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw Self.error("not JSON: \(error)")
        }
        guard case .object(let entries) = value else {
            throw Self.error("an object of server names is expected, not \(value.kind)")
        }
        guard entries.count <= Self.maximumNames else { throw Self.error("more than \(Self.maximumNames) names") }
        var byName: [String: Files] = [:]
        var authorities: Set<String?> = []
        var verifiesClients = false
        for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
            let entry = try Entry(value, name: name)
            byName[name] = entry.files
            authorities.insert(entry.clientAuthority)
            if entry.verifiesClients { verifiesClients = true }
        }
        guard authorities.count <= 1 else {
            throw Self.error("\"ca_file\" and \"ssl_verify\" are to be the same for every name")
        }
        self.byName = byName
        clientAuthority = authorities.first ?? nil
        self.verifiesClients = verifiesClients
    }

    private struct Entry {
        let files: Files
        let clientAuthority: String?
        let verifiesClients: Bool

        init(_ value: JSONValue, name: String) throws(TLSConfigurationError) {
            let members = try Members(value, name: name)
            guard let certificate = try members.path("cer_file") else { throw members.error("no \"cer_file\"") }
            files = Files(certificate: certificate, key: try members.path("key_file") ?? certificate)
            guard try members.flag("ca_root") != true else {
                throw members.error("the system's authorities vouch for anybody; give a \"ca_file\" instead")
            }
            let (authority, verifies) = (try members.path("ca_file"), try members.flag("ssl_verify"))
            guard verifies != true || authority != nil else {
                throw members.error("\"ssl_verify\" without a \"ca_file\"")
            }
            clientAuthority = verifies == false ? nil : authority
            verifiesClients = verifies == true
        }
    }

    /// What there is for one name.
    private struct Members {
        private static let known = ["cer_file", "key_file", "ca_file", "ca_root", "ssl_verify"]

        private let name: String
        private let members: [String: JSONValue]

        init(_ value: JSONValue, name: String) throws(TLSConfigurationError) {
            self.name = name
            guard case .object(let members) = value else {
                throw TLSNamedFiles.error("\(name.quoted): an object is expected, not \(value.kind)")
            }
            self.members = members
            if let unknown = members.keys.sorted().first(where: { !Self.known.contains($0) }) {
                throw error("\(unknown.quoted) is unknown; known are \(Self.known.joined(separator: ", "))")
            }
        }

        func path(_ key: String) throws(TLSConfigurationError) -> String? {
            switch members[key] {
            case nil, .null: return nil
            case .string(let text) where !text.isEmpty: return text
            default: throw error("\(key.quoted) is to be a path")
            }
        }

        func flag(_ key: String) throws(TLSConfigurationError) -> Bool? {
            switch members[key] {
            case nil, .null: return nil
            case .boolean(let flag): return flag
            default: throw error("\(key.quoted) is to be true or false")
            }
        }

        func error(_ text: String) -> TLSConfigurationError { TLSNamedFiles.error("\(name.quoted): \(text)") }
    }

    private static func error(_ text: String) -> TLSConfigurationError {
        TLSConfigurationError("SSL_CONTEXTS: \(text)")
    }
}
