import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A queue of mail") struct MailQueueTests {
    @Test("has what was committed, and nothing of what was not")
    func commits() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory) { $0.maximumBuffer = 4 }
            do {
                let abandoned = QueueWriter(
                    queue, envelope: try envelope(to: "bob@example.net"), identifier: MailIdentifier(), arrival: .now)
                try await abandoned.append(Array("half of it".utf8))
                #expect(try writtenSpares(directory).count == 1)
            }
            // A thread that has just written it may still hold it.
            try await eventually("it is gone") { try writtenSpares(directory).isEmpty }
            let identifier = try await queue.write("hello\r\n")
            #expect(try queue.identifiers() == [identifier])
            #expect(try queue.content(of: identifier) == "X: y\r\nhello\r\n")
            try queue.remove(identifier)
            #expect(throws: MailQueueError.noSuchMessage(identifier)) { try queue.open(identifier) }
        }
    }

    @Test("commits many at a time, each of them whole")
    func concurrency() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory)
            let identifiers = try await withThrowingTaskGroup(of: MailIdentifier.self) { group in
                for number in 0..<200 { group.addTask { try await queue.write("message \(number)\r\n") } }
                var identifiers: Set<MailIdentifier> = []
                for try await identifier in group { identifiers.insert(identifier) }
                return identifiers
            }
            #expect(identifiers.count == 200)
            #expect(Set(try queue.identifiers()) == identifiers)
            for identifier in identifiers { _ = try queue.open(identifier) }
        }
    }

    @Test("removes at its start what was never acknowledged, and sets aside what is damaged")
    func recovery() async throws {
        try await withTemporaryDirectory { directory in
            let good: MailIdentifier
            let damaged: MailIdentifier
            do {
                let (queue, _) = try await mailQueue(directory)
                good = try await queue.write()
                damaged = try await queue.write()
                let path = queue.path(of: damaged)
                try File.amend(path: path, from: 20, with: Array("rot".utf8), synchronizing: false)
                try NewFile(path: "\(directory)/spool/incoming/left").keep()
                try NewFile(path: "\(queue.folderPath(of: good))/no message").keep()
            }
            let (queue, log) = try await mailQueue(directory)
            #expect(try FileSystem.names(in: "\(directory)/spool/incoming").isEmpty)
            #expect(Set(try queue.identifiers()) == [good, damaged])
            #expect(throws: MailQueueError.damaged(damaged)) { try queue.open(damaged) }
            #expect(throws: MailQueueError.noSuchMessage(damaged)) { try queue.open(damaged) }
            let prologue = try queue.open(good).layout.prologueStart
            try File.amend(
                path: queue.path(of: good), from: prologue, with: Array("X: z\r\n".utf8), synchronizing: false)
            #expect(throws: MailQueueError.damaged(good)) {
                try MailSpool(path: "\(directory)/spool").content(of: good, upTo: 10)
            }
            #expect(throws: MailQueueError.damaged(good)) { try queue.load(good) }
            #expect(
                Set(try FileSystem.names(in: "\(directory)/spool/corrupt"))
                    == [damaged.description, good.description, "no message"])
            #expect(log.records.filter { $0.message == "set aside a damaged file of the queue" }.count == 3)
        }
    }

    @Test("leaves a folder that cannot be listed where it is, and sets aside what is no folder")
    func unlisted() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory)
            let time = Timestamp.now
            let before = try await queue.write(at: time)
            let folder = queue.folderPath(of: before)
            try NewFile(path: "\(directory)/spool/active/no folder").keep()
            try FileSystem.move(folder, to: "\(directory)/away")
            try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: folder)
            #expect(throws: MailQueueError.self) { try queue.identifiers() }
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt") == ["no folder"])
            try FileSystem.removeFile(folder)
            try FileSystem.move("\(directory)/away", to: folder)
            // What comes meanwhile is known to who puts it there.
            let since = MailIdentifier(at: time)
            queue.willPlace(since)
            try NewFile(path: queue.path(of: since)).keep()
            let rest = queue.listRest()
            #expect(rest.found == [before])
            #expect(rest.failure == nil)
            #expect(queue.listRest().found.isEmpty)
            #expect(Set(try queue.identifiers()) == [before, since])
        }
    }

    @Test("puts messages into folders that others take away, each of which is on the disk then")
    func folders() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory)
            let time = Timestamp.now.advanced(by: .seconds(-1000))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<300 {
                    group.addTask {
                        let identifier = try await queue.write(at: time)
                        _ = try queue.open(identifier)
                        try queue.remove(identifier)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try queue.identifiers().isEmpty)
            #expect(try FileSystem.names(in: "\(directory)/spool/active").isEmpty)
        }
    }

    @Test("does not take what it could not read back")
    func tooLarge() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory)
            var recipient = SMTPRecipient(try mail("bob@example.net"))
            recipient.original = "rfc822;" + String(repeating: "x", count: 1 << 20)
            let large = SMTPEnvelope(
                sender: SMTPSender(nil), recipients: Array(repeating: recipient, count: 16))
            let writer = QueueWriter(queue, envelope: large, identifier: MailIdentifier(), arrival: .now)
            try await writer.append([1])
            await #expect(throws: MailQueueError.envelopeTooLarge) {
                try await writer.commit(prologue: { [] }) { _, _ in }
            }
            #expect(try queue.identifiers().isEmpty)
            #expect(try writtenSpares(directory).isEmpty)
            #expect(MailQueueError.envelopeTooLarge.reply.code == 452)
        }
    }

    @Test("does not take more than the disk has room for, and takes it when there is room again")
    func space() async throws {
        try await withTemporaryDirectory { directory in
            do {
                let (queue, _) = try await mailQueue(directory) { $0.minimumFreeSpace = .max }
                await #expect(throws: MailQueueError.insufficientSpace(path: "\(directory)/spool")) {
                    try await queue.write()
                }
                #expect(try queue.identifiers().isEmpty)
                #expect(MailQueueError.insufficientSpace(path: "").reply.code == 452)
                #expect(MailQueueError.insufficientSpace(path: "").reply.enhancedStatus?.description == "4.3.1")
            }
            let (queue, _) = try await mailQueue(directory)
            _ = try await queue.write()
        }
    }

    @Test("answers 452 where the disk is full or may not be written, and goes on when that is over")
    func fullDisk() async throws {
        guard geteuid() == 0, let mount = ChildProcess("mount"), let umount = ChildProcess("umount") else {
            return print("skipped: only root can mount a disk of its own")
        }
        try await withTemporaryDirectory { directory in
            let disk = "\(directory)/disk"
            try FileSystem.makeFolder(disk)
            let mounted = try await mount.run(["-t", "tmpfs", "-o", "size=512k", "tmpfs", disk])
            guard mounted.status == 0 else { return print("skipped: \(mounted.errors)") }
            do {
                try await withSMTPServer { server in
                    try await withRelay(disk) { configuration in
                        configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                        configuration.queue.minimumFreeSpace = 0
                    } _: { relay in
                        let filler = "\(disk)/filler"
                        try Data(repeating: 1, count: 400_000).write(to: URL(fileURLWithPath: filler))
                        let large =
                            "Subject: x\r\n\r\n"
                            + String(repeating: String(repeating: "y", count: 70) + "\r\n", count: 4000)
                        let refused = try await relay.send(try envelope(to: "bob@example.net"), large)
                        #expect(refused.map { $0.reply?.code } == [452])
                        #expect(refused.first?.reply?.enhancedStatus?.description == "4.3.1")
                        try FileSystem.removeFile(filler)
                        #expect(try await relay.send(try envelope(to: "bob@example.net"), large).areAccepted)
                        try await relay.waitUntilEmpty()
                        // And where nothing may be written.
                        #expect(try await mount.run(["-o", "remount,ro", disk]).status == 0)
                        let denied = try await relay.send(try envelope(to: "bob@example.net"))
                        #expect(denied.map { $0.reply?.code } == [452])
                        #expect(try await mount.run(["-o", "remount,rw", disk]).status == 0)
                        #expect(try await relay.send(try envelope(to: "bob@example.net")).areAccepted)
                        try await relay.waitUntilEmpty()
                        #expect(try writtenSpares(disk).isEmpty)
                    }
                }
            } catch {
                _ = try await umount.run([disk])
                throw error
            }
            #expect(try await umount.run([disk]).status == 0)
        }
    }
}
