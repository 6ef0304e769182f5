import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A message that the queue refuses") struct QueueRefusalTests {
    /// Where the disk fails a message that is whole.
    enum Failure: CaseIterable, Sendable {
        case synchronizing, placing, placed, folder, moved
    }

    @Test("does not come back, even if the disk forgets its removal", arguments: Failure.allCases)
    func refusal(_ failure: Failure) async throws {
        try await withTemporaryDirectory { directory in
            let spool = "\(directory)/spool"
            let error = SystemError(operation: "work", code: 5)
            do {
                let (queue, log) = try await mailQueue(directory) { configuration in
                    configuration.maximumBuffer = 8
                    configuration.disk.synchronizeFile = { file in
                        // The name that a failure of the machine leaves.
                        #expect(try FileSystem.addName("\(spool)/incoming/back", to: file.path))
                        if failure == .synchronizing { throw error }
                    }
                    configuration.disk.addName = { name, path in
                        if failure == .placing { throw error }
                        if failure == .moved { return false }
                        _ = try FileSystem.addName(name, to: path)
                        throw error
                    }
                    configuration.disk.synchronize = { folder in
                        if failure == .moved, !folder.hasSuffix("incoming") { throw error }
                    }
                    if failure == .folder {
                        configuration.disk.addName = { _, _ in throw SystemError(operation: "create", code: 2) }
                    }
                }
                for content in ["short", "longer than is kept in memory"] {
                    await #expect(throws: MailQueueError.self) { try await queue.write(content) }
                    #expect(try queue.identifiers().isEmpty)
                    #expect(try writtenSpares(directory).isEmpty)
                    #expect(try FileSystem.removeFile("\(spool)/incoming/back"))
                }
                await #expect(throws: MailQueueError.self) { try await queue.write("once more") }
                #expect(log.records(.error).isEmpty)
            }
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.identifiers().isEmpty)
            // The queue before may just have made others.
            #expect(try !FileSystem.names(in: "\(spool)/incoming").contains("back"))
            #expect(try writtenSpares(directory).isEmpty)
            #expect(try FileSystem.names(in: "\(spool)/corrupt").isEmpty)
            _ = try await queue.write()
        }
    }

    @Test("is removed as soon as the disk lets it be, under whatever names")
    func again() async throws {
        try await withTemporaryDirectory { directory in
            let (path, other) = ("\(directory)/file", "\(directory)/other")
            func write() throws {
                let file = try NewFile(path: path)
                try file.write([1])
                file.keep()
            }
            let refused = RefusedFiles(disk: QueueDisk())
            // What is in the way can neither be emptied nor removed.
            try FileSystem.makeFolder(path)
            refused.add([path, "\(directory)/no folder/file"])
            refused.removeAgain()
            #expect(FileSystem.removeFolder(path))
            try write()
            #expect(try FileSystem.addName(other, to: path))
            refused.removeAgain()
            #expect(try FileSystem.names(in: directory) == ["other"])
            #expect(try File(path: other).status.size == 0)
            try write()
            refused.removeAgain()
            #expect(try File(path: path).status.size == 1)
        }
    }

    @Test("is not for want of links, wherever a file may be moved")
    func links() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            try NewFile(path: path).keep()
            guard let there = try? File(path: "/dev/shm").status.device,
                try there != File(path: directory).status.device
            else { return print("skipped: /dev/shm is no file system of its own") }
            #expect(try !FileSystem.addName("/dev/shm/\(MailIdentifier())", to: path))
        }
    }
}
