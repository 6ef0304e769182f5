import Netius
import TestSupport

@testable import NetiusDNS

extension DNSClient {
    /// A client of these servers, as patient as `attempts` times `timeout`.
    static func asking(
        _ servers: DNSTestServer..., timeout: Duration = .seconds(20), attempts: Int = 1,
        _ change: (inout Configuration) -> Void = { _ in }
    ) -> DNSClient {
        var configuration = Configuration(servers: servers.map(\.address))
        configuration.timeout = timeout
        configuration.attempts = attempts
        change(&configuration)
        return DNSClient(configuration)
    }
}

extension DNSTestServer {
    /// What names and over what it was asked.
    var asked: [String] {
        questions.value.map { "\($0.question.name.lowercased) \($0.question.type) \($0.transport)" }
    }
}
