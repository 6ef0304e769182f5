import Foundation
import Netius
import Testing

@Suite("netius file: a file of 5 GiB", .timeLimit(.minutes(10)))
struct LargeFileTests {
    private static let size = 5 << 30
    private static let step = 1 << 20

    /// A file with a number at each MiB, and nothing on the disk between them.
    private static func makeFile(_ path: String) throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: UInt64(size))
        for offset in stride(from: 0, to: size, by: step) {
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: withUnsafeBytes(of: offset) { Data($0) })
        }
        try file.close()
    }

    /// Reads all of the file, and checks every number in it and that all else is zero where the number might be.
    private static func read(
        _ address: SocketAddress, pausing pause: @Sendable (Int) async throws -> Void
    ) async throws
        -> Int
    {
        let connection = try await Connection.connect(to: address)
        await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
        try await connection.write("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        var head: [UInt8] = []
        var position: Int?
        var mistakes = 0
        while let bytes = try await connection.read() {
            var content = bytes[...]
            if position == nil {
                head += bytes
                guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
                #expect(String(decoding: head[..<end.lowerBound], as: UTF8.self).contains("Content-Length: \(size)"))
                content = head[end.upperBound...]
                position = 0
            }
            guard let start = position else { continue }
            // The first whole number in what has come.
            let next = (start + step - 1) / step * step
            if next + 8 <= start + content.count {
                let number = content[(content.startIndex + next - start)...].prefix(8)
                if !number.elementsEqual(withUnsafeBytes(of: next) { Array($0) }) { mistakes += 1 }
            }
            position = start + content.count
            try await pause(start + content.count)
        }
        await connection.close()
        #expect(mistakes == 0)
        return position ?? 0
    }

    @Test(
        "It arrives whole at a fast reader and at a slow one at once, in flat memory, with no timeout to wake the loop")
    func arrives() async throws {
        let folder = "/tmp/netius-large-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.makeFile(folder + "/large")
        let arguments = ["file", "0", "--path", folder, "--loops", "1"]
        try await withTool(arguments, ["POLL_TIMEOUT": "-1"]) { tool in
            let address = try await tool.address()
            _ = try await tool.respond("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let before = residentMemory(of: tool)
            let most = Guarded(0)
            let isFastDone = Guarded(false)
            async let slow = Self.read(address) { count in
                // Stops now and then until the socket is full and the server waits for it.
                guard count >> 28 != (count - 1 << 16) >> 28, !isFastDone.withLock({ $0 }) else { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            let fast = try await Self.read(address) { count in
                guard count & 0xFFF_FFFF < 1 << 16, let memory = residentMemory(of: tool) else { return }
                most.withLock { $0 = max($0, memory) }
            }
            isFastDone.withLock { $0 = true }
            #expect(fast == Self.size)
            #expect(try await slow == Self.size)
            guard let before else { return print("skipped: resident memory is not known") }
            #expect(most.withLock { $0 } < before + 16 << 20)
        }
    }
}
