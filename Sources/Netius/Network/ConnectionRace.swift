/// Which address to try next, and when: the rules of RFC 8305 ("Happy Eyeballs") as a value without a clock.
///
/// Addresses are tried in the resolver's order with the families taking turns, the next one when the last has failed
/// or has had its delay; the first to connect wins and the others are given up.
struct ConnectionRace {
    /// What the caller is to do.
    enum Action: Equatable {
        /// Begin to connect to the address of this index; when the delay has passed, or it failed, ask again.
        case attempt(Int)
        /// Nothing is left to begin; some attempts are still under way.
        case wait
        /// All have failed.
        case giveUp
    }

    /// The addresses in the order in which they are tried.
    let addresses: [IPAddress]
    private var next = 0
    private var underWay = 0

    init(_ addresses: [IPAddress]) {
        self.addresses = Self.interleaved(addresses)
    }

    /// The first address's family first, then the families in turn (RFC 8305 section 4).
    private static func interleaved(_ addresses: [IPAddress]) -> [IPAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.isV6 == first.isV6 }
        let others = addresses.filter { $0.isV6 != first.isV6 }
        var result: [IPAddress] = []
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return result
    }

    /// The attempt of this index has had its delay, which is of no account once a later one has begun.
    mutating func delayPassed(of index: Int) -> Action {
        index == next - 1 ? proceed() : .wait
    }

    /// The race begins.
    mutating func proceed() -> Action {
        guard next < addresses.count else { return underWay > 0 ? .wait : .giveUp }
        defer {
            next += 1
            underWay += 1
        }
        return .attempt(next)
    }

    /// An attempt has failed.
    mutating func failed() -> Action {
        underWay -= 1
        return proceed()
    }
}

extension IPAddress {
    /// Whether it is of the family of IPv6.
    package var isV6: Bool {
        if case .v6 = self { true } else { false }
    }
}
