import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A transaction of an SMTP client")
struct SMTPTransactionTests {
    /// Plays a server's replies, which must be as many as are asked for, and tells what was sent, a batch a line.
    private static func play(
        _ replies: [String], to recipients: [String] = ["a@x.example", "b@x.example", "c@x.example"],
        _ change: (inout SMTPTransaction.Rules) -> Void = { _ in }
    ) throws -> (transaction: SMTPTransaction, sent: [String]) {
        var rules = SMTPTransaction.Rules()
        rules.pipelines = true
        rules.host = "x.example"
        change(&rules)
        var transaction = SMTPTransaction(
            sender: SMTPSender(nil), recipients: try recipients.map { SMTPRecipient(try mail($0)) }, size: 10,
            writer: SMTPCommandWriter(capabilities: .none), rules: rules)
        var parser = SMTPReplyParser(maximumLineLength: 100, maximumLines: 10)
        var rest = replies[...]
        var sent: [String] = []
        while true {
            switch transaction.step {
            case .sendCommands:
                let output = OutputBuffer()
                transaction.appendCommands(to: output)
                guard output.count > 0 else { throw TestFailure("nothing was to be sent") }
                let text = String(decoding: output.bytes, as: UTF8.self)
                sent.append(text.split(separator: "\r\n").map { $0.prefix(12).description }.joined(separator: "|"))
            case .read:
                guard let next = rest.popFirst() else { throw TestFailure("more replies are wanted") }
                let line = octets(next + "\r\n")
                guard let reply = try parser.read(line.span).reply else { throw TestFailure("no reply: \(next)") }
                transaction.receive(reply)
            case .sendContent:
                sent.append("content")
                transaction.contentSent()
            case .sendNothing:
                sent.append(".")
                transaction.contentSent()
            case .finished:
                guard rest.isEmpty else { throw TestFailure("nobody read \(rest)") }
                return (transaction, sent)
            }
        }
    }

    private static func codes(_ transaction: SMTPTransaction) -> [Int?] {
        transaction.outcomes.map { $0.map { $0.reply?.code ?? 0 } }
    }

    private static let group = "MAIL FROM:<>|RCPT TO:<a@x|RCPT TO:<b@x|RCPT TO:<c@x|DATA"

    @Test("With pipelining all commands go out together, and then the content")
    func pipelining() throws {
        let (transaction, sent) = try Self.play(["250", "250", "250", "251", "354", "250 2.0.0 ok"])
        #expect(sent == [Self.group, "content"])
        #expect(Self.codes(transaction) == [250, 250, 250])
        #expect(!transaction.needsReset && !transaction.isBroken && transaction.isContentSent)
    }

    @Test("Without it each waits for the reply to the one before")
    func oneByOne() throws {
        let (transaction, sent) = try Self.play(["250", "250", "550", "250", "354", "250"]) { $0.pipelines = false }
        #expect(sent == ["MAIL FROM:<>", "RCPT TO:<a@x", "RCPT TO:<b@x", "RCPT TO:<c@x", "DATA", "content"])
        #expect(Self.codes(transaction) == [250, 550, 250])
    }

    @Test("A session that has to be reset is reset first")
    func reset() throws {
        let (_, sent) = try Self.play(["250", "250", "250", "250", "250", "354", "250"]) { $0.resetsFirst = true }
        #expect(sent == ["RSET|" + Self.group, "content"])
    }

    @Test("Commands beyond a batch go out when the replies to it have come")
    func batches() throws {
        let (transaction, sent) = try Self.play(["250", "250", "550", "250", "354", "250"]) { $0.maximumBatch = 30 }
        #expect(sent == ["MAIL FROM:<>|RCPT TO:<a@x", "RCPT TO:<b@x|RCPT TO:<c@x", "DATA", "content"])
        #expect(Self.codes(transaction) == [250, 550, 250])
    }

    @Test("When MAIL is refused, so is the message for everybody")
    func mailRefused() throws {
        for pipelines in [true, false] {
            let replies = pipelines ? ["550 no", "503", "503", "503", "503"] : ["550 no"]
            let (transaction, sent) = try Self.play(replies) { $0.pipelines = pipelines }
            #expect(Self.codes(transaction) == [550, 550, 550])
            #expect(!sent.contains("content") && !transaction.needsReset && !transaction.isContentSent)
        }
    }

