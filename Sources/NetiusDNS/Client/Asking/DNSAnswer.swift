package import Netius

/// What came of a question.
package struct DNSAnswer: Sendable, Hashable {
    /// The aliases that lead from the name that was asked for to that which has the records, in order.
    package private(set) var aliases: [DNSRecord] = []
    /// The records of the type that was asked for.
    package private(set) var records: [DNSRecord] = []
    /// Whether there is such a name, with or without records of the type.
    package private(set) var nameExists = true
    /// How many seconds the answer may be remembered; nil for not at all.
    private(set) var timeToLive: UInt32?
    /// Whom it came from; nil where nobody was asked.
    package private(set) var server: SocketAddress?

    /// Why an answer makes no sense.
    struct Nonsense: Error {
        let reason: String
    }

    /// An answer to which `read` adds what servers say.
    init() {}

    /// The answer to what no server is asked (RFC 6761, RFC 7686); nil for any other question.
    init?(toSpecial question: DNSQuestion) {
        let name = question.name
        if name.isWithin(.localhost) {
            switch question.type {
            case .a: records = [DNSRecord(name: name, timeToLive: 0, data: .a(.loopback))]
            case .aaaa: records = [DNSRecord(name: name, timeToLive: 0, data: .aaaa(.loopback))]
            default: break
            }
        } else if name.isWithin(.invalid) || name.isWithin(.onion) {
            nameExists = false
        } else {
            return nil
        }
    }

    /// Takes from a message what answers the question: aliases that lead on from its name, and the records at their end.
    /// Whatever else the message holds is left alone.
    ///
    /// - Returns: The name that is to be asked for next, because the message ends with an alias; nil when this is all.
    /// - Throws: `Nonsense` for aliases that lead in a circle, or are too many; for records that cannot be read; for a
    ///   referral, which says nothing about the name.
    mutating func read(
        _ message: DNSMessage, for question: DNSQuestion, from server: SocketAddress, maximumAliases: Int
    ) throws(Nonsense) -> DNSName? {
        self.server = server
        var name = question.name
        while true {
            records = message.answers.filter { record in
                record.name == name && record.recordClass == question.questionClass
                    && (record.type == question.type || question.type == .any)
            }
            guard question.type == .any || !records.contains(where: \.data.isUnread) else {
                throw Nonsense(reason: "a record that cannot be read")
            }
            guard records.isEmpty, let alias = message.alias(of: name) else { break }
            guard case .cname(let target) = alias.data else { throw Nonsense(reason: "an alias that cannot be read") }
            guard aliases.count < maximumAliases else { throw Nonsense(reason: "too many aliases") }
            guard target != name, !aliases.contains(where: { $0.name == target }) else {
                throw Nonsense(reason: "aliases that lead in a circle")
            }
            aliases.append(alias)
            name = target
        }
        let authority = message.authority(over: name)
        if records.isEmpty, name == question.name, authority == nil, message.isReferral {
            throw Nonsense(reason: "a referral, as it does not resolve names")
        }
        nameExists = message.responseCode != .noSuchName
        if records.isEmpty, nameExists, authority == nil, name != question.name { return name }
        timeToLive = (aliases + records).map(\.timeToLive).min()
        if records.isEmpty {
            // Without the zone's word on it this is not to be remembered (RFC 2308 section 5).
            timeToLive = authority.map { min($0, timeToLive ?? $0) }
        }
        return nil
    }

    /// The answer as it is after so many seconds.
    func aged(by seconds: UInt32) -> DNSAnswer {
        func aged(_ record: DNSRecord) -> DNSRecord {
            DNSRecord(
                name: record.name, timeToLive: record.timeToLive > seconds ? record.timeToLive - seconds : 0,
                data: record.data, recordClass: record.recordClass)
        }
        var answer = self
        answer.aliases = aliases.map(aged)
        answer.records = records.map(aged)
        return answer
    }

    /// The octets that the answer takes in memory, roughly.
    var cost: Int {
        (aliases + records).reduce(256) { $0 + 128 + $1.name.wire.count + $1.data.cost }
    }
}

extension DNSMessage {
    /// The alias that a name is.
    fileprivate func alias(of name: DNSName) -> DNSRecord? {
        answers.first { $0.type == .cname && $0.name == name && $0.recordClass == DNSRecord.internet }
    }

    /// Whether what has neither records nor a zone's word on there being none tells only who else is to be asked
    /// (RFC 2308 section 2.2): so a server answers that does not resolve names, or not for us.
    fileprivate var isReferral: Bool {
        guard !isAuthoritative else { return false }
        return !isRecursionAvailable || responseCode == .noError && authorities.contains { $0.type == .ns }
    }

    /// For how long it may be remembered that a name or record is not there, as a zone that the name is in has it.
    fileprivate func authority(over name: DNSName) -> UInt32? {
        for record in authorities where name.isWithin(record.name) {
            if case .soa(let zone) = record.data { return min(record.timeToLive, zone.minimum) }
        }
        return nil
    }
}

extension DNSName {
    static let localhost = DNSName(wire: [9] + Array("localhost".utf8) + [0])
    fileprivate static let invalid = DNSName(wire: [7] + Array("invalid".utf8) + [0])
    fileprivate static let onion = DNSName(wire: [5] + Array("onion".utf8) + [0])
}
