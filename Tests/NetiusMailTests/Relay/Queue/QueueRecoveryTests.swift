import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A queue after a crash") struct QueueRecoveryTests {
    /// Puts messages into a spool whose names in `active` do not come to the disk, so that they keep those of their spares:
    /// each so many seconds older than the one before.
    func fill(
        _ directory: String, _ count: Int = 1, apart seconds: Int64 = 0
    ) async throws -> [MailIdentifier] {
        let (queue, _) = try await mailQueue(directory) { configuration in
            configuration.maximumBuffer = 4
            configuration.disk.synchronize = { folder in
                guard folder.hasSuffix("incoming") else { throw SystemError(operation: "synchronize", code: 5) }
                try Folder.synchronize(path: folder)
            }
        }
        var identifiers: [MailIdentifier] = []
        for number in 0..<count {
            let time = Timestamp.now.advanced(by: .seconds(-seconds * Int64(number)))
            identifiers.append(try await queue.write("message \(number)\r\n", at: time))
        }
        #expect(try writtenSpares(directory).count == count)
        return identifiers
    }

    func path(_ directory: String, _ identifier: MailIdentifier) -> String {
        "\(directory)/spool/active/\(identifier.folder)/\(identifier)"
    }

    func sparePath(_ directory: String) throws -> String {
        "\(directory)/spool/incoming/\(try #require(try writtenSpares(directory).first))"
    }

    func incoming(_ directory: String) throws -> [String] {
        try FileSystem.names(in: "\(directory)/spool/incoming")
    }

    func corrupt(_ directory: String) throws -> [String] {
        try FileSystem.names(in: "\(directory)/spool/corrupt")
    }

    @Test("has what was acknowledged, with and without the name in its place, and without its folder")
    func places() async throws {
        try await withTemporaryDirectory { directory in
            var identifiers = try await fill(directory, 3)
            try FileSystem.removeFile(path(directory, identifiers[1]))
            do {
                let (queue, _) = try await mailQueue(directory)
                #expect(try queue.identifiers() == identifiers.sorted())
                for (number, identifier) in identifiers.enumerated() {
                    #expect(try queue.content(of: identifier) == "X: y\r\nmessage \(number)\r\n")
                }
                #expect(try writtenSpares(directory).isEmpty)
                for identifier in identifiers { try queue.remove(identifier) }
            }
            identifiers = try await fill(directory, 2)
            try FileManager.default.removeItem(atPath: "\(directory)/spool/active")
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.identifiers() == identifiers.sorted())
            #expect(try writtenSpares(directory).isEmpty)
            #expect(try corrupt(directory).isEmpty)
        }
    }

    @Test("has nothing that is torn or changed at any octet, and sets aside what is no file or another version's")
    func torn() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            let spare = try sparePath(directory)
            let bytes = try File(path: spare).read(at: 0, upTo: 4096)
            try FileSystem.removeFile(spare)
            try FileSystem.removeFile(path(directory, identifier))
            func put(_ bytes: [UInt8], _ name: String) throws {
                let file = try NewFile(path: "\(directory)/spool/incoming/\(name)")
                try file.write(bytes)
                file.keep()
            }
            for index in bytes.indices {
                try put(Array(bytes[..<index]), "torn\(index)")
                try put(Array(bytes[..<index]) + [UInt8](repeating: 0, count: bytes.count - index), "zero\(index)")
                var changed = bytes
                changed[index] ^= 0x20
                try put(changed, "changed\(index)")
            }
            try FileSystem.makeFolder("\(directory)/spool/incoming/folder")
            do {
                let (queue, _) = try await mailQueue(directory)
                #expect(try incoming(directory).isEmpty)
                #expect(try queue.identifiers().isEmpty)
                #expect(try corrupt(directory).sorted() == ["changed7", "folder"])
            }
            // The same as it was, or with half a record of its journal.
            try put(bytes + [0, 0, 0, 9, 1], "whole")
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.identifiers() == [identifier])
            #expect(try queue.content(of: identifier) == "X: y\r\nmessage 0\r\n")
            #expect(try File(path: path(directory, identifier)).status.size == bytes.count)
        }
    }

    @Test("knows what became of recipients, and forgets what was settled")
    func journal() async throws {
        try await withTemporaryDirectory { directory in
            let identifiers = try await fill(directory, 2)
            for (number, identifier) in identifiers.enumerated() {
                let file = try QueueFile(path: path(directory, identifier))
                var entries: [QueueJournal.Entry] = []
                for index in 0...number {
                    var recipient = file.message.recipients[index]
                    recipient.state = .delivered
                    entries.append(QueueJournal.Entry(recipient: index, recipient))
                }
                try File.amend(
                    path: file.path, from: file.journalEnd, with: QueueJournal.encode(entries), synchronizing: true)
                try FileSystem.removeFile(file.path)
            }
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.identifiers() == [identifiers[0]])
            #expect(try queue.open(identifiers[0]).message.recipients.map(\.state) == [.delivered, .pending])
            #expect(try writtenSpares(directory).isEmpty)
        }
    }

    @Test("takes what is whole where two files are the same message")
    func twice() async throws {
        for isWhole in [true, false] {
            try await withTemporaryDirectory { directory in
                let identifier = try await fill(directory)[0]
                let place = path(directory, identifier)
                let bytes = try File(path: place).read(at: 0, upTo: 4096)
                try FileSystem.removeFile(place)
                let file = try NewFile(path: place)
                try file.write(isWhole ? bytes : Array(bytes.dropLast()))
                file.keep()
                let (queue, _) = try await mailQueue(directory)
                #expect(try queue.identifiers() == [identifier])
                #expect(try queue.content(of: identifier) == "X: y\r\nmessage 0\r\n")
                #expect(try incoming(directory).isEmpty)
                #expect(try corrupt(directory) == (isWhole ? [] : [identifier.description]))
            }
        }
    }

    @Test("works where a file has one name alone")
    func withoutLinks() async throws {
        let synchronized = Box<[String]>([])
        let isBroken = Box(false)
        try await withTemporaryDirectory { directory in
            let before = try await fill(directory)[0]
            try FileSystem.removeFile(path(directory, before))
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.disk.addName = { _, _ in false }
                configuration.disk.synchronize = { folder in
                    if isBroken.value, !folder.hasSuffix("incoming") {
                        throw SystemError(operation: "synchronize", code: 5)
                    }
                    synchronized.update { $0.append(folder) }
                }
            }
            #expect(try queue.identifiers() == [before])
            #expect(try incoming(directory).isEmpty)
            synchronized.value = []
            let identifier = try await queue.write("message")
            let waited = synchronized.value.filter { !$0.hasSuffix("incoming") }
            #expect(waited == [queue.folderPath(of: identifier), queue.activePath])
            #expect(try queue.content(of: identifier) == "X: y\r\nmessage")
            #expect(try writtenSpares(directory).isEmpty)
            isBroken.value = true
            await #expect(throws: MailQueueError.self) { try await queue.write() }
            #expect(try queue.identifiers() == [before, identifier].sorted())
            #expect(try writtenSpares(directory).isEmpty)
        }
    }
}
