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
}
