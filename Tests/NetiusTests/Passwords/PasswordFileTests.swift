import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite("Password files", .timeLimit(.minutes(2)))
struct PasswordFileTests {
    private static let hash = "$5$rounds=1000$saltsalt$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9"

    private func withFile(_ content: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("users-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(content, to: path)
        try await body(path)
    }

    private func write(_ content: String, to path: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func open(_ path: String, cacheLifetime: Duration = .seconds(3600)) throws -> PasswordFile {
        try PasswordFile(path: path, cacheLifetime: cacheLifetime, checkInterval: .zero)
    }

    @Test("What htpasswd writes is read: bcrypt, SHA-256, SHA-512, and changes of it", arguments: ["-B", "-2", "-5"])
    func htpasswd(option: String) async throws {
        guard let htpasswd = ChildProcess("htpasswd") else { return }
        try await withFile("") { path in
            #expect(try await htpasswd.run(["-b", option, path, "frank", "s\u{E9}cret"]).status == 0)
            #expect(try await htpasswd.run(["-b", option, path, "jane", "other"]).status == 0)
            let file = try open(path)
            #expect(try await file.verify(user: "frank", password: "s\u{E9}cret"))
            #expect(try await file.verify(user: "jane", password: "other"))
            #expect(try await !file.verify(user: "jane", password: "s\u{E9}cret"))
            #expect(try await !file.verify(user: "joe", password: "other"))
            #expect(try await htpasswd.run(["-b", option, path, "jane", "changed"]).status == 0)
            #expect(try await htpasswd.run(["-D", path, "frank"]).status == 0)
            #expect(try await !file.verify(user: "frank", password: "s\u{E9}cret"))
            #expect(try await !file.verify(user: "jane", password: "other"))
            #expect(try await file.verify(user: "jane", password: "changed"))
        }
    }

    @Test("What htpasswd warns of is refused: MD5, SHA-1, DES and plain text", arguments: ["-m", "-s", "-d", "-p"])
    func htpasswdWeak(option: String) async throws {
        guard let htpasswd = ChildProcess("htpasswd") else { return }
        try await withFile("") { path in
            let result = try await htpasswd.run(["-b", option, path, "frank", "secret"])
            #expect(result.status == 0)
            #expect {
                try PasswordFile(path: path)
            } throws: { error in
                guard let error = error as? PasswordFileError else { return false }
                return error.line == 1 && error.user == "frank" && error.reason.contains("htpasswd -B")
            }
        }
    }

    @Test("A file that is missing, a directory or too large is an error")
    func noFile() async throws {
        #expect(throws: SystemError(operation: "open /nonexistent", code: ENOENT)) {
            try PasswordFile(path: "/nonexistent")
        }
        #expect(throws: PasswordFileError.self) { try PasswordFile(path: "/tmp") }
        #expect(throws: PasswordFileError.self) { try PasswordFile(path: "/dev/zero") }
        try await withFile(String(repeating: "#\n", count: PasswordFile.maximumSize / 2 + 1)) { path in
            #expect(throws: PasswordFileError.self) { try PasswordFile(path: path) }
        }
    }

    @Test("Credentials that were right are remembered, others are not; a changed file forgets them")
    func cache() async throws {
        try await withFile("frank:\(Self.hash)\n") { path in
            let file = try open(path)
            for _ in 0..<3 {
                #expect(try await file.verify(user: "frank", password: "password"))
                #expect(try await !file.verify(user: "frank", password: "wrong"))
            }
            #expect(file.cachedCount == 1)
            try write("# changed\nfrank:\(Self.hash)\n", to: path)
            #expect(try await file.verify(user: "frank", password: "password"))
            #expect(file.cachedCount == 1)
            try write("jane:\(Self.hash)\n", to: path)
            #expect(try await !file.verify(user: "frank", password: "password"))
            #expect(file.cachedCount == 0)
        }
    }