    @Test("When all recipients are refused, nothing is sent to a server that wants content all the same")
    func allRefused() throws {
        let (refused, sent) = try Self.play(["250", "550", "551", "450", "554 nobody"])
        #expect(Self.codes(refused) == [550, 551, 450])
        #expect(sent == [Self.group] && refused.needsReset)
        let (wanted, period) = try Self.play(["250", "550", "551", "450", "354", "250 ok"])
        #expect(Self.codes(wanted) == [550, 551, 450])
        #expect(period == [Self.group, "."] && !wanted.isContentSent)
        // In LMTP nobody would answer the period.
        let (lost, nothing) = try Self.play(["250", "550", "551", "450", "354"]) { $0.isLMTP = true }
        #expect(Self.codes(lost) == [550, 551, 450])
        #expect(nothing == [Self.group] && lost.isBroken)
    }

    @Test("When DATA is refused, those who were taken are not")
    func dataRefused() throws {
        let (transaction, _) = try Self.play(["250", "250", "550", "250", "451 later"])
        #expect(Self.codes(transaction) == [451, 550, 451])
        #expect(transaction.needsReset)
    }

    @Test("The reply to the content is that of all who were taken")
    func contentRefused() throws {
        let (transaction, _) = try Self.play(["250", "250", "550", "250", "354", "554 5.6.0 bad"])
        #expect(Self.codes(transaction) == [554, 550, 554])
        #expect(!transaction.needsReset)
    }

    @Test("In LMTP each who was taken has a reply behind the content")
    func lmtp() throws {
        let (transaction, _) = try Self.play(["250", "250", "550", "250", "354", "250", "452 full"]) {
            $0.isLMTP = true
        }
        #expect(Self.codes(transaction) == [250, 550, 452])
    }

    @Test("In chunks the content follows the recipients")
    func chunks() throws {
        let (transaction, sent) = try Self.play(["250", "250", "550", "250", "250"]) { $0.usesChunks = true }
        #expect(sent == ["MAIL FROM:<>|RCPT TO:<a@x|RCPT TO:<b@x|RCPT TO:<c@x", "content"])
        #expect(Self.codes(transaction) == [250, 550, 250])
        let (none, nothing) = try Self.play(["250", "550", "550", "550"]) { $0.usesChunks = true }
        #expect(Self.codes(none) == [550, 550, 550])
        #expect(!nothing.contains("content") && none.needsReset)
    }

    @Test("Recipients that are too many are postponed, if others were taken", arguments: ["452", "452 4.5.3 x", "552"])
    func tooMany(reply: String) throws {
        let (transaction, _) = try Self.play(["250", "250", reply, reply, "354", "250"])
        #expect(Self.codes(transaction) == [250, nil, nil])
        #expect(transaction.postponed == [1, 2] && transaction.acceptedCount == 1)
        let (none, _) = try Self.play(["250", reply, reply, reply, "503"])
        #expect(Self.codes(none) == [452, 452, 452])
        #expect(none.postponed.isEmpty)
    }

    @Test("A mailbox that is full is not too many recipients")
    func full() throws {
        let (transaction, _) = try Self.play(["250", "250", "452 4.2.2 full", "552 5.2.2 full", "354", "250"])
        #expect(Self.codes(transaction) == [250, 452, 552])
        #expect(transaction.postponed.isEmpty)
    }

    @Test("421 ends it at each step, and those without an outcome have that one")
    func closing() throws {
        let whole = ["250", "250", "550", "250", "354", "250"]
        for step in whole.indices {
            let (transaction, _) = try Self.play(Array(whole[..<step]) + ["421 4.3.2 going"])
            #expect(transaction.isBroken)
            let expected: [Int?] = step > 2 ? [421, 550, 421] : [421, 421, 421]
            #expect(Self.codes(transaction) == expected)
        }
        let (postponed, _) = try Self.play(["250", "250", "452", "421 going"])
        #expect(Self.codes(postponed) == [421, 421, 421])
        #expect(postponed.postponed.isEmpty)
        let (lmtp, _) = try Self.play(["250", "250", "250", "250", "354", "250", "421 going"]) { $0.isLMTP = true }
        #expect(Self.codes(lmtp) == [250, 421, 421])
    }

