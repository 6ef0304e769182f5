import Netius
import TestSupport
import Testing

@testable import NetiusDNS

@Suite("What a packet is to a query", .timeLimit(.minutes(5)))
struct DNSVerdictTests {
    private let query = DNSMessage(id: 0x1234, question: DNSQuestion(name: DNSMessageSamples.name("a.Test"), type: .a))

    private func verdict(_ change: (inout DNSMessage) -> Void = { _ in }) throws -> DNSVerdict {
        var answer = DNSMessage(answering: query)
        change(&answer)
        return DNSVerdict(on: try answer.encoded(), to: query)
    }

    @Test("It is the answer, something else, or the answer in other letters")
    func kinds() throws {
        #expect(try verdict() == .answer(DNSMessage(answering: query)))
        #expect(try verdict { $0.id = 1 } == .notOurs)
        #expect(try verdict { $0.isResponse = false } == .notOurs)
        #expect(try verdict { $0.questions = [] } == .notOurs)
        let lower = [DNSQuestion(name: DNSMessageSamples.name("a.test"), type: .a)]
        guard case .wrongCase(let answer) = try verdict({ $0.questions = lower }) else {
            Issue.record("it is another verdict")
            return
        }
        #expect(answer.questions == lower)
    }

    @Test("Without the question it is an answer only where the server could not read the query")
    func withoutQuestion() throws {
        for (code, isAnswer) in [
            (DNSResponseCode.formatError, true), (.notImplemented, true), (.serverFailure, false), (.noError, false),
            (.noSuchName, false),
        ] {
            let verdict = try verdict {
                $0.questions = []
                $0.responseCode = code
            }
            #expect((verdict != .notOurs) == isAnswer)
        }
    }

    @Test("An answer cut at any place cannot be read, or is too short to be known as one")
    func cut() throws {
        var answer = DNSMessage(answering: query)
        answer.answers = [.a("a.test", "192.0.2.1")]
        let bytes = try answer.encoded()
        for count in 0..<bytes.count {
            let verdict = DNSVerdict(on: Array(bytes[..<count]), to: query)
            // Header and question have 24 octets: what has fewer does not repeat the question.
            #expect(verdict == (count < 24 ? .notOurs : .malformed(.truncated)))
        }
    }
}
