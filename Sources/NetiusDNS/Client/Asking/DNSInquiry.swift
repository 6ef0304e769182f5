internal import Netius

/// One question to all servers, in turn, until one has answered it.
struct DNSInquiry: Sendable {
    let settings: DNSSettings
    let configuration: DNSClient.Configuration
    let health: DNSServerHealth
    /// When it has taken long enough, whatever servers, attempts and aliases are left.
    let deadline: MonotonicTime

    /// - Throws: `DNSError`; `CancellationError`.
    func answer(to question: DNSQuestion) async throws -> DNSAnswer {
        var answer = DNSAnswer()
        var next: DNSName? = question.name
        // Each round but the first begins with an alias more.
        while let name = next {
            let question = DNSQuestion(name: name, type: question.type)
            let before = answer
            (answer, next) = try await ask(question) { message, server throws(DNSAnswer.Nonsense) in
                // Of a server that makes no sense nothing stays.
                var after = before
                let next = try after.read(
                    message, for: question, from: server, maximumAliases: configuration.maximumAliases)
                return (after, next)
            }
        }
        return answer
    }

    /// Asks one server after the other, until one's answer makes sense.
    private func ask<Result>(
        _ question: DNSQuestion, _ read: (DNSMessage, SocketAddress) throws(DNSAnswer.Nonsense) -> Result
    ) async throws -> Result {
        let name = "\(question.name)"
        var reason: String?
        guard let loop = try? LoopGroup.shared.next() else {
            throw DNSError.serversFailed(name, reason: "there are no threads left")
        }
        for server in health.order(settings.servers, rotating: settings.rotatesServers, attempts: settings.attempts) {
            let end = MonotonicTime.now + settings.timeout
            guard .now < deadline else { break }
            let exchange = DNSExchange(
                question: question, server: server, loop: loop, deadline: min(end, deadline),
                payloadSize: configuration.payloadSize, maximumWrongAnswers: configuration.maximumWrongAnswers)
            do {
                let message = try await exchange.answer(usesTCP: settings.usesTCP, mixesCase: configuration.mixesCase)
                health.answered(server)
                guard message.responseCode == .noError || message.responseCode == .noSuchName else {
                    reason = "\(server) answered \(message.responseCode)"
                    continue
                }
                return try read(message, server)
            } catch let nonsense as DNSAnswer.Nonsense {
                reason = "\(server) answered with \(nonsense.reason)"
            } catch DNSExchange.Failure.timedOut {
                // It is not the server's fault where it had less than its time.
                if end < deadline { health.wasSilent(server) }
            } catch DNSExchange.Failure.unreachable(let why) {
                health.wasSilent(server)
                reason = why
            } catch DNSExchange.Failure.failed(let why) {
                reason = why
            }
        }
        throw reason.map { DNSError.serversFailed(name, reason: $0) } ?? DNSError.timedOut(name)
    }
}
