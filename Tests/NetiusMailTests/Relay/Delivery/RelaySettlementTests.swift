import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What follows from a delivery") struct RelaySettlementTests {
    private let now = Timestamp(seconds: 1_763_800_000)

    private func message(
        _ notify: [SMTPRecipient.Notify?] = [nil], age: Duration = .seconds(10)
    ) throws -> QueuedMessage {
        var envelope = SMTPEnvelope(sender: SMTPSender(MailAddress("a@b.c")))
        for (index, notify) in notify.enumerated() {
            var recipient = SMTPRecipient(try #require(MailAddress("r\(index)@example.net")))
            recipient.notify = notify
            envelope.recipients.append(recipient)
        }
        return QueuedMessage(
            identifier: MailIdentifier(), arrival: now.advanced(by: .zero - age), envelope: envelope)
    }

    private let delivered = DeliveryOutcome(SMTPReply(250, "ok"), host: "mx")
    private let deferred = DeliveryOutcome(SMTPReply(451, "later"), host: "mx")
    private let failed = DeliveryOutcome(SMTPReply(550, "never"), host: "mx")

    private func settle(
        _ message: QueuedMessage, _ outcomes: [DeliveryOutcome], notBefore: Timestamp? = nil
    ) -> RelaySettlement {
        RelaySettlement(
            of: message, outcomes.enumerated().map { ($0, $1) }, times: .init(), now: now, notBefore: notBefore)
    }

    @Test("each recipient has an outcome of its own")
    func split() throws {
        let settlement = settle(try message([nil, nil, nil]), [delivered, deferred, failed])
        #expect(settlement.message.recipients.map(\.state) == [.delivered, .pending, .failed])
        #expect(settlement.reports.map(\.action) == [.failed])
        #expect(settlement.reports.first?.diagnostic == "550 never")
        #expect(settlement.entries.count == 3)
        #expect(!settlement.message.isSettled)
        let next = try #require(settlement.nextAttempt)
        #expect(next.since(now) >= .seconds(240) && next.since(now) <= .seconds(360))
        #expect(settlement.message.recipients[1].attempts == 1)
        #expect(settlement.message.recipients[1].nextAttempt == next)
    }

    @Test("a domain that is held back puts the next attempt off")
    func notBefore() throws {
        let later = now.advanced(by: .seconds(10_000))
        #expect(settle(try message(), [deferred], notBefore: later).nextAttempt == later)
    }

    @Test("senders are told what they asked for, and nothing else")
    func notify() throws {
        let notifies: [SMTPRecipient.Notify?] = [nil, .never, .failure, .success, [.success, .failure]]
        let failures = settle(try message(notifies), Array(repeating: failed, count: 5))
        #expect(failures.reports.map(\.recipient.address.localPart) == ["r0", "r2", "r4"])
        let successes = settle(try message(notifies), Array(repeating: delivered, count: 5))
        #expect(successes.reports.map(\.recipient.address.localPart) == ["r3", "r4"])
        #expect(successes.reports.allSatisfy { $0.action == .relayed })
        #expect(successes.message.isSettled)
    }

    @Test("a host that reports itself is left to do so")
    func reportedElsewhere() throws {
        var outcome = delivered
        outcome.isReportedElsewhere = true
        #expect(settle(try message([.success]), [outcome]).reports.isEmpty)
        outcome.isReportedElsewhere = false
        outcome.isLocal = true
        #expect(settle(try message([.success]), [outcome]).reports.map(\.action) == [.delivered])
    }

    @Test("a delay is told of once, after four hours")
    func delay() throws {
        #expect(settle(try message(age: .seconds(4 * 3600 - 1)), [deferred]).reports.isEmpty)
        let first = settle(try message(age: .seconds(4 * 3600)), [deferred])
        #expect(first.reports.map(\.action) == [.delayed])
        #expect(settle(first.message, [deferred]).reports.isEmpty)
        #expect(settle(try message([.failure], age: .seconds(4 * 3600)), [deferred]).reports.isEmpty)
    }

    @Test("after five days a message goes back")
    func expiry() throws {
        #expect(settle(try message(age: .seconds(5 * 86_400 - 1)), [deferred]).nextAttempt != nil)
        let settlement = settle(try message(age: .seconds(5 * 86_400)), [deferred])
        #expect(settlement.message.isSettled)
        #expect(settlement.reports.map(\.action) == [.failed])
        #expect(settlement.reports.first?.status.description == "4.4.7")
        #expect(settlement.reports.first?.diagnostic.contains("451 later") == true)
        // Who said so is still told.
        let reply = DeliveryOutcome(SMTPReply(451, "later"), host: "mx.example.net")
        let told = settle(try message(age: .seconds(5 * 86_400)), [reply]).reports.first?.diagnostic
        #expect(told?.hasPrefix("delivery time expired; last: mx.example.net said: 451") == true)
    }

    @Test("what others say is cut short, whatever characters it is made of")
    func texts() throws {
        let hostile = "x" + String(repeating: "\u{301}", count: 100_000)
        for outcome in [
            DeliveryOutcome(SMTPReply(550, hostile), host: "mx"),
            DeliveryOutcome(.failed, hostile, status: SMTPEnhancedStatus(checked: 5, 0, 0)),
        ] {
            let settlement = settle(try message(), [outcome])
            let reply = try #require(settlement.message.recipients[0].lastReply)
            #expect(490...500 ~= reply.utf8.count)
            #expect(settlement.reports.first?.diagnostic == reply)
        }
        #expect("a\u{1F4A9}b".prefix(octets: 4) == "a")
        #expect("a\u{1F4A9}b".prefix(octets: 5) == "a\u{1F4A9}")
        #expect("abc".prefix(octets: 3) == "abc" && "abc".prefix(octets: 0) == "")
    }

    @Test("what a sender could not be told before is told with the rest, and delays only where they may be")
    func untold() throws {
        let before = settle(try message([.success]), [delivered])
        #expect(before.reports.count == 1)
        let late = try message(age: .seconds(5 * 3600))
        let quiet = RelaySettlement(
            of: late, [(0, deferred)], times: .init(), now: now, untold: before.reports, tellsDelays: false)
        #expect(quiet.reports == before.reports)
        #expect(!quiet.message.recipients[0].isDelayReported)
        #expect(settle(quiet.message, [deferred]).reports.map(\.action) == [.delayed])
    }

    @Test("what is settled stays so, whatever comes after")
    func settled() throws {
        let once = settle(try message(), [delivered])
        let twice = settle(once.message, [failed])
        #expect(twice.message.recipients[0].state == .delivered)
        #expect(twice.reports.isEmpty && twice.entries.isEmpty)
    }
}
