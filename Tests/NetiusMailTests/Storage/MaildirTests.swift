import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Maildir")
struct MaildirTests {
    private func envelope(_ recipients: String..., from sender: String? = "a@b") throws -> SMTPEnvelope {
        SMTPEnvelope(
            sender: SMTPSender(sender.flatMap { MailAddress($0) }),
            recipients: try recipients.map { SMTPRecipient(try #require(MailAddress($0))) })
    }

    private func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
    }

    private func content(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private func isEmpty(_ maildir: String) -> Bool {
        ["tmp", "new", "cur"].allSatisfy { names("\(maildir)/\($0)").isEmpty }
    }

    @Test("A message is a file in new, behind who it was from and for")
    func delivery() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            let store = Maildir(path: path)
            let identifier = try await store.store(octets("Subject: x\r\n\r\nbody\r\n"), for: envelope("u@x", "V@Y"))
            #expect(identifier.utf8.count == 36 && identifier == identifier.uppercased())
            let name = try #require(names("\(path)/new").first)
            #expect(names("\(path)/new").count == 1 && names("\(path)/tmp").isEmpty && names("\(path)/cur").isEmpty)
            #expect(name.contains(".\(identifier)."))
            #expect(
                try content("\(path)/new/\(name)")
                    == "Return-Path: <a@b>\r\nDelivered-To: u@x\r\nDelivered-To: V@y\r\nSubject: x\r\n\r\nbody\r\n")
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/new/\(name)")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
            _ = try await store.store([], for: envelope("u@x", from: nil))
            let other = try #require(names("\(path)/new").first { $0 != name })
            #expect(try content("\(path)/new/\(other)") == "Return-Path: <>\r\nDelivered-To: u@x\r\n")
        }
    }

    @Test("A large message comes in pieces, and nothing is in new before it is committed")
    func large() async throws {
        try await withTemporaryDirectory { directory in
            let delivery = try await Maildir(path: directory).begin(envelope("u@x"))
            var random = SeededRandom(seed: 1)
            let piece = random.bytes(100_000)
            for _ in 0..<20 {
                try await delivery.append(piece)
                #expect(names("\(directory)/new").isEmpty)
            }
            #expect(names("\(directory)/tmp").count == 1)
            _ = try await delivery.commit()
            #expect(names("\(directory)/tmp").isEmpty)
            let data = try Data(
                contentsOf: URL(fileURLWithPath: "\(directory)/new/\(try #require(names("\(directory)/new").first))"))
            #expect(data.count == 2_000_000 + "Return-Path: <a@b>\r\nDelivered-To: u@x\r\n".utf8.count)
            await #expect(throws: MailStoreError.ended) { try await delivery.append(piece) }
            await #expect(throws: MailStoreError.ended) { try await delivery.commit() }
            await delivery.abandon()
            #expect(names("\(directory)/new").count == 1)
        }
    }

    @Test("What is abandoned, or forgotten, leaves nothing behind")
    func abandoned() async throws {
        try await withTemporaryDirectory { directory in
            let store = Maildir(path: directory)
            do {
                let delivery = try await store.begin(envelope("u@x"))
                try await delivery.append([UInt8](repeating: 97, count: 600_000))
                #expect(names("\(directory)/tmp").count == 1)
                await delivery.abandon()
                await #expect(throws: MailStoreError.ended) { try await delivery.commit() }
            }
            #expect(isEmpty(directory))
            do {
                let delivery = try await store.begin(envelope("u@x"))
                try await delivery.append([UInt8](repeating: 97, count: 600_000))
            }
            try await eventually("the file is gone") { isEmpty(directory) }
        }
    }

