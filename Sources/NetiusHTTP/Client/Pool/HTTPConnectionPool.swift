internal import Netius

/// Which connection serves which request: the rules of a pool, as a value that does no I/O.
///
/// Connections belong to an origin each. A request leases an idle connection, the one used last; or it is told to make
/// one; or, at the origin's limit, it waits its turn. Whoever was told to connect has a lease from then on. A lease ends
/// with `release`, after which the connection may serve another, or with `closed`, whatever it came to. Of an origin
/// whose requests share a connection there is one that all lease: see `connected`.
struct HTTPConnectionPool<Key: Hashable> {
    /// A connection. A number stands for one only, and never for another after it.
    struct ID: Hashable, Sendable {
        /// Small, and used again once the connection is closed.
        let slot: Int
        let generation: UInt32
    }

    /// A place among those that wait.
    typealias Ticket = UInt64

    /// What a request that needs a connection is to do.
    enum Lease: Equatable {
        /// Use this one.
        case use(ID)
        /// Make one.
        case connect(ID)
        /// Close this idle one, which is too old, say `closed`, and ask again.
        case stale(ID)
        /// Wait until the ticket is named.
        case wait(Ticket)
        /// Give up: too many wait.
        case refused
    }

    /// What is to be done with a connection that has served a request.
    enum Release: Equatable {
        /// Keep it.
        case keep
        /// Keep it, and close the other, which is idle, and say `closed`: there are too many.
        case keepInsteadOf(ID)
        /// The request that waits with the ticket has it now.
        case give(Ticket)
        /// Nothing: others use it still.
        case share
        /// Nothing, and the request that waits with the ticket is to make another.
        case connect(Ticket, ID)
        /// Close it and say `closed`.
        case close
    }

    let limits: Limits
    var slots: [Slot] = []
    var origins: [Origin] = []
    private(set) var idleCount = 0
    private var freeSlots: [Int] = []
    private var freeOrigins: [Int] = []
    private var indices: [Key: Int] = [:]
    /// The origin that was looked for last, which spares most look-ups.
    private var lastOrigin = 0
    private var waiting: [Ticket: Int] = [:]
    private var lastTicket: Ticket = 0
    /// The ends of the list of idle connections, by when they became idle.
    private var oldestIdle = -1
    private var newestIdle = -1

    init(limits: Limits) {
        self.limits = limits
    }

    var waiterCount: Int { waiting.count }
    /// All connections that are not closed.
    var connectionCount: Int { slots.count - freeSlots.count }
    /// The origins with a connection or a request that waits for one.
    var originCount: Int { indices.count }

    // MARK: Leases

    /// A request needs a connection.
    ///
    /// - Parameters:
    ///   - key: Where to.
    ///   - now: The time.
    ///   - isNew: Whether it has to be one that has served nobody; it makes no difference where connections are shared.
    ///   - mayShare: Whether requests may share a connection to there. The first decides, so that others wait for it.
    /// - Returns: What to do.
    mutating func lease(_ key: Key, now: MonotonicTime, isNew: Bool = false, mayShare: Bool = false) -> Lease {
        let origin = index(of: key, mayShare: mayShare)
        if origins[origin].isShared { return leaseShared(of: origin, now) }
        if let id = origins[origin].idle.last {
            if slots[id.slot].isStale(now, limits) { return .stale(id) }
            if !isNew {
                removeIdle(id.slot)
                slots[id.slot].uses += 1
                return .use(id)
            }
            if origins[origin].connectionCount >= limits.connectionsPerOrigin { return .stale(origins[origin].idle[0]) }
        }
        guard !mayConnect(origin) else { return .connect(makeSlot(of: origin, now)) }
        return wait(for: origin)
    }

    func mayConnect(_ origin: Int) -> Bool {
        origins[origin].connectionCount < max(limits.connectionsPerOrigin, 1)
    }

    mutating func wait(for origin: Int) -> Lease {
        guard waiting.count < limits.waiters else { return .refused }
        lastTicket += 1
        waiting[lastTicket] = origin
        origins[origin].waiters.append(lastTicket)
        return .wait(lastTicket)
    }

    /// A connection has served a request and is ready for another.
    ///
    /// - Parameters:
    ///   - id: The connection.
    ///   - now: The time.
    ///   - idleTime: How long the server keeps it, if it said so.
    /// - Returns: What to do with it.
    mutating func release(_ id: ID, now: MonotonicTime, idleTime: Duration? = nil) -> Release {
        guard isCurrent(id), !slots[id.slot].isIdle else { return .close }
        let origin = slots[id.slot].origin
        if slots[id.slot].isShared, let release = releaseShared(id.slot, now) { return release }
        slots[id.slot].expires = now + min(idleTime ?? limits.idleTime, limits.idleTime)
        guard !slots[id.slot].isStale(now, limits) else { return .close }
        // One that nobody shares, of an origin where requests do by now, would not be lent again.
        guard origins[origin].isShared == slots[id.slot].isShared else { return .close }
        if !slots[id.slot].isShared, let ticket = nextWaiter(of: origin) {
            slots[id.slot].uses += 1
            return .give(ticket)
        }
        appendIdle(id.slot)
        origins[origin].idle.append(id)
        guard idleCount > limits.idleConnections else { return .keep }
        return oldestIdle == id.slot ? .close : .keepInsteadOf(self.id(of: oldestIdle))
    }

