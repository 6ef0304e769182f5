/// A file of users and the hashes of their passwords, as `htpasswd` makes it.
///
/// ```
/// htpasswd -B -c users frank
/// ```
///
/// Each line is `user:hash`; what begins with `#` is a comment. Hashes are those of crypt(3) that are slow by design:
/// bcrypt (`$2y$`, by `htpasswd -B`), yescrypt (`$y$`), SHA-512 and SHA-256 (`$6$`, `$5$`); or what `netius auth generate`
/// prints, `pbkdf2-sha256:...`. Any other makes the file an error, unless it is accepted expressly. A file that is changed
/// is read again within a second; if it has become an error, or is gone, that is logged and the users stay as they were.
///
/// Hashes are computed by two threads of their own, so that whoever tries many passwords keeps neither a loop nor other
/// blocking work waiting, and two at a time for each address, so that he keeps nobody else waiting. Credentials that were
/// right are remembered for a while, by a keyed digest, and wait for none of that.
public final class PasswordFile: Sendable {
    /// The most bytes that a file may have: 4 MiB.
    public static let maximumSize = 4 << 20
    /// How old a change must be to be sure that no other has followed it without changing the file's time.
    private static let settlingTime: Int64 = 2

    private struct State {
        var version: Version
        var cache: CredentialCache
        /// When the file was last looked at, or somebody set out to.
        var checked = MonotonicTime.now
        /// Whether a thread is looking at it.
        var isReading = false
        /// Why the file could not be read again.
        var failure: String?

        /// Whether it is time to look at the file again: then it is for the caller to do, and for nobody else.
        mutating func takeLook(at now: MonotonicTime, every interval: Duration) -> Bool {
            guard !isReading, now >= checked + interval else { return false }
            checked = now
            return true
        }
    }

    /// The file as it was read.
    private struct Version {
        var table: PasswordTable
        var status: File.Status
        /// Whether the file cannot have changed since without its status showing that.
        var isSettled: Bool
        /// Counts the versions that differ.
        var number = 0
    }

    /// Where the file is.
    public let path: String
    /// What passwords in it may be kept as.
    public let forms: PasswordForms
    /// How long the file is taken to be unchanged.
    private let checkInterval: Duration
    private let checks: PasswordChecks
    private let digest = SecretDigest()
    private let state: Guarded<State>

    /// Reads the file, which waits for the disk: make it before there are requests.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - forms: What passwords may be kept as; slow hashes by default.
    ///   - cacheLifetime: How long credentials that were right are remembered, 256 of them at most; a minute by default.
    ///     With `.zero` each request costs the time of its hash.
    /// - Throws: `SystemError`; `PasswordFileError`.
    public convenience init(
        path: String, accepting forms: PasswordForms = .strong, cacheLifetime: Duration = .seconds(60)
    ) throws {
        try self.init(path: path, accepting: forms, cacheLifetime: cacheLifetime, checkInterval: .seconds(1))
    }

    package init(
        path: String, accepting forms: PasswordForms = .strong, cacheLifetime: Duration, checkInterval: Duration,
        checks: PasswordChecks = .shared
    ) throws {
        self.path = path
        self.forms = forms
        self.checkInterval = checkInterval
        self.checks = checks
        let version = try Self.read(try File(path: path), path, forms)
        state = Guarded(State(version: version, cache: CredentialCache(lifetime: cacheLifetime)))
    }

    /// Whether the password is the user's.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - password: The password.
    ///   - address: Who asks: of one address two passwords are checked at a time, and more wait, but for those that are
    ///     remembered. Nil, the default, for somebody who is trusted not to ask too much.
    /// - Returns: Whether it is.
    /// - Throws: `BlockingPoolError.queueFull` when too many passwords are being checked; `CancellationError`.
    public func verify(user: String, password: String, from address: IPAddress? = nil) async throws -> Bool {
        guard !user.utf8.contains(UInt8(ascii: ":")),
            let credentials = PasswordCredentials(Array("\(user):\(password)".utf8))
        else { return false }
        return try await verify(credentials, from: address, log: Log.current)
    }

    /// Whether the password is the user's. What goes wrong with the file is told to `log`.
    package func verify(_ credentials: PasswordCredentials, from address: IPAddress?, log: Log) async throws -> Bool {
        let digest = digest(credentials.octets.span)
        let now = MonotonicTime.now
        let (isKnown, isToLook) = state.withLock { [checkInterval] state in
            let isKnown = state.cache.contains(digest, at: now)
            return (isKnown, isKnown && state.takeLook(at: now, every: checkInterval))
        }
        if isKnown {
            // Whoever else comes meanwhile takes what is known.
            guard isToLook else { return true }
            if try await isKnownAfterLook(digest, log) { return true }
        }
        return try await checks.run(for: address) { self.check(credentials, digest, log) }
    }

    /// Whether credentials are still remembered when the file has been looked at again. No hash is computed for that, so it
    /// waits for no turn among those that are.
    private func isKnownAfterLook(_ digest: SecretDigest.Digest?, _ log: Log) async throws -> Bool {
        do {
            try await BlockingPool.shared.run { self.refresh(log) }
        } catch BlockingPoolError.queueFull {
            // The next look is as good.
        }
        return state.withLock { $0.cache.contains(digest, at: .now) }
    }

    /// How many credentials are remembered.
    package var cachedCount: Int { state.withLock { $0.cache.count } }

    // MARK: On a thread of the pool

    private func check(_ credentials: PasswordCredentials, _ digest: SecretDigest.Digest?, _ log: Log) -> Bool {
        if state.withLock({ [checkInterval] in $0.takeLook(at: .now, every: checkInterval) }) { refresh(log) }
        let (version, isKnown) = state.withLock { ($0.version, $0.cache.contains(digest, at: .now)) }
        if isKnown { return true }
        guard version.table.verify(credentials) else { return false }
        state.withLock { state in
            // It may have been right in a file that has been changed meanwhile.
            if state.version.number == version.number { state.cache.insert(digest, at: .now) }
        }
        return true
    }

    /// Reads the file again if it has changed.
    private func refresh(_ log: Log) {
        let known: Version? = state.withLock { state in
            guard !state.isReading else { return nil }
            state.isReading = true
            return state.version
        }
        guard let known else { return }
        defer { state.withLock { $0.isReading = false } }
        do {
            let file = try File(path: path)
            if known.isSettled, file.status == known.status { return succeed(nil) }
            succeed(try Self.read(file, path, forms))
        } catch {
            fail("\(error)", log)
        }
    }

    private func succeed(_ version: Version?) {
        state.withLock { state in
            state.failure = nil
            guard var version else { return }
            version.number = state.version.number
            if version.table != state.version.table {
                version.number += 1
                state.cache.removeAll()
            }
            state.version = version
        }
    }

    private func fail(_ reason: String, _ log: Log) {
        let isNew = state.withLock { state in
            defer { state.failure = reason }
            return state.failure != reason
        }
        if isNew { log.error("the users stay as they were: \(reason)", metadata: ["file": path]) }
    }

    private static func read(_ file: File, _ path: String, _ forms: PasswordForms) throws -> Version {
        guard file.status.kind == .regular, file.status.size <= maximumSize else {
            throw PasswordFileError(
                path: path, line: nil, user: nil, reason: "expected a file of at most \(maximumSize) bytes")
        }
        let isSettled = file.status.modified.seconds < Timestamp.now.seconds - settlingTime
        let content = try file.read(at: 0, upTo: maximumSize)
        return Version(
            table: try PasswordTable(content, path: path, accepting: forms), status: file.status, isSettled: isSettled)
    }
}
