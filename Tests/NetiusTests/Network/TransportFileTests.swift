#if os(Linux)
    import Foundation
    import Glibc
    import Testing

    @testable import Netius

    @Suite struct TransportFileTests {
        @Test("A file for a connection that is closed touches nothing of the socket that has its number now")
        func closed() async throws {
            try await withTemporaryDirectory { directory in
                try Data("content".utf8).write(to: URL(fileURLWithPath: directory + "/file"))
                let file = try File(path: directory + "/file")
                try await withLoop { loop in
                    let pair = try await TransportPair(on: loop)
                    let number = await pair.perform { $0.pollable.descriptor }
                    await pair.perform { $0.close() }
                    let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                    // The very number, which nobody has now, unless the system gave it at once.
                    let copy = other == number ? other : fcntl(other, F_DUPFD, number)
                    #expect(copy == number)
                    await #expect(throws: ConnectionError.closed) { try await pair.send(file, range: 0..<7) }
                    var corked: CInt = -1
                    var length = socklen_t(MemoryLayout<CInt>.size)
                    #expect(getsockopt(copy, CInt(IPPROTO_TCP), TCP_CORK, &corked, &length) == 0)
                    #expect(corked == 0)
                    close(other)
                    if copy != other { close(copy) }
                    close(pair.peer)
                }
            }
        }
    }
#endif
