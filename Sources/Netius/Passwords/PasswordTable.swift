/// The users of a password file, each with the hash of a password.
struct PasswordTable: Sendable, Equatable {
    /// The most kinds of passwords that each check goes through.
    static let maximumKinds = 8

    private var passwords: [[UInt8]: StoredPassword] = [:]
    /// The first password of each kind, as many as each check goes through.
    private var samples: [StoredPassword] = []

    /// Reads lines of `user:hash`, with perhaps `:` and a comment behind; empty lines, and those that begin with `#`, are
    /// passed over.
    ///
    /// A form that has colons itself is all of its parts; a plain password is the rest of the line.
    ///
    /// - Throws: `PasswordFileError` for the first line that is anything else, names a user again, or has a hash that
    ///   is not accepted.
    init(
        _ content: [UInt8], path: String, accepting forms: PasswordForms = .strong
    ) throws(PasswordFileError) {
        var number = 0
        var known: Set<StoredPassword.Kind> = []
        var methods: Set<PasswordHash.Method> = []
        for var line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.last == .carriageReturn { line = line.dropLast() }
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            let user = Array(parts[0])
            guard parts.count > 1, PasswordCredentials(user + [UInt8(ascii: ":")]) != nil, !user.isEmpty else {
                throw PasswordFileError(path: path, line: number, user: nil, reason: "expected user:hash")
            }
            let name = String(decoding: user, as: UTF8.self)
            guard passwords[user] == nil else {
                throw PasswordFileError(path: path, line: number, user: name, reason: "the user is there twice")
            }
            do throws(PasswordHash.Refusal) {
                let password = try StoredPassword(String(decoding: parts[1], as: UTF8.self), accepting: forms)
                if known.insert(password.kind).inserted {
                    // Of a method of crypt(3) the first is enough, whatever the others cost.
                    let isKnown = password.hash.map { !methods.insert($0.method).inserted } ?? false
                    guard isKnown || password.isSupported else { throw .unsupported }
                    if samples.count < Self.maximumKinds { samples.append(password) }
                }
                passwords[user] = password
            } catch {
                throw PasswordFileError(path: path, line: number, user: name, reason: "the password \(error)")
            }
        }
    }

    /// Whether the password is the user's. It takes as long for a user that is not there as for any that is, whatever
    /// form his is in: so it does not tell who is there.
    func verify(_ credentials: PasswordCredentials) -> Bool {
        let (computed, own) = computed(for: Array(credentials.octets[credentials.userRange]))
        var isRight = false
        for (index, password) in computed.enumerated() {
            let matches = password.matches(credentials.octets.span.extracting(credentials.passwordRange))
            if index == own { isRight = matches }
        }
        return isRight
    }

    /// What is computed for a user: one password of each kind, among them the user's own, if there is one, and where.
    func computed(for user: [UInt8]) -> (passwords: [StoredPassword], own: Int?) {
        guard let own = passwords[user] else { return (samples, nil) }
        var computed = samples
        let kind = own.kind
        if let place = computed.firstIndex(where: { $0.kind == kind }) {
            computed[place] = own
            return (computed, place)
        }
        // A file with very many kinds: no place but the last is the user's own.
        computed.append(own)
        return (computed, computed.count - 1)
    }
}
