/// What is wrong with a password file.
public struct PasswordFileError: Error, Sendable, Hashable {
    /// The file.
    public let path: String
    /// The number of the line, the first being 1; nil where it is the file as a whole.
    public let line: Int?
    /// The user whose line it is, where that can be told.
    public let user: String?
    /// What is wrong, and what to do.
    public let reason: String
}

extension PasswordFileError: CustomStringConvertible {
    /// One line: `users, line 3, user "frank": the password is not hashed...`.
    public var description: String {
        var place = path.onOneLine
        if let line { place += ", line \(line)" }
        if let user { place += ", user \(user.quoted)" }
        return "\(place): \(reason)"
    }
}
