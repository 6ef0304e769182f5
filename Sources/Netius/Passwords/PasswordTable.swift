/// The users of a password file, each with the hash of a password.
struct PasswordTable: Sendable, Equatable {
    private var hashes: [[UInt8]: StoredPassword] = [:]
    private var all: [StoredPassword] = []

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
        var known: Set<PasswordHash.Method> = []
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
            guard hashes[user] == nil else {
                throw PasswordFileError(path: path, line: number, user: name, reason: "the user is there twice")
            }
            do throws(PasswordHash.Refusal) {
                let password = try StoredPassword(String(decoding: parts[1], as: UTF8.self), accepting: forms)
                if let hash = password.hash, known.insert(hash.method).inserted, !hash.isSupported {
                    throw .unsupported
                }
                hashes[user] = password
                all.append(password)
            } catch {
                throw PasswordFileError(path: path, line: number, user: name, reason: "the password \(error)")
            }
        }
    }

    /// Whether the password is the user's. It takes as long for a user that is not there as for some that is, always
    /// the same for each name: so it does not tell who is there.
    func verify(_ credentials: PasswordCredentials) -> Bool {
        let user = Array(credentials.octets[credentials.userRange])
        let found = hashes[user]
        guard let hash = found ?? decoy(for: user) else { return false }
        let matches = hash.matches(credentials.octets.span.extracting(credentials.passwordRange))
        return matches && found != nil
    }

    /// One of the hashes; nil where there are none.
    private func decoy(for user: [UInt8]) -> StoredPassword? {
        guard !all.isEmpty else { return nil }
        return all[Int(UInt(bitPattern: user.hashValue) % UInt(all.count))]
    }
}
