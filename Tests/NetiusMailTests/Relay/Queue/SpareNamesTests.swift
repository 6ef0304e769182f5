import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("The names of a queue's spares") struct SpareNamesTests {
    @Test("stand until those that the messages have in their places are on the disk, and go then")
    func order() async throws {
        // What was synchronised, and how many spares' names stood then.
        let seen = Box<[(folder: String, spares: Int)]>([])
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.disk.synchronize = { folder in
                    let spares = try writtenSpares(directory).count
                    seen.update { $0.append((folder, spares)) }
                    try Folder.synchronize(path: folder)
                }
            }
            let identifier = try await queue.write()
            #expect(!seen.value.contains { $0.folder.hasPrefix(queue.activePath) })
            try await eventually("the name is taken away") { try writtenSpares(directory).isEmpty }
            let places = seen.value.filter { $0.folder.hasPrefix(queue.activePath) }
            #expect(places.map { $0.folder } == [queue.folderPath(of: identifier), queue.activePath])
            #expect(places.map { $0.spares } == [1, 1])
            #expect(try queue.identifiers() == [identifier])
            try queue.remove(identifier)
            #expect(try queue.identifiers().isEmpty)
        }
    }

    @Test("go with the message")
    func removal() async throws {
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory)
            for _ in 0..<10 {
                let identifier = try await queue.write()
                try queue.remove(identifier)
                #expect(try writtenSpares(directory).isEmpty)
            }
        }
    }

    @Test("are taken away at once where there are many, or the queue goes")
    func many() async throws {
        try await withTemporaryDirectory { directory in
            do {
                let (queue, _) = try await mailQueue(directory)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<200 { group.addTask { _ = try await queue.write() } }
                    try await group.waitForAll()
                }
                _ = try await queue.write()
            }
            try await eventually("all are taken away") { try writtenSpares(directory).isEmpty }
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.identifiers().count == 201)
        }
    }

    @Test("are taken away when the disk lets them, each as soon as its own folder is")
    func refusal() async throws {
        let broken = Box<String?>(nil)
        try await withTemporaryDirectory { directory in
            let (queue, log) = try await mailQueue(directory) { configuration in
                configuration.disk.synchronize = { folder in
                    if let broken = broken.value, folder.hasSuffix(broken) {
                        throw SystemError(operation: "synchronize", code: 24)
                    }
                    try Folder.synchronize(path: folder)
                }
            }
            let early = MailIdentifier(at: .now.advanced(by: .seconds(-1000)))
            broken.value = early.folder
            var identifiers: [MailIdentifier] = []
            for time in [early.time, early.time, .now] { identifiers.append(try await queue.write(at: time)) }
            try await eventually("one name is taken away") { try writtenSpares(directory).count == 2 }
            try await eventually("it is told") { log.records(.error).count == 1 }
            broken.value = nil
            try await eventually("all are taken away") { try writtenSpares(directory).isEmpty }
            try await eventually("it is told") {
                log.records.contains { $0.message == "the names of spares are taken away again" }
            }
            #expect(log.records(.error).count == 1)
            #expect(Set(try queue.identifiers()) == Set(identifiers))
        }
    }

    @Test("do not come back for a message that was removed, whatever else the disk forgets")
    func noReturn() async throws {
        // What a failure of the machine would leave in each folder; the first message's spare.
        let durable = Box<[String: Set<String>]>([:])
        let spares = Box<[String]>([])
        let isAlone = Box(false)
        try await withTemporaryDirectory { directory in
            let incoming = "\(directory)/spool/incoming"
            let first = MailIdentifier()
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.disk.synchronizeFile = { file in
                    spares.update { $0.append(String(file.path.dropFirst(incoming.count + 1))) }
                    try file.synchronize()
                }
                configuration.disk.synchronize = { folder in
                    try Folder.synchronize(path: folder)
                    let names = Set(try FileSystem.names(in: folder))
                    durable.update { $0[folder] = names }
                    // The removal from its place is on the disk, and that of its spare is not.
                    if folder.hasSuffix(first.folder), spares.value.count > 1,
                        durable.value[incoming]?.contains(spares.value[0]) == true
                    {
                        isAlone.value = true
                    }
                }
            }
            let identifier = try await queue.write(at: first.time)
            try await eventually("the name is taken away") { try writtenSpares(directory).isEmpty }
            try queue.remove(identifier)
            _ = try await queue.write(at: first.time)
            try await eventually("the next one's is taken away, and that is on the disk") {
                durable.value[incoming]?.isDisjoint(with: spares.value) == true
            }
            #expect(durable.value[queue.folderPath(of: first)] != nil)
            #expect(!isAlone.value)
        }
    }
}
