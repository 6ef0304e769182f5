internal import Netius

extension DNSName {
    /// The name with the case of each letter drawn at random: an answer that repeats it comes from who has seen it.
    func mixingCase() -> DNSName {
        var mixed = wire
        var (bits, left): (UInt64, Int) = (0, 0)
        for index in mixed.indices where mixed[index].isLetter {
            if left == 0 { (bits, left) = (.random(in: 0 ... .max), 64) }
            // The lengths of labels are no letters: they are at most 63.
            mixed[index] = bits & 1 == 0 ? mixed[index] | 0x20 : mixed[index] & ~0x20
            bits >>= 1
            left -= 1
        }
        return DNSName(wire: mixed)
    }

    /// The name with the labels that it has in common with the end of `other` written as they are there: servers point
    /// to the question where names end alike, and so repeat its mixture.
    func withCase(of other: DNSName) -> DNSName {
        var common = 0
        for (mine, theirs) in zip(labelStarts.reversed(), other.labelStarts.reversed()) {
            let length = wire[mine]
            guard length == other.wire[theirs],
                (1...Int(length)).allSatisfy({ wire[mine + $0].lowercased == other.wire[theirs + $0].lowercased })
            else { break }
            common += 1 + Int(length)
        }
        return DNSName(wire: wire.dropLast(1 + common) + other.wire.suffix(1 + common))
    }

    /// Where each label begins, with its length.
    private var labelStarts: [Int] {
        var starts: [Int] = []
        var index = 0
        while index < wire.count, wire[index] > 0 {
            starts.append(index)
            index += 1 + Int(wire[index])
        }
        return starts
    }
}

extension DNSMessage {
    /// The message with the case of names as in `question`, wherever they end as it does.
    func withCase(of question: DNSQuestion) -> DNSMessage {
        func restored(_ records: [DNSRecord]) -> [DNSRecord] {
            records.map { record in
                DNSRecord(
                    name: record.name.withCase(of: question.name), timeToLive: record.timeToLive,
                    data: record.data.mappingNames { $0.withCase(of: question.name) }, recordClass: record.recordClass)
            }
        }
        var message = self
        message.questions = [question]
        message.answers = restored(answers)
        message.authorities = restored(authorities)
        message.additionals = restored(additionals)
        return message
    }
}
