internal import Netius

/// Asks name servers, over UDP and TCP (RFC 1035), from any task.
///
/// ```swift
/// for exchanger in try await DNSClient.shared.mailExchangers(of: "example.com") { print(exchanger.host) }
/// ```
///
/// Answers are remembered as long as they say, and tasks that ask the same share one question. An answer counts only if
/// it comes from the server that was asked, to the port it was asked from, with the number and the very letters of the
/// question, all drawn at random (RFC 5452, and the mixing of cases known as 0x20); records that were not asked for are
/// neither believed nor remembered.
///
/// The methods throw `DNSError`, or `CancellationError` when their task is cancelled.
public final class DNSClient: Sendable {
    /// The client that is used where none is named: what the system says (`Configuration.system()`).
    public static let shared = DNSClient()

    /// How it was set up.
    public let configuration: Configuration

    private let system: DNSSystemSettings
    private let cache: Guarded<DNSCache>
    private let underWay: DNSQuestionsUnderWay
    private let health = DNSServerHealth()
    let reachability = DNSReachability()

    /// A client with a memory of its own.
    public init(_ configuration: Configuration = .system()) {
        self.configuration = configuration
        system = DNSSystemSettings(configuration)
        cache = Guarded(DNSCache(configuration))
        underWay = DNSQuestionsUnderWay(
            limit: configuration.maximumQuestions, waiting: configuration.maximumWaitingQuestions)
    }

    /// The records of one type that a name has, itself or by an alias; none where it has others only.
    ///
    /// The name is taken as it is: neither the file of hosts nor search domains count.
    ///
    /// - Throws: `DNSError.noSuchName` where there is no such name.
    public func records(of name: String, type: DNSRecordType) async throws -> [DNSRecord] {
        guard let domain = DNSName(name) else { throw DNSError.malformedName(name) }
        return try await records(of: domain, type)
    }

    func records(of name: DNSName, _ type: DNSRecordType) async throws -> [DNSRecord] {
        let answer = try await answer(to: name, type)
        guard answer.nameExists else { throw DNSError.noSuchName("\(name)") }
        return answer.records
    }

    /// The answer to a question, with the aliases on the way to it.
    package func answer(to name: DNSName, _ type: DNSRecordType) async throws -> DNSAnswer {
        // In lower case, so that answers are the same whoever asks.
        let question = DNSQuestion(name: name.lowercased, type: type)
        if let answer = DNSAnswer(toSpecial: question) { return answer }
        let (settings, generation) = try await system.current()
        let memory = cache.withLock { cache in
            cache.isCurrent(generation) ? cache.memory(of: question, at: .now) : nil
        }
        if let memory { return memory.aged }
        let inquiry = DNSInquiry(
            settings: settings, configuration: configuration, health: health,
            deadline: .now + configuration.totalTimeout)
        return try await underWay.answer(to: question, generation) { [cache] in
            let answer = try await inquiry.answer(to: question)
            cache.withLock { cache in
                if cache.isCurrent(generation) { cache.insert(answer, for: question, at: .now) }
            }
            return answer
        }
    }

    /// What is in force now.
    func currentSettings() async throws -> DNSSettings {
        try await system.current().settings
    }
}
