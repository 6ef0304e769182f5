internal import Netius

/// Connections that serve several requests at a time.
///
/// Whether requests to an origin share one is not known before there is a connection. Until then there is one in the
/// making, and all others wait for it; `connected` says what came of it, and either lets them share it, as far as it has
/// room, or connect themselves.
extension HTTPConnectionPool {
    /// A request that waits no longer.
    struct Turn: Equatable {
        /// Whose turn it is.
        let ticket: Ticket
        /// The connection that it has.
        let id: ID
        /// Whether it has to make the connection.
        let connects: Bool
    }

    /// A connection has been made.
    ///
    /// - Parameters:
    ///   - id: The connection.
    ///   - capacity: How many requests may share it; nil if none may.
    ///   - now: The time.
    /// - Returns: Those that wait no longer.
    mutating func connected(_ id: ID, capacity: Int?, now: MonotonicTime) -> [Turn] {
        guard isCurrent(id) else { return [] }
        let origin = slots[id.slot].origin
        guard let capacity else {
            guard origins[origin].shared == id.slot else { return [] }
            origins[origin].isShared = false
            origins[origin].shared = -1
            return turns(of: origin, now)
        }
        slots[id.slot].isShared = true
        slots[id.slot].capacity = capacity
        if origins[origin].shared < 0, !slots[id.slot].isRetired {
            origins[origin].isShared = true
            origins[origin].shared = id.slot
        }
        // A second one serves whoever made it.
        guard origins[origin].shared == id.slot else {
            slots[id.slot].isRetired = true
            return []
        }
        return turns(of: origin, now)
    }

    /// A connection could not be made. Those that waited to share it are not to fail one after the other: as many as may
    /// now connect for themselves, and the others share the first that comes of it.
    ///
    /// - Returns: Those that wait no longer.
    mutating func failed(_ id: ID, now: MonotonicTime) -> [Turn] {
        guard isCurrent(id) else { return [] }
        let origin = slots[id.slot].origin
        if origins[origin].shared == id.slot { origins[origin].isShared = false }
        guard let first = closed(id, now: now) else { return [] }
        return [first] + turns(of: origin, now)
    }

    /// A connection serves more requests at a time than before, or fewer. Those that have it keep it.
    ///
    /// - Returns: Those that wait no longer.
    mutating func setCapacity(_ id: ID, _ capacity: Int, now: MonotonicTime) -> [Turn] {
        guard isCurrent(id), slots[id.slot].isShared else { return [] }
        slots[id.slot].capacity = capacity
        return turns(of: slots[id.slot].origin, now)
    }

    /// A connection takes no more requests. It is to be closed at once where it is idle, else when `release` says so.
    ///
    /// - Returns: Those that wait no longer.
    mutating func retire(_ id: ID, now: MonotonicTime) -> [Turn] {
        guard isCurrent(id), !slots[id.slot].isRetired else { return [] }
        retire(id.slot)
        return turns(of: slots[id.slot].origin, now)
    }

    private mutating func retire(_ slot: Int) {
        slots[slot].isRetired = true
        let origin = slots[slot].origin
        if origins[origin].shared == slot { origins[origin].shared = -1 }
    }

    // MARK: Leases

    mutating func leaseShared(of origin: Int, _ now: MonotonicTime) -> Lease {
        let slot = origins[origin].shared
        if slot >= 0 {
            guard slots[slot].isStale(now, limits) else {
                guard slots[slot].hasRoom else { return wait(for: origin) }
                take(slot)
                return .use(id(of: slot))
            }
            if slots[slot].isIdle { return .stale(id(of: slot)) }
            retire(slot)
        }
        return mayConnect(origin) ? .connect(makeShared(of: origin, now)) : wait(for: origin)
    }

    /// What to do when a lease of a shared connection has ended; nil where nobody has one any more, and it may be kept.
    mutating func releaseShared(_ slot: Int, _ now: MonotonicTime) -> Release? {
        slots[slot].leases -= 1
        let isUnused = slots[slot].leases == 0
        if slots[slot].isRetired { return isUnused ? .close : .share }
        // To close it makes room for whoever waits.
        if isUnused, slots[slot].isStale(now, limits) { return .close }
        guard let turn = nextTurn(of: slots[slot].origin, now) else { return isUnused ? nil : .share }
        return turn.connects ? .connect(turn.ticket, turn.id) : .give(turn.ticket)
    }

    // MARK: Turns

    /// Whoever waits longest and need not wait longer.
    mutating func nextTurn(of origin: Int, _ now: MonotonicTime) -> Turn? {
        guard !origins[origin].waiters.isEmpty else { return nil }
        let slot = origins[origin].shared
        if slot >= 0 {
            guard slots[slot].isShared, slots[slot].hasRoom else { return nil }
            if !slots[slot].isStale(now, limits) {
                guard let ticket = nextWaiter(of: origin) else { return nil }
                take(slot)
                return Turn(ticket: ticket, id: id(of: slot), connects: false)
            }
            retire(slot)
        }
        guard mayConnect(origin), let ticket = nextWaiter(of: origin) else { return nil }
        let id = origins[origin].isShared ? makeShared(of: origin, now) : makeSlot(of: origin, now)
        return Turn(ticket: ticket, id: id, connects: true)
    }

    private mutating func turns(of origin: Int, _ now: MonotonicTime) -> [Turn] {
        var turns: [Turn] = []
        while let turn = nextTurn(of: origin, now) { turns.append(turn) }
        return turns
    }

    private mutating func take(_ slot: Int) {
        if slots[slot].isIdle { removeIdle(slot) }
        slots[slot].leases += 1
        slots[slot].uses += 1
    }

    private mutating func makeShared(of origin: Int, _ now: MonotonicTime) -> ID {
        let id = makeSlot(of: origin, now)
        origins[origin].shared = id.slot
        return id
    }
}

extension HTTPConnectionPool.Slot {
    /// Whether one more may have it; not while it is made, when it is not known how many may.
    fileprivate var hasRoom: Bool { isShared && leases < capacity }
}
