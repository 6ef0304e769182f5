/// Which forms of passwords are accepted, each with those before it.
public enum PasswordForms: Int, Sendable, Comparable {
    /// What is slow by design: bcrypt, yescrypt, SHA-512 and SHA-256 of crypt(3), `pbkdf2-sha256:...` of at least
    /// 100 000 iterations, `scrypt:...`.
    case strong
    /// Also a mere digest with a salt or without, `sha256:<salt>:<digest>`, and few iterations: who has the file guesses
    /// billions of passwords in a second.
    case digests
    /// Also passwords as they are: what is in no other form.
    case plain

    /// Whether the left forms are among the right ones, and are not all of them.
    public static func < (left: PasswordForms, right: PasswordForms) -> Bool { left.rawValue < right.rawValue }
}
