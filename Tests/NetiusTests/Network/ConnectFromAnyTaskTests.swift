import Netius
import Testing

@Suite("Connecting from tasks that do not run on the loop")
struct ConnectFromAnyTaskTests {
    @Test("The event that tells of the connection is not missed", .timeLimit(.minutes(1)))
    func connects() async throws {
        let loop = try EventLoop(name: "test")
        let listener = try await Listener.bind(port: 0, on: loop)
        let accepting = Task {
            for try await connection in listener {
                connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
            }
        }
        for _ in 0..<50 {
            let connection = try await Connection.connect(to: listener.address, on: loop)
            try await connection.write("ping")
            #expect(try await connection.read() == Array("ping".utf8))
            await connection.close()
        }
        await listener.close()
        try await accepting.value
        await loop.shutdown()
    }
}