    @Test("Replies that arrived before a server broke off are for those whom they answer")
    func rest() throws {
        func end(_ replies: [(Int, String)], after count: Int) throws -> [SMTPOutcome?] {
            var rules = SMTPTransaction.Rules()
            rules.pipelines = true
            var transaction = SMTPTransaction(
                sender: SMTPSender(nil), recipients: try ["a@x", "b@x", "c@x"].map { SMTPRecipient(try mail($0)) },
                size: 10, writer: SMTPCommandWriter(capabilities: .none), rules: rules)
            transaction.appendCommands(to: OutputBuffer())
            var rest = replies.map { SMTPReply($0.0, $0.1) }[...]
            for reply in rest.prefix(count) { transaction.receive(reply) }
            rest = rest.dropFirst(count)
            transaction.receiveRest { rest.popFirst() }
            transaction.fail(SMTPClientError(.connectionClosed, host: "x", reason: "the server closed the connection"))
            return transaction.outcomes
        }
        // MAIL, two recipients, and then nothing.
        var outcomes = try end([(250, ""), (250, ""), (550, "b")], after: 0)
        #expect(outcomes.map { $0?.reply?.code } == [nil, 550, nil])
        #expect(outcomes.map { $0?.isTemporary } == [true, false, true])
        // Within the content.
        outcomes = try end([(250, ""), (250, ""), (550, "b"), (250, ""), (354, ""), (552, "too large")], after: 5)
        #expect(outcomes.map { $0?.reply?.code } == [552, 550, 552])
        // Nothing that says why.
        outcomes = try end([(250, ""), (250, ""), (250, ""), (250, ""), (354, ""), (250, "")], after: 5)
        #expect(outcomes.allSatisfy { $0?.isTemporary == true })
    }

    @Test("A code that makes no sense ends it")
    func senseless() throws {
        for replies in [
            ["354"], ["250", "354"], ["250", "250", "250", "250", "250"],
            ["250", "250", "250", "250", "354", "354"],
        ] {
            let (transaction, _) = try Self.play(replies)
            #expect(transaction.isBroken)
            for outcome in transaction.outcomes {
                guard case .failed(let error) = outcome else { throw TestFailure("\(transaction.outcomes)") }
                #expect(error.code == .malformedReply && error.host == "x.example" && error.isTemporary)
            }
        }
    }

    @Test("Whatever a server says, each recipient has an outcome or is postponed, and it ends")
    func fuzz() throws {
        var random = SeededRandom(seed: 22)
        let replies = ["250", "250", "250", "354", "354", "550", "450", "452", "552", "421", "220", "334", "503"]
        for round in 0..<3000 {
            let all = (0..<40).map { _ in replies.randomElement(using: &random) ?? "250" }
            var rules = SMTPTransaction.Rules()
            rules.pipelines = round % 2 == 0
            rules.isLMTP = round % 3 == 0
            rules.usesChunks = round % 5 == 0
            rules.resetsFirst = round % 7 == 0
            rules.maximumBatch = round % 4 == 0 ? 20 : 1000
            var transaction = SMTPTransaction(
                sender: SMTPSender(nil),
                recipients: (0..<4).compactMap { MailAddress("u\($0)@x.example") }.map { SMTPRecipient($0) },
                size: 1, writer: SMTPCommandWriter(capabilities: .none), rules: rules)
            var steps = 0
            var read = 0
            while transaction.step != .finished {
                steps += 1
                guard steps < 100 else { throw TestFailure("it does not end: \(all)") }
                switch transaction.step {
                case .sendCommands:
                    let output = OutputBuffer()
                    transaction.appendCommands(to: output)
                    guard output.count > 0 else { throw TestFailure("nothing to send: \(all)") }
                case .read:
                    transaction.receive(SMTPReply(Int(all[read]) ?? 250, "x"))
                    read += 1
                case .sendContent, .sendNothing: transaction.contentSent()
                case .finished: break
                }
            }
            for (index, outcome) in transaction.outcomes.enumerated() {
                #expect((outcome != nil) != transaction.postponed.contains(index))
            }
        }
    }
}
