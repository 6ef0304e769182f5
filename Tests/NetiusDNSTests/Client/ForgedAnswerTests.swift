import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("Forged DNS answers", .timeLimit(.minutes(5)))
struct ForgedAnswerTests {
    private static let right = DNSRecord.a("host.test", "192.0.2.1")
    private static let wrong = DNSRecord.a("host.test", "192.0.2.66")

    /// A server that sends forged answers before the right one; over TCP the right one alone.
    private func server(
        forging forge: @escaping @Sendable (DNSMessage) throws -> [[UInt8]]
    ) async throws -> DNSTestServer {
        try await DNSTestServer.start { query, transport in
            var answer = DNSMessage(answering: query)
            answer.answers = [Self.right]
            let forged = transport == .udp ? try forge(query) : []
            return .packets(forged + [try answer.encoded()])
        }
    }

    private func forged(_ query: DNSMessage, _ change: (inout DNSMessage) -> Void) throws -> [UInt8] {
        var answer = DNSMessage(answering: query)
        answer.answers = [Self.wrong]
        change(&answer)
        return try answer.encoded()
    }

    @Test("Answers with another number, to another question, or that are no answers are passed over")
    func others() async throws {
        let server = try await server { query in
            let question = try #require(query.questions.first)
            return try [
                [], [0], [UInt8](repeating: 0xFF, count: 11),
                forged(query) { $0.id ^= 1 }, forged(query) { $0.id &+= 256 },
                forged(query) { $0.isResponse = false }, forged(query) { $0.operation = 5 },
                forged(query) { $0.questions = [] },
                // These cannot be read, and do not repeat the question.
                forged(query) { $0.questions = [] } + [0],
                forged(query) { $0.questions = [DNSQuestion(name: .root, type: .a)] } + [0],
                Array(forged(query) { _ in }.prefix(20)),
                forged(query) { $0.questions = [question, question] },
                forged(query) { $0.questions = [DNSQuestion(name: DNSMessageSamples.name("b.test"), type: .a)] },
                forged(query) { $0.questions = [DNSQuestion(name: question.name, type: .aaaa)] },
                forged(query) { $0.questions = [DNSQuestion(name: question.name, type: .a, questionClass: 3)] },
            ]
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp"])
        await server.stop()
    }

    @Test("An answer in other letters than the question's is not believed: TCP is asked")
    func letters() async throws {
        let server = try await server { query in
            let question = try #require(query.questions.first)
            return [
                try forged(query) {
                    let name = question.name.wire.enumerated().map { $0.offset == 1 ? $0.element ^ 0x20 : $0.element }
                    $0.questions = [DNSQuestion(name: DNSName(wire: name), type: .a)]
                }
            ]
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp", "host.test A tcp"])
        await server.stop()
    }

    @Test("A server that does not keep letters is understood over TCP")
    func loweringServer() async throws {
        let server = try await DNSTestServer.start { query, _ in
            var answer = DNSMessage(answering: query)
            answer.questions = [DNSQuestion(name: DNSMessageSamples.name("HOST.test"), type: .a)]
            answer.answers = [Self.right]
            return .message(answer)
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        await server.stop()
    }

    @Test("A server that neither keeps letters nor answers over TCP is asked once more without mixing them")
    func loweringServerWithoutTCP() async throws {
        let server = try await DNSTestServer.start { query, transport in
            guard transport == .udp else { throw TestFailure("it hangs up") }
            var answer = DNSMessage(answering: query)
            answer.questions = [DNSQuestion(name: DNSMessageSamples.name("HOST.test"), type: .a)]
            answer.answers = [Self.right]
            return .message(answer)
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp", "host.test A tcp", "host.test A udp"])
        #expect(server.questions.value.last?.question.name.description == "host.test")
        let client = DNSClient.asking(server) { $0.mixesCase = false }
        #expect(try await client.records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked.count == 4)
        await server.stop()
    }

    @Test("A packet that repeats the question, but cannot be read, ends in TCP")
    func unreadable() async throws {
        let server = try await server { query in [try forged(query) { _ in } + [0]] }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp", "host.test A tcp"])
        await server.stop()
    }

    @Test("A packet that says the question cannot be read, without repeating it, ends EDNS, but not the question")
    func refusals() async throws {
        let server = try await server { query in
            let refusal = try forged(query) {
                $0.questions = []
                $0.answers = []
                $0.edns = nil
                $0.responseCode = .formatError
            }
            return [refusal, refusal]
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp", "host.test A udp", "host.test A tcp"])
        await server.stop()
    }

    @Test("Where too many packets are no answer, TCP is asked")
    func flood() async throws {
        let server = try await server { query in
            try (0..<100).map { number in try forged(query) { $0.id ^= UInt16(number + 1) } }
        }
        #expect(try await DNSClient.asking(server).records(of: "host.test", type: .a) == [Self.right])
        #expect(server.asked == ["host.test A udp", "host.test A tcp"])
        await server.stop()
    }

    @Test("An answer from another address or port does not reach the client, though all else is right")
    func source() async throws {
        let server = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        let forger = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        let elsewhere = try await Datagram.bind(.ip(.v4(#require(IPv4Address("127.0.0.2"))), port: 0))
        var configuration = DNSClient.Configuration(servers: [server.address])
        configuration.timeout = .seconds(20)
        let client = DNSClient(configuration)
        let asking = Task { try await client.records(of: "host.test", type: .a) }
        let packet = try #require(try await server.receive())
        let query = try DNSMessage(decoding: packet.bytes)
        let lie = try forged(query) { _ in }
        try await forger.send(lie, to: packet.sender)
        try await elsewhere.send(lie, to: packet.sender)
        try await server.send(forged(query) { $0.answers = [Self.right] }, to: packet.sender)
        #expect(try await asking.value == [Self.right])
        for socket in [server, forger, elsewhere] { await socket.close() }
    }

    @Test("Each question has a number, a port and letters of its own")
    func randomness() async throws {
        let server = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
        let name = "abcdefghijklmnopqrstuvwxyz.test"
        var (numbers, ports, names): (Set<UInt16>, Set<UInt16>, Set<String>) = ([], [], [])
        for _ in 0..<32 {
            let client = DNSClient(.init(servers: [server.address]))
            let asking = Task { try await client.records(of: name, type: .a) }
            let packet = try #require(try await server.receive())
            let query = try DNSMessage(decoding: packet.bytes)
            numbers.insert(query.id)
            ports.insert(packet.sender.port ?? 0)
            names.insert(query.questions.first?.name.description ?? "")
            asking.cancel()
            _ = try? await asking.value
        }
        // Not all need differ, by chance; that as few as half do does not happen.
        #expect(numbers.count > 16 && ports.count > 16 && names.count > 16)
        await server.close()
    }
}