    @Test("Credentials that are remembered wait for no turn, also where the file is to be looked at again")
    func turns() async throws {
        try await withFile("frank:\(Self.hash)\n") { path in
            let checks = PasswordChecks(pool: BlockingPool(name: "netius-test", maximumThreads: 2, maximumQueue: 100))
            let file = try PasswordFile(
                path: path, cacheLifetime: .seconds(3600), checkInterval: .zero, checks: checks)
            let address = IPAddress.v4(.loopback)
            #expect(try await file.verify(user: "frank", password: "password", from: address))
            // Its turn ends a little later than it.
            try await eventually("nothing is under way") { checks.addressCount == 0 }
            let gate = TestSupport.Gate()
            defer { gate.open() }
            let guesses = (0..<PasswordChecks.maximumPerAddress + PasswordChecks.maximumWaiting).map { _ in
                Task { try await checks.run(for: address) { gate.waitBlocking(1) } }
            }
            try await eventually("all wait") { checks.waiting(for: address) == PasswordChecks.maximumWaiting }
            await #expect(throws: BlockingPoolError.queueFull) {
                _ = try await file.verify(user: "frank", password: "wrong", from: address)
            }
            #expect(try await file.verify(user: "frank", password: "password", from: address))
            // That the file has changed is seen without a turn too.
            try write("jane:\(Self.hash)\n", to: path)
            await #expect(throws: BlockingPoolError.queueFull) {
                _ = try await file.verify(user: "frank", password: "password", from: address)
            }
            #expect(file.cachedCount == 0)
            gate.open()
            for guess in guesses { try await guess.value }
            #expect(try await !file.verify(user: "frank", password: "password", from: address))
        }
    }

    @Test("With no lifetime nothing is remembered")
    func noCache() async throws {
        try await withFile("frank:\(Self.hash)\n") { path in
            let file = try open(path, cacheLifetime: .zero)
            for _ in 0..<3 { #expect(try await file.verify(user: "frank", password: "password")) }
            #expect(file.cachedCount == 0)
        }
    }

    @Test("Within a second of the last look the file is not looked at; after it, it is")
    func interval() async throws {
        try await withFile("frank:\(Self.hash)\n") { path in
            let hour = try PasswordFile(path: path, cacheLifetime: .seconds(60), checkInterval: .seconds(3600))
            let second = try PasswordFile(path: path)
            #expect(try await hour.verify(user: "frank", password: "password"))
            #expect(try await second.verify(user: "frank", password: "password"))
            try write("", to: path)
            #expect(try await hour.verify(user: "frank", password: "password"))
            try await eventually("the change") { try await !second.verify(user: "frank", password: "password") }
        }
    }

    @Test("A file that has become an error, or is gone, leaves the users as they were, and is logged once")
    func failure() async throws {
        try await withFile("frank:\(Self.hash)\n") { path in
            let file = try open(path)
            let sink = RecordingLogSink()
            let credentials = try #require(PasswordCredentials(octets("frank:password")))
            let log = Log(sink: sink)
            try write("frank:plain\n", to: path)
            for _ in 0..<3 { #expect(try await file.verify(credentials, from: nil, log: log)) }
            #expect(sink.records.filter { $0.level == .error }.count == 1)
            #expect(
                sink.records.filter { $0.level == .error }.first?.message.contains("line 1, user \"frank\"") == true)
            try FileManager.default.removeItem(atPath: path)
            for _ in 0..<3 { #expect(try await file.verify(credentials, from: nil, log: log)) }
            #expect(sink.records.filter { $0.level == .error }.count == 2)
            try write("", to: path)
            #expect(try await !file.verify(credentials, from: nil, log: log))
            #expect(sink.records.filter { $0.level == .error }.count == 2)
        }
    }

    @Test("A name with a colon, and what no request can carry, is nobody's")
    func names() async throws {
        try await withFile("a:\(Self.hash)\n") { path in
            let file = try open(path)
            #expect(try await !file.verify(user: "a:password", password: ""))
            #expect(try await !file.verify(user: "a:", password: "password"))
            #expect(try await !file.verify(user: "a", password: "password\0"))
            #expect(try await !file.verify(user: "a", password: String(repeating: "p", count: 600)))
        }
    }

    @Test("What is remembered is bounded, and ends")
    func bounds() {
        var cache = CredentialCache(lifetime: .seconds(10))
        let time: (UInt64) -> MonotonicTime = { MonotonicTime(nanoseconds: $0 * 1_000_000_000) }
        let digest: (Int) -> SecretDigest.Digest = { number in
            var digest = SecretDigest.Digest(repeating: UInt8(truncatingIfNeeded: number))
            digest[0] = UInt8(truncatingIfNeeded: number >> 8)
            return digest
        }
        for number in 0..<1000 {
            cache.insert(digest(number), at: time(1))
            #expect(cache.contains(digest(number), at: time(10)))
            #expect(cache.count <= CredentialCache.maximumCount)
        }
        #expect(!cache.contains(digest(999), at: time(11)))
        // What has ended makes room.
        cache.insert(digest(5000), at: time(11))
        #expect(cache.count == 1)
        cache.insert(digest(5000), at: time(15))
        #expect(cache.contains(digest(5000), at: time(24)))
        cache.removeAll()
        #expect(!cache.contains(digest(5000), at: time(15)))
    }

    @Test("A file in the form of old is read where that is asked for, and refused where it is not")
    func forms() async throws {
        let text = "frank:sha256:6e6574697573:8425d0f30bd166a33551b979fda2f66143c9169bcf84ccd2a725a71cfbd72ccc\n"
        try await withFile(text) { path in
            #expect {
                try PasswordFile(path: path)
            } throws: {
                "\($0)".contains("one digest (sha256), which is too weak")
            }
            let file = try PasswordFile(path: path, accepting: .digests)
            #expect(try await file.verify(user: "frank", password: "your_password"))
            #expect(try await !file.verify(user: "frank", password: "other"))
            #expect(file.forms == .digests && PasswordForms.strong < .digests)
        }
    }
}