    @Test("Content that breaks off is not stored")
    func brokenContent() async throws {
        try await withTemporaryDirectory { directory in
            let store = Maildir(path: directory)
            let content = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield([UInt8](repeating: 97, count: 300_000))
                continuation.finish(throwing: TestFailure("the peer left"))
            }
            await #expect(throws: TestFailure.self) { try await store.store(content, for: envelope("u@x")) }
            #expect(isEmpty(directory))
        }
    }

    @Test("With a folder for each user, addresses find theirs")
    func users() async throws {
        try await withTemporaryDirectory { directory in
            for user in ["frank", "ann.lee"] {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(user)", withIntermediateDirectories: false)
            }
            let store = Maildir(path: directory, layout: .perUser)
            let known = ["frank@x", "FRANK@x", "frank+lists@x", "frank+../..@x", "Ann.Lee@y", "postmaster@x"]
            for text in known where MailAddress(text) != nil {
                try await store.check(#require(MailAddress(text)))
            }
            let unknown = [
                "joe@x", "\"..\"@x", "\".\"@x", "\"\\.\\./etc\"@x", "\"a/b\"@x", "+lists@x", "\".frank\"@x", "-frank@x",
                "_frank@x", "fränk@x", "\"frank \"@x", "\"\u{2F}frank\"@x", "fr~@x", "\"frank\\\\\"@x",
            ]
            for text in unknown {
                let address = try #require(MailAddress(text), "\(text)")
                await #expect(throws: MailStoreError.unknownMailbox(address)) { try await store.check(address) }
            }
            _ = try await store.store(
                octets("x\r\n"), for: envelope("frank@x", "ann.lee@x", "frank+lists@x", "postmaster@x"))
            for (user, recipients) in [
                ("frank", ["frank@x", "frank+lists@x"]), ("ann.lee", ["ann.lee@x"]), ("postmaster", ["postmaster@x"]),
            ] {
                let folder = "\(directory)/\(user)/new"
                let text = try content("\(folder)/\(try #require(names(folder).first))")
                let fields = recipients.map { "Delivered-To: \($0)\r\n" }.joined()
                #expect(text == "Return-Path: <a@b>\r\n\(fields)x\r\n")
                #expect(names(folder).count == 1 && names("\(directory)/\(user)/tmp").isEmpty)
            }
            #expect(Set(names(directory)) == ["frank", "ann.lee", "postmaster"])
            // Who was not checked is refused in the end.
            let joe = try #require(MailAddress("joe@x"))
            await #expect(throws: MailStoreError.unknownMailbox(joe)) {
                try await store.store(octets("x\r\n"), for: envelope("joe@x"))
            }
            // Frank is not to hear that there is no such mailbox.
            for recipients in [("frank@x", "joe@x"), ("joe@x", "frank@x")] {
                let failure = await #expect(throws: MailStoreError.missingMailbox(joe)) {
                    try await store.store(octets("x\r\n"), for: envelope(recipients.0, recipients.1))
                }
                #expect(failure?.reply.isTemporary == true)
            }
            #expect(names("\(directory)/frank/new").count == 1 && names("\(directory)/frank/tmp").isEmpty)
        }
    }

    @Test("Who cannot be looked up now is not unknown for that")
    func lookupFailure() async throws {
        try await withTemporaryDirectory { directory in
            // A link to itself leads nowhere, which is no answer to whether there is a folder.
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/frank", withDestinationPath: "\(directory)/frank")
            let store = Maildir(path: directory, layout: .perUser)
            let frank = try #require(MailAddress("frank@x"))
            let failure = await #expect(throws: MailStoreError.self) { try await store.check(frank) }
            #expect(failure?.reply.isTemporary == true)
            let other = await #expect(throws: MailStoreError.self) {
                try await store.store(octets("x"), for: envelope("frank@x"))
            }
            #expect(other?.reply.isTemporary == true)
        }
    }

    @Test("For more mailboxes than that there is no room at a time")
    func manyMailboxes() async throws {
        try await withTemporaryDirectory { directory in
            let store = Maildir(path: directory, layout: .perUser)
            let recipients = try (0...100).map { SMTPRecipient(try #require(MailAddress("u\($0)@x"))) }
            await #expect(throws: MailStoreError.tooManyMailboxes(100)) {
                try await store.begin(SMTPEnvelope(sender: SMTPSender(nil), recipients: recipients))
            }
            _ = try await store.begin(SMTPEnvelope(sender: SMTPSender(nil), recipients: Array(recipients.dropLast())))
        }
    }

    @Test("A message for nobody is stored nowhere")
    func nobody() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await Maildir(path: directory).store(octets("x"), for: SMTPEnvelope(sender: SMTPSender(nil)))
            #expect(names(directory).isEmpty)
        }
    }

    @Test("Where new cannot be written to, nothing is stored, nothing is left, and the reply is temporary")
    func failing() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(atPath: "\(directory)/tmp", withIntermediateDirectories: false)
            try Data().write(to: URL(fileURLWithPath: "\(directory)/new"))
            let store = Maildir(path: directory)
            let failure = await #expect(throws: MailStoreError.self) {
                try await store.store(octets("x"), for: envelope("u@x"))
            }
            #expect(failure?.reply.code == 451)
            #expect(names("\(directory)/tmp").isEmpty)
            try FileManager.default.removeItem(atPath: "\(directory)/new")
            try FileManager.default.createDirectory(atPath: "\(directory)/new", withIntermediateDirectories: false)
            _ = try await store.store(octets("x"), for: envelope("u@x"))
            #expect(names("\(directory)/new").count == 1)
        }
    }

    @Test("Where the second mailbox fails, the first gets nothing either")
    func partialFailure() async throws {
        try await withTemporaryDirectory { directory in
            for folder in ["one", "two", "two/tmp"] {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(folder)", withIntermediateDirectories: false)
            }
            try Data().write(to: URL(fileURLWithPath: "\(directory)/two/new"))
            let store = Maildir(path: directory, layout: .perUser)
            for recipients in [("one@x", "two@x"), ("two@x", "one@x")] {
                await #expect(throws: MailStoreError.self) {
                    try await store.store(octets("x"), for: envelope(recipients.0, recipients.1))
                }
                #expect(isEmpty("\(directory)/one") && names("\(directory)/two/tmp").isEmpty)
            }
        }
    }

    @Test("A full disk is told as such, leaves nothing behind, and takes messages again once there is room")
    func fullDisk() async throws {
        guard getuid() == 0, let mount = ChildProcess("mount"), let unmount = ChildProcess("umount") else {
            return print("skipped: only root can make a small disk")
        }
        try await withTemporaryDirectory { directory in
            guard try await mount.run(["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory]).status == 0 else {
                return print("skipped: no small disk can be made here")
            }
            let store = Maildir(path: "\(directory)/mail")
            let result = await Result {
                _ = try await store.store(octets("small"), for: envelope("u@x"))
                let failure = await #expect(throws: MailStoreError.self) {
                    try await store.store([UInt8](repeating: 97, count: 2 << 20), for: envelope("u@x"))
                }
                #expect(failure?.reply.code == 452)
                #expect(failure?.reply.enhancedStatus?.description == "4.3.1")
                #expect(names("\(directory)/mail/tmp").isEmpty && names("\(directory)/mail/new").count == 1)
                _ = try await store.store([UInt8](repeating: 97, count: 1 << 19), for: envelope("u@x"))
                _ = try await mount.run(["-o", "remount,ro", directory])
                let other = await #expect(throws: MailStoreError.self) {
                    try await store.store(octets("x"), for: envelope("u@x"))
                }
                #expect(other?.reply.code == 452)
                _ = try await mount.run(["-o", "remount,rw", directory])
                _ = try await store.store(octets("x"), for: envelope("u@x"))
                #expect(names("\(directory)/mail/tmp").isEmpty && names("\(directory)/mail/new").count == 3)
            }
            _ = try await unmount.run([directory])
            try result.get()
        }
    }

    @Test("A delivery that is cancelled throws, and leaves nothing in tmp")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            let pool = BlockingPool(maximumThreads: 1)
            let store = Maildir(path: directory, layout: .shared, pool: pool)
            let delivery = try await store.begin(envelope("u@x"))
            let gate = Gate()
            let blocker = Task { try await pool.run { gate.waitBlocking(1) } }
            let task = Task {
                do {
                    try await delivery.append([UInt8](repeating: 97, count: 600_000))
                } catch {
                    await delivery.abandon()
                    throw error
                }
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            gate.open()
            try await blocker.value
            #expect(isEmpty(directory))
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
