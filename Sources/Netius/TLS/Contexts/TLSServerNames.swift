/// What to use for which server name that a client asks for (RFC 6066 section 3).
///
/// A name is exact, `www.example.com`, or a wildcard, `*.example.com`, which stands for exactly one label. An exact name
/// wins. Case and a dot at the end make no difference. However many names there are, looking one up takes the same time.
struct TLSServerNames<Value> {
    private var exact: [String: Value] = [:]
    /// By what follows the `*.`.
    private var wildcards: [String: Value] = [:]

    /// No names.
    init() {}

    /// These names, each with its value.
    init(_ values: [String: Value]) throws(TLSConfigurationError) {
        // In a fixed order, so that of several errors it is always the same that is told.
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { try insert(value, for: name) }
    }

    /// Adds a name, which must not be there yet.
    mutating func insert(_ value: Value, for name: String) throws(TLSConfigurationError) {
        let normal = TLSHostName.normalized(name)
        let parent = normal.hasPrefix("*.") ? String(normal.dropFirst(2)) : nil
        if let problem = Self.problem(with: parent ?? normal) {
            throw TLSConfigurationError("server name \(name.quoted): \(problem)")
        }
        let previous =
            if let parent {
                wildcards.updateValue(value, forKey: parent)
            } else {
                exact.updateValue(value, forKey: normal)
            }
        guard previous == nil else { throw TLSConfigurationError("server name \(name.quoted): given twice") }
    }

    /// Whether this very name was added, be it exact or a wildcard.
    func contains(_ name: String) -> Bool {
        let normal = TLSHostName.normalized(name)
        return normal.hasPrefix("*.") ? wildcards[String(normal.dropFirst(2))] != nil : exact[normal] != nil
    }

    /// What belongs to the name; nil for one that is not known.
    subscript(name: String) -> Value? {
        let name = TLSHostName.normalized(name)
        if let value = exact[name] { return value }
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return nil }
        return wildcards[String(name[name.utf8.index(after: dot)...])]
    }

    /// Why no client will ask for this name; nil when one may.
    private static func problem(with name: String) -> String? {
        if IPAddress(name) != nil { return "clients send no addresses; those are served the default certificate" }
        return TLSHostName.problem(with: name)
    }
}

extension TLSServerNames: Sendable where Value: Sendable {}
