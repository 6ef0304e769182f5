internal import Netius

/// One question to all servers, in turn, until one has answered it.
struct DNSInquiry: Sendable {
    let settings: DNSSettings
    let configuration: DNSClient.Configuration
    let health: DNSServerHealth

    /// - Throws: `DNSError`; `CancellationError`.
    func answer(to question: DNSQuestion) async throws -> DNSAnswer {
        var answer = DNSAnswer()
        var next: DNSName? = question.name
        // Each round but the first begins with an alias more.
        while let name = next {
            let question = DNSQuestion(name: name, type: question.type)
            next = try await ask(question) { message, server throws(DNSAnswer.Nonsense) in
                try answer.read(message, for: question, from: server, maximumAliases: configuration.maximumAliases)
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
            let exchange = DNSExchange(
                question: question, server: server, loop: loop, timeout: settings.timeout,
                payloadSize: configuration.payloadSize, maximumWrongAnswers: configuration.maximumWrongAnswers)
            do {
                let message = try await exchange.answer(usesTCP: settings.usesTCP)
                health.answered(server)
                guard message.responseCode == .noError || message.responseCode == .noSuchName else {
                    reason = "\(server) answered \(message.responseCode)"
                    continue
                }
                return try read(message, server)
            } catch let nonsense as DNSAnswer.Nonsense {
                reason = "\(server) answered with \(nonsense.reason)"
            } catch DNSExchange.Failure.timedOut {
                health.wasSilent(server)
            } catch DNSExchange.Failure.failed(let why) {
                health.wasSilent(server)
                reason = why
            }
        }
        throw reason.map { DNSError.serversFailed(name, reason: $0) } ?? DNSError.timedOut(name)
    }
}
