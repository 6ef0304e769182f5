import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("The spare files of a queue") struct SpareFilesTests {
    private func spares(
        _ directory: String, _ synchronize: @escaping @Sendable (String) throws -> Void = { _ in }
    ) -> (spares: SpareFiles, pool: BlockingPool) {
        var disk = QueueDisk()
        disk.synchronize = synchronize
        let pool = BlockingPool(maximumThreads: 8)
        return (SpareFiles(folder: directory, disk: disk, pool: pool), pool)
    }

    @Test("are each somebody's own, and on the disk, however many ask at once")
    func exhaustion() async throws {
        let synchronized = Box<(names: Set<String>, count: Int)>(([], 0))
        try await withTemporaryDirectory { directory in
            let (spares, pool) = spares(directory) { folder in
                let names = try FileSystem.names(in: folder)
                synchronized.update { $0 = ($0.names.union(names), $0.count + 1) }
            }
            let files = try await withThrowingTaskGroup(of: NewFile.self) { group in
                for _ in 0..<500 { group.addTask { try await pool.run { try spares.take() } } }
                var files: [NewFile] = []
                for try await file in group { files.append(file) }
                return files
            }
            let names = Set(files.map { String($0.path.dropFirst(directory.count + 1)) })
            #expect(names.count == 500)
            #expect(synchronized.value.names.isSuperset(of: names))
            #expect(synchronized.value.count <= 20)
            for file in files { file.keep() }
        }
    }

    @Test("are few where few are used")
    func fewness() async throws {
        try await withTemporaryDirectory { directory in
            let (spares, _) = spares(directory)
            #expect(try FileSystem.names(in: directory).isEmpty)
            let file = try spares.take()
            #expect(try FileSystem.names(in: directory).count == SpareFiles.smallestBatch)
            #expect(try File(path: file.path).status.size == 0)
        }
    }

    @Test("are not used where their names may not be on the disk, and made anew later")
    func failure() async throws {
        let fails = Box(true)
        try await withTemporaryDirectory { directory in
            let (spares, _) = spares(directory) { _ in
                if fails.value { throw SystemError(operation: "synchronize", code: 5) }
            }
            #expect(throws: SystemError.self) { try spares.take() }
            #expect(try FileSystem.names(in: directory).isEmpty)
            fails.value = false
            _ = try spares.take()
        }
    }

    @Test("that somebody took away by hand are not missed")
    func disappearance() async throws {
        try await withTemporaryDirectory { directory in
            let (spares, _) = spares("\(directory)/folder")
            #expect(throws: SystemError.self) { try spares.take() }
            try FileSystem.makeFolder("\(directory)/folder")
            _ = try spares.take()
            try FileSystem.move("\(directory)/folder", to: "\(directory)/away")
            #expect(throws: SystemError.self) { try spares.take() }
            try FileSystem.makeFolder("\(directory)/folder")
            try spares.take().write([1])
        }
    }

    @Test("that cannot be opened are not asked for again")
    func unopened() async throws {
        try await withTemporaryDirectory { directory in
            let (spares, _) = spares(directory)
            let first = try spares.take()
            for name in try FileSystem.names(in: directory) where !first.path.hasSuffix(name) {
                let path = "\(directory)/\(name)"
                try FileSystem.removeFile(path)
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
            }
            for _ in 0..<10 { try spares.take().write([1]) }
        }
    }

    @Test("do not hold up who is cancelled, and what was begun leaves nothing")
    func cancellation() async throws {
        let (isAsked, mayGo) = (Gate(), DispatchSemaphore(value: 0))
        try await withTemporaryDirectory { directory in
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.maximumBuffer = 1
                configuration.disk.synchronize = { folder in
                    if folder.hasSuffix("incoming") {
                        isAsked.open()
                        mayGo.wait()
                        mayGo.signal()
                    }
                    try Folder.synchronize(path: folder)
                }
            }
            do {
                let writer = QueueWriter(
                    queue, envelope: try envelope(to: "bob@example.net"), identifier: MailIdentifier(), arrival: .now)
                let task = Task { try await writer.append([1, 2, 3]) }
                await isAsked.wait()
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            mayGo.signal()
            _ = try await queue.write()
            try await eventually("nothing is left of it") {
                try writtenSpares(directory).isEmpty
            }
        }
    }
}
