import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("The name server of tests", .timeLimit(.minutes(5)))
struct DNSTestServerTests {
    private func ask(_ server: DNSTestServer, _ name: String, _ type: DNSRecordType) async throws -> DNSMessage {
        let socket = try await Datagram.connect(to: server.address)
        let question = DNSQuestion(name: DNSMessageSamples.name(name), type: type)
        try await socket.send(DNSMessage(id: 7, question: question).encoded())
        let packet = try #require(try await socket.receive())
        await socket.close()
        return try DNSMessage(decoding: packet.bytes)
    }

    @Test("It answers from its table, follows aliases, and tells no data from no name")
    func table() async throws {
        let server = try await DNSTestServer.start([
            .a("host.test", "192.0.2.1"), .cname("www.test", "host.test"), .mx("test", 10, "host.test"),
        ])
        #expect(try await ask(server, "host.test", .a).answers == [.a("host.test", "192.0.2.1")])
        #expect(try await ask(server, "www.test", .a).answers.map(\.type) == [.cname, .a])
        let noData = try await ask(server, "host.test", .mx)
        #expect(noData.answers.isEmpty && noData.responseCode == .noError && noData.authorities.count == 1)
        #expect(try await ask(server, "nobody.test", .a).responseCode == .noSuchName)
        server.misbehaviour.value = .code(.refused)
        #expect(try await ask(server, "host.test", .a).responseCode == .refused)
        server.misbehaviour.value = .truncation
        #expect(try await ask(server, "host.test", .a).isTruncated)
        #expect(server.questions.value.count == 6)
        await server.stop()
    }

    @Test("Over TCP it answers one question after another")
    func tcp() async throws {
        let server = try await DNSTestServer.start([.a("host.test", "192.0.2.1")])
        let connection = try await Connection.connect(to: server.address)
        let query = try DNSMessage(
            id: 9, question: DNSQuestion(name: DNSMessageSamples.name("host.test"), type: .a)
        ).encoded()
        let framed = [0, UInt8(query.count)] + query
        var answer = DNSMessage(answering: try DNSMessage(decoding: query))
        answer.isRecursionAvailable = true
        answer.answers = server.records.value
        let expected = try answer.encoded()
        for _ in 0..<2 {
            try await connection.write(framed)
            var received: [UInt8] = []
            while received.count < 2 + expected.count { received += try #require(try await connection.read()) }
            #expect(received == [0, UInt8(expected.count)] + expected)
        }
        await connection.close()
        await server.stop()
    }
}
