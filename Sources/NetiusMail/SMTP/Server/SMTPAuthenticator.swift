public import Netius

/// Finds out whether a client that authenticates is who it says it is.
public struct SMTPAuthenticator: Sendable {
    /// Whether the password is the user's. It should take as long for a user that there is not, and compare in constant
    /// time. What it throws is answered 454, and the client may try again.
    public typealias Verification =
        nonisolated(nonsending) @Sendable (
            _ user: String, _ password: String, _ session: SMTPSession
        ) async throws -> Bool

    let verify: Verification

    /// Asks a closure, which must not block.
    public init(_ verify: @escaping Verification) {
        self.verify = verify
    }

    /// Asks a password file.
    public init(_ passwordFile: PasswordFile) {
        verify = { user, password, session in
            try await passwordFile.verify(user: user, password: password, from: session.peerAddress.ipAddress)
        }
    }
}
