import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What is left in a Maildir's tmp") struct MaildirSweepingTests {
    /// When what was made now is old.
    private var later: Timestamp { .now.advanced(by: Maildir.maximumDeliveryTime + .seconds(60)) }

    private func makeFile(_ path: String) {
        #expect(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
    }

    @Test("goes after the first delivery, and then once an hour")
    func delivery() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            let store = try Maildir(preparing: path)
            let sent = try envelope(to: "bob@example.net")
            _ = try await store.store(octets("Subject: x\r\n\r\n"), for: sent)
            // That has been done.
            #expect(!Maildir.sweepSometimes(path))
            makeFile("\(path)/tmp/left")
            let hourLater = MonotonicTime.now + Maildir.sweepInterval
            #expect(Maildir.sweepSometimes(path, now: hourLater, date: later))
            try await eventually("it is gone") { try FileSystem.names(in: "\(path)/tmp").isEmpty }
            #expect(!Maildir.sweepSometimes(path, now: hourLater, date: later))
            // Mail is none of its business.
            #expect(try FileSystem.names(in: "\(path)/new").count == 1)
        }
    }

    @Test("goes when nobody has changed it for 36 hours, whatever the date of its content; folders stay")
    func age() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            try Maildir.makeFolders(path)
            makeFile("\(path)/tmp/left")
            // As a program leaves it that copies a message together with its date, and is about to move it into `new`.
            makeFile("\(path)/tmp/copied")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -1_000_000_000)], ofItemAtPath: "\(path)/tmp/copied")
            try FileSystem.makeFolder("\(path)/tmp/folder")
            #expect(try Maildir.sweep(path, now: .now) == 0)
            #expect(try Maildir.sweep(path, now: .now.advanced(by: Maildir.maximumDeliveryTime - .seconds(600))) == 0)
            #expect(try FileSystem.names(in: "\(path)/tmp").sorted() == ["copied", "folder", "left"])
            #expect(try Maildir.sweep(path, now: later) == 2)
            #expect(try FileSystem.names(in: "\(path)/tmp") == ["folder"])
        }
    }

    @Test("stays where it is somebody else's, to whom a link leads")
    func links() async throws {
        try await withTemporaryDirectory { directory in
            let (path, other) = ("\(directory)/alice", "\(directory)/bob")
            try Maildir.makeFolders(path)
            try Maildir.makeFolders(other)
            makeFile("\(other)/cur/mail")
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/tmp/link", withDestinationPath: "\(other)/cur/mail")
            #expect(try Maildir.sweep(path, now: later) == 0)
            try FileManager.default.removeItem(atPath: "\(path)/tmp")
            try FileManager.default.createSymbolicLink(atPath: "\(path)/tmp", withDestinationPath: "../bob/cur")
            #expect(throws: SystemError.self) { try Maildir.sweep(path, now: later) }
            #expect(try FileSystem.names(in: "\(other)/cur") == ["mail"])
        }
    }

    @Test("is looked at in parts where it is much")
    func limit() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            try Maildir.makeFolders(path)
            for number in 0..<5 { makeFile("\(path)/tmp/\(number)") }
            #expect(try Maildir.sweep(path, now: later, limit: 3) == 3)
            #expect(try Maildir.sweep(path, now: later, limit: 3) == 2)
        }
    }

    @Test("is nobody's failure where there is nothing, or nothing that may be removed")
    func nothing() throws {
        #expect(throws: SystemError.self) { try Maildir.sweep("/there/is/none", now: .now) }
        Maildir.sweepSometimes("/there/is/none")
    }
}
