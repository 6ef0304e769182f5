internal import Netius

/// Answers, for as long as they may be remembered: a value without a clock.
struct DNSCache {
    /// What is remembered of a question.
    struct Memory {
        let answer: DNSAnswer
        /// How many seconds ago it was put in.
        let age: UInt32

        /// The answer as it is now. Of a long one that takes its time.
        var aged: DNSAnswer { answer.aged(by: age) }
    }

    private enum Key: Hashable {
        case question(DNSQuestion)
        /// That there is no such name is remembered for all types (RFC 2308 section 5).
        case name(DNSName)
    }

    private struct Entry {
        let answer: DNSAnswer
        let since: MonotonicTime
        let until: MonotonicTime
        /// When it was put in, among all.
        let number: UInt64
    }

    /// The types for which "no such name" is said of the name. Where they are asked for types that are newer, some servers
    /// say so of hosts that have others (for AAAA: RFC 4074 section 4.2).
    private static let provenTypes: Set<DNSRecordType> = [.a, .ns, .soa, .mx]

    private let configuration: DNSClient.Configuration
    private var entries: [Key: Entry] = [:]
    /// Keys in the order in which their answers were put in, with those that have been replaced or gone since.
    private var order: [(key: Key, number: UInt64)] = []
    /// Where the oldest in `order` is.
    private var oldest = 0
    private var number: UInt64 = 0
    /// Counts the changes of the servers.
    private var generation: UInt64 = 0
    /// What all answers take in memory, roughly.
    private(set) var size = 0

    init(_ configuration: DNSClient.Configuration) {
        self.configuration = configuration
    }

    var count: Int { entries.count }

    /// Forgets everything if it was said by servers that are asked no longer.
    ///
    /// - Returns: Whether those of `generation` are asked now; else what they say is not to be remembered.
    mutating func isCurrent(_ generation: UInt64) -> Bool {
        if generation > self.generation {
            self.generation = generation
            removeAll()
        }
        return generation == self.generation
    }

    /// What is remembered of a question.
    mutating func memory(of question: DNSQuestion, at now: MonotonicTime) -> Memory? {
        memory(of: .question(question), at: now) ?? memory(of: .name(question.name), at: now)
    }

    private mutating func memory(of key: Key, at now: MonotonicTime) -> Memory? {
        guard let entry = entries[key] else { return nil }
        guard entry.until > now else {
            remove(key)
            return nil
        }
        let seconds = now.since(entry.since).components.seconds
        return Memory(answer: entry.answer, age: UInt32(clamping: seconds))
    }

    /// Remembers an answer if it may be, in place of the oldest ones where there is no room.
    mutating func insert(_ answer: DNSAnswer, for question: DNSQuestion, at now: MonotonicTime) {
        // A name that is an alias is there, though what it leads to is not.
        let isGone = !answer.nameExists && answer.aliases.isEmpty
        let isOfAllTypes = isGone && Self.provenTypes.contains(question.type)
        remove(.question(question))
        if isOfAllTypes || !isGone { remove(.name(question.name)) }
        guard let seconds = answer.timeToLive else { return }
        let maximum =
            answer.records.isEmpty ? configuration.maximumNegativeTimeToLive : configuration.maximumTimeToLive
        let lifetime = min(max(.seconds(Int64(seconds)), configuration.minimumTimeToLive), maximum)
        let cost = answer.cost
        guard lifetime > .zero, configuration.maximumCacheEntries > 0, cost <= configuration.maximumCacheSize else {
            return
        }
        while entries.count >= configuration.maximumCacheEntries || size + cost > configuration.maximumCacheSize {
            removeOldest()
        }
        number += 1
        let key = isOfAllTypes ? Key.name(question.name) : .question(question)
        entries[key] = Entry(answer: answer, since: now, until: now + lifetime, number: number)
        order.append((key, number))
        size += cost
        compact()
    }

    mutating func removeAll() {
        entries = [:]
        order = []
        (oldest, size) = (0, 0)
    }

    private mutating func remove(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        size -= entry.answer.cost
    }

    /// There is one, because there is no room.
    private mutating func removeOldest() {
        while oldest < order.count {
            let (key, number) = order[oldest]
            oldest += 1
            guard entries[key]?.number == number else { continue }
            return remove(key)
        }
    }

    /// Forgets the order of what is gone, once that is the greater part.
    private mutating func compact() {
        guard order.count > 2 * entries.count + 16 else { return }
        order = order[oldest...].filter { entries[$0.key]?.number == $0.number }
        oldest = 0
    }
}