    /// A connection, idle or leased, has been closed, or was never made.
    ///
    /// - Returns: The request that may connect in its place.
    mutating func closed(_ id: ID, now: MonotonicTime) -> Turn? {
        guard isCurrent(id) else { return nil }
        let origin = slots[id.slot].origin
        if slots[id.slot].isIdle { removeIdle(id.slot) }
        slots[id.slot].generation &+= 1
        slots[id.slot].origin = -1
        if origins[origin].shared == id.slot { origins[origin].shared = -1 }
        freeSlots.append(id.slot)
        origins[origin].connectionCount -= 1
        if let turn = nextTurn(of: origin, now) { return turn }
        forgetIfEmpty(origin)
        return nil
    }

    /// A request waits no longer.
    ///
    /// - Returns: False when it has been given a connection already, which it must use or give back.
    mutating func cancel(_ ticket: Ticket) -> Bool {
        guard let origin = waiting.removeValue(forKey: ticket) else { return false }
        origins[origin].waiters.removed { [waiting] in waiting[$0] != nil }
        forgetIfEmpty(origin)
        return true
    }

    // MARK: Idle connections

    /// The idle connections that are to be closed now, and when to ask again: nil if none is left.
    func expired(now: MonotonicTime) -> (ids: [ID], next: MonotonicTime?) {
        var ids: [ID] = []
        var next: MonotonicTime?
        var slot = oldestIdle
        while slot >= 0 {
            if slots[slot].isStale(now, limits) {
                ids.append(id(of: slot))
            } else {
                next = min(next ?? .distantFuture, slots[slot].expires)
            }
            slot = slots[slot].newer
        }
        return (ids, next)
    }

    /// All idle connections.
    var idle: [ID] {
        var ids: [ID] = []
        var slot = oldestIdle
        while slot >= 0 {
            ids.append(id(of: slot))
            slot = slots[slot].newer
        }
        return ids
    }

    /// All that wait, each of which is to be cancelled.
    var tickets: [Ticket] { waiting.keys.sorted() }

    /// How often the connection was leased before.
    func earlierUses(of id: ID) -> Int {
        isCurrent(id) ? slots[id.slot].uses - 1 : 0
    }

    /// Whether what the ticket waits for is a connection that is being made, and is to be shared.
    func awaitsConnecting(_ ticket: Ticket) -> Bool {
        guard let origin = waiting[ticket], origins[origin].shared >= 0 else { return false }
        return !slots[origins[origin].shared].isShared
    }

    func isIdle(_ id: ID) -> Bool { isCurrent(id) && slots[id.slot].isIdle }

    func isCurrent(_ id: ID) -> Bool {
        id.slot < slots.count && slots[id.slot].generation == id.generation && slots[id.slot].origin >= 0
    }

    // MARK: Slots and origins

    func id(of slot: Int) -> ID {
        ID(slot: slot, generation: slots[slot].generation)
    }

    mutating func makeSlot(of origin: Int, _ now: MonotonicTime) -> ID {
        origins[origin].connectionCount += 1
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        slots[slot] = Slot(origin: origin, generation: slots[slot].generation, uses: 1, made: now)
        return id(of: slot)
    }

    private mutating func appendIdle(_ slot: Int) {
        slots[slot].isIdle = true
        slots[slot].older = newestIdle
        slots[slot].newer = -1
        if newestIdle >= 0 { slots[newestIdle].newer = slot } else { oldestIdle = slot }
        newestIdle = slot
        idleCount += 1
    }

    /// Takes it out of both lists.
    mutating func removeIdle(_ slot: Int) {
        let (older, newer) = (slots[slot].older, slots[slot].newer)
        if older >= 0 { slots[older].newer = newer } else { oldestIdle = newer }
        if newer >= 0 { slots[newer].older = older } else { newestIdle = older }
        slots[slot].isIdle = false
        slots[slot].expires = .distantFuture
        idleCount -= 1
        let origin = slots[slot].origin
        if origins[origin].idle.last?.slot == slot {
            origins[origin].idle.removeLast()
        } else {
            origins[origin].idle.removeAll { $0.slot == slot }
        }
    }

    private mutating func index(of key: Key, mayShare: Bool) -> Int {
        if lastOrigin < origins.count, origins[lastOrigin].key == key { return lastOrigin }
        if let index = indices[key] {
            lastOrigin = index
            return index
        }
        if let free = freeOrigins.popLast() {
            origins[free] = Origin(key: key, isShared: mayShare)
            lastOrigin = free
        } else {
            lastOrigin = origins.count
            origins.append(Origin(key: key, isShared: mayShare))
        }
        indices[key] = lastOrigin
        return lastOrigin
    }

    mutating func nextWaiter(of origin: Int) -> Ticket? {
        guard !origins[origin].waiters.isEmpty else { return nil }
        let ticket = origins[origin].waiters.popFirst { [waiting] in waiting[$0] != nil }
        if let ticket { waiting[ticket] = nil }
        return ticket
    }

    private mutating func forgetIfEmpty(_ origin: Int) {
        guard origins[origin].connectionCount == 0, let key = origins[origin].key else { return }
        if origins[origin].waiters.isEmpty {
            indices[key] = nil
            origins[origin] = Origin(key: nil, isShared: false)
            freeOrigins.append(origin)
        }
    }
}
