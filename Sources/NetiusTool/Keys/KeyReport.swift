import Netius

/// The numbers of a key, by name, as Python's `pprint` shows a dictionary, or as JSON.
struct KeyReport: Sendable, Equatable {
    /// The columns within which `pprint` keeps a dictionary on one line.
    private static let width = 80

    struct Row: Sendable, Equatable {
        let name: String
        /// In decimal digits.
        let number: String
        /// Whether it is one that every reader of JSON can hold.
        let isSmall: Bool
    }

    let rows: [Row]

    private init(_ rows: [(String, String, Bool)]) {
        self.rows = rows.map { Row(name: $0.0, number: $0.1, isSmall: $0.2) }.sorted { $0.name < $1.name }
    }

    init(_ key: RSAPublicKey) {
        self.init([
            ("bits", "\(key.bitCount)", true), ("modulus", "\(key.modulus)", false),
            ("public_exponent", "\(key.publicExponent)", false),
        ])
    }

    init(_ key: RSAPrivateKey) {
        self.init([
            ("version", "0", true), ("bits", "\(key.publicKey.bitCount)", true),
            ("modulus", "\(key.publicKey.modulus)", false),
            ("public_exponent", "\(key.publicKey.publicExponent)", false),
            ("private_exponent", "\(key.privateExponent)", false), ("prime_1", "\(key.primes.0)", false),
            ("prime_2", "\(key.primes.1)", false), ("exponent_1", "\(key.exponents.0)", false),
            ("exponent_2", "\(key.exponents.1)", false), ("coefficient", "\(key.coefficient)", false),
        ])
    }

    /// Python's form: a name on each line, unless all fit on one.
    var text: String {
        let members = rows.map { "'\($0.name)': \($0.number)" }
        let line = "{\(members.joined(separator: ", "))}"
        return line.utf8.count <= Self.width ? "\(line)\n" : "{\(members.joined(separator: ",\n "))}\n"
    }

    /// A JSON object on one line. Numbers that may have thousands of bits are strings of digits.
    var json: String {
        let members = rows.map { "\($0.name.quoted): \($0.isSmall ? $0.number : $0.number.quoted)" }
        return "{\(members.joined(separator: ", "))}\n"
    }
}
