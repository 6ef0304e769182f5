import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What is left in a Maildir's tmp") struct MaildirSweepingTests {
    private func makeFile(_ path: String, age: TimeInterval) throws {
        #expect(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    }

    @Test("goes with the next delivery, when it is 36 hours old")
    func delivery() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            let store = try Maildir(preparing: path)
            try makeFile("\(path)/tmp/old", age: 36 * 3600 + 60)
            try makeFile("\(path)/tmp/young", age: 36 * 3600 - 600)
            try FileSystem.makeFolder("\(path)/tmp/folder")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -1_000_000)], ofItemAtPath: "\(path)/tmp/folder")
            // Mail is none of its business.
            try makeFile("\(path)/new/old", age: 1_000_000)
            let sent = try envelope(to: "bob@example.net")
            _ = try await store.store(octets("Subject: x\r\n\r\n"), for: sent)
            #expect(try FileSystem.names(in: "\(path)/tmp").sorted() == ["folder", "young"])
            #expect(try FileSystem.names(in: "\(path)/new").count == 2)
            // Not with each delivery.
            try makeFile("\(path)/tmp/old", age: 1_000_000)
            _ = try await store.store(octets("Subject: x\r\n\r\n"), for: sent)
            #expect(try FileSystem.names(in: "\(path)/tmp").sorted() == ["folder", "old", "young"])
            // After an hour again.
            Maildir.sweepSometimes(path, now: .now + Maildir.sweepInterval)
            #expect(try FileSystem.names(in: "\(path)/tmp").sorted() == ["folder", "young"])
        }
    }

    @Test("is nobody's failure where there is nothing, or nothing that may be removed")
    func nothing() throws {
        #expect(throws: SystemError.self) { try Maildir.sweep("/there/is/none") }
        Maildir.sweepSometimes("/there/is/none", now: .now)
    }
}
