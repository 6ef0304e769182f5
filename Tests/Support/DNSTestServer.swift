package import Netius
package import NetiusDNS

/// A name server on a loopback port of its own, over UDP and TCP, that answers from a table or as a test says.
///
/// ```swift
/// let dns = try await DNSTestServer.start([
///     .mx("example.test", 10, "mail.example.test"), .a("mail.example.test", "127.0.0.1"),
/// ])
/// let client = DNSClient(.init(servers: [dns.address]))
/// await dns.stop()
/// ```
package final class DNSTestServer: Sendable {
    /// How a question arrived.
    package enum Transport: Sendable, Hashable {
        case udp, tcp
    }

    /// What goes back.
    package enum Reply: Sendable {
        case message(DNSMessage)
        /// These octets, one packet after another; over TCP each after its length.
        case packets([[UInt8]])
        case silence
    }

    package typealias Handler = @Sendable (DNSMessage, Transport) async throws -> Reply

    /// Where it is asked.
    package let address: SocketAddress
    /// What it answers with, unless it was started with a handler.
    package let records: Box<[DNSRecord]>
    /// What it does instead of answering, if anything; may be changed at any time.
    package let misbehaviour = Box<Misbehaviour?>(nil)
    /// What it was asked, in order.
    package let questions = Box<[(question: DNSQuestion, transport: Transport)]>([])

    private let datagram: Datagram
    private let listener: Listener
    private let tasks = Box<[Task<Void, any Error>]>([])

    package enum Misbehaviour: Sendable {
        /// Nothing comes back.
        case silence
        /// Answers over UDP are cut off, so that TCP is needed.
        case truncation
        /// Every answer is this.
        case code(DNSResponseCode)
    }

    private init(_ datagram: Datagram, _ listener: Listener, _ records: [DNSRecord]) {
        self.datagram = datagram
        self.listener = listener
        self.records = Box(records)
        address = datagram.address
    }

    /// A server of these records: CNAMEs are followed, names that are not there do not exist, and below each name
    /// everything else is not there either.
    package static func start(_ records: [DNSRecord] = []) async throws -> DNSTestServer {
        let server = try await bind(records)
        server.serve { [records = server.records] query, _ in .message(Self.answer(to: query, from: records.value)) }
        return server
    }

    /// A server that does what `handler` says.
    package static func start(_ handler: @escaping Handler) async throws -> DNSTestServer {
        let server = try await bind([])
        server.serve(handler)
        return server
    }

    private static func bind(_ records: [DNSRecord]) async throws -> DNSTestServer {
        while true {
            let datagram = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
            do {
                return DNSTestServer(datagram, try await Listener.bind(datagram.address), records)
            } catch {
                // Somebody has the port for TCP.
                await datagram.close()
            }
        }
    }

    private func serve(_ handler: @escaping Handler) {
        let packets = Task { [datagram, questions, misbehaviour] in
            for try await packet in datagram {
                Task {
                    guard let query = try? DNSMessage(decoding: packet.bytes) else { return }
                    Self.note(query, .udp, in: questions)
                    for answer in try await Self.replies(to: query, .udp, misbehaviour.value, handler) {
                        try await datagram.send(answer, to: packet.sender)
                    }
                }
            }
        }
        let connections = Task { [listener, questions, misbehaviour] in
            for try await connection in listener {
                connection.handle { connection in
                    var received: [UInt8] = []
                    for try await bytes in connection {
                        received += bytes
                        while received.count >= 2 {
                            let size = Int(received[0]) << 8 | Int(received[1])
                            guard received.count >= 2 + size else { break }
                            let query = try DNSMessage(decoding: Array(received[2..<2 + size]))
                            received.removeFirst(2 + size)
                            Self.note(query, .tcp, in: questions)
                            for answer in try await Self.replies(to: query, .tcp, misbehaviour.value, handler) {
                                let length = [UInt8(answer.count >> 8), UInt8(answer.count & 255)]
                                try await connection.write(length + answer)
                            }
                        }
                    }
                }
            }
        }
        tasks.value = [packets, connections]
    }

    private static func note(
        _ query: DNSMessage, _ transport: Transport, in box: Box<[(question: DNSQuestion, transport: Transport)]>
    ) {
        box.update { $0 += query.questions.map { ($0, transport) } }
    }

    private static func replies(
        to query: DNSMessage, _ transport: Transport, _ misbehaviour: Misbehaviour?, _ handler: Handler
    ) async throws -> [[UInt8]] {
        var answer = DNSMessage(answering: query)
        switch misbehaviour {
        case .silence: return []
        case .code(let code):
            answer.responseCode = code
            return [try answer.encoded()]
        case .truncation where transport == .udp:
            answer.isTruncated = true
            return [try answer.encoded()]
        case .truncation, nil: break
        }
        switch try await handler(query, transport) {
        case .message(let message): return [try message.encoded()]
        case .packets(let packets): return packets
        case .silence: return []
        }
    }

    /// What a server of these records answers.
    package static func answer(to query: DNSMessage, from records: [DNSRecord]) -> DNSMessage {
        var answer = DNSMessage(answering: query)
        guard let question = query.questions.first else {
            answer.responseCode = .formatError
            return answer
        }
        var name = question.name
        for _ in 0..<16 {
            let found = records.filter { $0.name == name && ($0.type == question.type || question.type == .any) }
            answer.answers += found
            guard found.isEmpty, let alias = records.first(where: { $0.name == name && $0.type == .cname }),
                case .cname(let target) = alias.data
            else { break }
            answer.answers.append(alias)
            name = target
        }
        guard !answer.answers.contains(where: { $0.name == name && $0.type == question.type }) else { return answer }
        if !records.contains(where: { $0.name.isWithin(name) }) { answer.responseCode = .noSuchName }
        let zone = DNSStartOfAuthority(primary: .root, responsible: .root, serial: 1, minimum: 60)
        answer.authorities = [DNSRecord(name: .root, timeToLive: 60, data: .soa(zone))]
        return answer
    }

    package func stop() async {
        for task in tasks.value { task.cancel() }
        await datagram.close()
        await listener.close()
    }
}

/// Records for tables, of names that must be right.
extension DNSRecord {
    package static func a(_ name: String, _ address: String, timeToLive: UInt32 = 3600) -> DNSRecord {
        DNSRecord(name: testName(name), timeToLive: timeToLive, data: .a(IPv4Address(address) ?? .any))
    }

    package static func aaaa(_ name: String, _ address: String, timeToLive: UInt32 = 3600) -> DNSRecord {
        DNSRecord(name: testName(name), timeToLive: timeToLive, data: .aaaa(IPv6Address(address) ?? .any))
    }

    package static func cname(_ name: String, _ target: String, timeToLive: UInt32 = 3600) -> DNSRecord {
        DNSRecord(name: testName(name), timeToLive: timeToLive, data: .cname(testName(target)))
    }

    package static func mx(
        _ name: String, _ preference: UInt16, _ exchange: String, timeToLive: UInt32 = 3600
    ) -> DNSRecord {
        DNSRecord(
            name: testName(name), timeToLive: timeToLive,
            data: .mx(preference: preference, exchange: testName(exchange)))
    }

    package static func txt(_ name: String, _ text: String, timeToLive: UInt32 = 3600) -> DNSRecord {
        DNSRecord(name: testName(name), timeToLive: timeToLive, data: .txt(text))
    }

    private static func testName(_ text: String) -> DNSName {
        guard let name = DNSName(text) else { fatalError("not a name: \(text)") }
        return name
    }
}
