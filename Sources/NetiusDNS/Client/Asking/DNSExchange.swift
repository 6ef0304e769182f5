internal import Netius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One question to one server, as often and in such ways as it takes to get one answer.
struct DNSExchange: Sendable {
    let question: DNSQuestion
    let server: SocketAddress
    let loop: EventLoop
    /// When all ways together have taken long enough.
    let deadline: MonotonicTime
    let payloadSize: UInt16
    let maximumWrongAnswers: Int

    /// Why there is no answer.
    enum Failure: Error {
        case timedOut
        /// There is no way to the server, or nobody there.
        case unreachable(String)
        case failed(String)
    }

    /// Over UDP: what came, or why TCP is needed.
    private enum Outcome: Sendable {
        case answer(DNSMessage)
        case needsTCP
        case needsTCPForCase
    }

    /// Asks over UDP, unless `usesTCP`; then over TCP where the answer does not fit or cannot be trusted; without EDNS
    /// where the server does not understand that; and over UDP, without mixing letters, where the server neither keeps
    /// them nor answers over TCP.
    ///
    /// - Throws: `Failure`; `CancellationError`.
    func answer(usesTCP: Bool, mixesCase: Bool) async throws -> DNSMessage {
        var (usesTCP, usesEDNS, mixesCase) = (usesTCP, true, mixesCase)
        // Whether anything has come from there: who has no TCP is there all the same.
        var isThere = false
        while true {
            let message: DNSMessage
            if usesTCP {
                message = try await reportingFailure(isThere: isThere) {
                    try await askOverTCP(usesEDNS: usesEDNS, until: deadline)
                }
            } else {
                let outcome = try await reportingFailure(isThere: isThere) {
                    try await askOverUDP(usesEDNS: usesEDNS, mixesCase: mixesCase)
                }
                isThere = true
                switch outcome {
                case .answer(let answer): message = answer
                case .needsTCP:
                    usesTCP = true
                    continue
                case .needsTCPForCase:
                    // Half of the time, so that some is left where a firewall swallows TCP.
                    let now = MonotonicTime.now
                    let end = now + deadline.since(now) / 2
                    do {
                        message = try await reportingFailure(isThere: isThere) {
                            try await askOverTCP(usesEDNS: usesEDNS, until: end)
                        }
                        usesTCP = true
                    } catch is Failure {
                        // Another packet, from another port and with another number, has to be guessed too.
                        mixesCase = false
                        continue
                    }
                }
            }
            guard usesEDNS, message.isRefusalToRead else { return message }
            usesEDNS = false
        }
    }

    private func reportingFailure<Result>(
        isThere: Bool, _ ask: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await ask()
        } catch {
            try Task.checkCancellation()
            switch error {
            case is DeadlineError, ConnectError.timedOut: throw Failure.timedOut
            case let failure as Failure: throw failure
            case let error as SystemError where !isThere && Self.unreachableCodes.contains(error.code):
                throw Failure.unreachable("\(server): \(error)")
            default: throw Failure.failed("\(server): \(error)")
            }
        }
    }

    /// What the system says of the server, not of itself.
    private static let unreachableCodes = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH]

    private func query(_ question: DNSQuestion, usesEDNS: Bool) -> DNSMessage {
        DNSMessage(
            id: .random(in: 0 ... .max), question: question,
            edns: usesEDNS ? DNSExtension(payloadSize: max(payloadSize, 512)) : nil)
    }

    // MARK: UDP

    private func askOverUDP(usesEDNS: Bool, mixesCase: Bool) async throws -> Outcome {
        let name = mixesCase ? question.name.mixingCase() : question.name
        let query = query(DNSQuestion(name: name, type: question.type), usesEDNS: usesEDNS)
        let bytes = try query.encoded()
        // A new socket has a port that the system draws at random, and takes packets of the server alone.
        let socket = try await Datagram.connect(to: server, on: loop)
        do {
            let outcome = try await loop.withDeadline(at: deadline) {
                try await socket.send(bytes)
                return try await awaitAnswer(to: query, mixesCase: mixesCase, on: socket)
            }
            await socket.close()
            return outcome
        } catch {
            await socket.close()
            throw error
        }
    }

    private func awaitAnswer(
        to query: DNSMessage, mixesCase: Bool, on socket: Datagram
    ) async throws -> Outcome {
        var wrong = 0
        while let packet = try await socket.receive() {
            switch DNSVerdict(on: packet.bytes, to: query) {
            case .wrongCase where mixesCase: return .needsTCPForCase
            // Anybody can have guessed what does not repeat the question: it ends EDNS, but not the question.
            case .answer(let answer) where answer.questions.isEmpty && query.edns == nil: return .needsTCP
            case .answer(let answer), .wrongCase(let answer):
                return answer.isTruncated ? .needsTCP : .answer(answer.withCase(of: question))
            case .malformed: return .needsTCP
            case .notOurs:
                wrong += 1
                // Somebody guesses: over TCP there is more to guess.
                guard wrong < maximumWrongAnswers else { return .needsTCP }
            }
        }
        throw ConnectionError.closed
    }

    // MARK: TCP

    private func askOverTCP(usesEDNS: Bool, until end: MonotonicTime) async throws -> DNSMessage {
        let query = query(question, usesEDNS: usesEDNS)
        let bytes = try query.encoded()
        let connection = try await Connection.connect(to: server, until: end, on: loop)
        do {
            let answer = try await loop.withDeadline(at: end) {
                // A query is far shorter than what 16 bits can say.
                let length = [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)]
                try await connection.write(length + bytes)
                return try await readAnswer(to: query, on: connection)
            }
            await connection.close()
            return answer
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Reads one message after its length (RFC 1035 section 4.2.2), however it is cut.
    private func readAnswer(to query: DNSMessage, on connection: Connection) async throws -> DNSMessage {
        var received: [UInt8] = []
        while received.count < 2 || received.count < 2 + Int(received[0]) << 8 + Int(received[1]) {
            guard let bytes = try await connection.read() else {
                throw Failure.failed("\(server) sent no whole answer")
            }
            received += bytes
        }
        let size = Int(received[0]) << 8 + Int(received[1])
        switch DNSVerdict(on: Array(received[2..<2 + size]), to: query) {
        // Letters prove nothing here.
        case .answer(let answer), .wrongCase(let answer):
            guard !answer.isTruncated else { throw Failure.failed("\(server) sent no whole answer") }
            return answer.withCase(of: question)
        case .malformed(let error): throw error
        case .notOurs: throw Failure.failed("\(server) answered another question")
        }
    }
}
