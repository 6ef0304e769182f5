internal import Netius

extension HTTPConnectionPool {
    /// How much of each thing there may be.
    struct Limits: Equatable {
        /// The connections of one origin.
        var connectionsPerOrigin = 64
        /// The idle connections of all origins.
        var idleConnections = 256
        /// The requests that wait for a connection, whichever origin's.
        var waiters = 1024
        /// How long a connection may be idle.
        var idleTime = Duration.seconds(60)
        /// How many requests a connection serves; nil for any number.
        var uses: Int?
        /// How old a connection may be when it is leased; nil for any age.
        var age: Duration?
    }

    /// What is known of one connection.
    struct Slot {
        /// Its origin's place; negative while the slot stands for none.
        var origin = -1
        var generation: UInt32 = 0
        var isIdle = false
        /// How often it was leased.
        var uses = 0
        /// When it was asked for.
        var made = MonotonicTime(nanoseconds: 0)
        /// Until when it may be idle; never while it is leased.
        var expires = MonotonicTime.distantFuture
        /// Its neighbours among the idle; negative for none.
        var older = -1
        var newer = -1
        /// Whether requests share it.
        var isShared = false
        /// How many have it now.
        var leases = 1
        /// How many may have it at a time.
        var capacity = 1
        /// It serves those that have it, and nobody after them.
        var isRetired = false

        /// Whether nobody is to be given it any more.
        func isStale(_ now: MonotonicTime, _ limits: Limits) -> Bool {
            if expires <= now { return true }
            if let uses = limits.uses, self.uses >= uses { return true }
            if let age = limits.age, made + age <= now { return true }
            return false
        }
    }

    /// What is known of one origin.
    struct Origin {
        /// Nil while the place stands for none.
        let key: Key?
        /// Whether requests share a connection, as far as is known.
        var isShared: Bool
        /// The slot of that connection, which may be in the making; negative while there is none.
        var shared = -1
        /// The connections there are, being made, leased or idle.
        var connectionCount = 0
        /// The idle ones, the one used last at the end.
        var idle: [ID] = []
        var waiters = Waiters()

        init(key: Key?, isShared: Bool) {
            self.key = key
            self.isShared = isShared
        }
    }

    /// Tickets in the order in which they were issued, and among them some that nobody has any more.
    struct Waiters {
        private var tickets: [Ticket] = []
        private var first = 0
        /// How many wait.
        private(set) var count = 0

        var isEmpty: Bool { count == 0 }
        /// How many there are with those that nobody has.
        var storedCount: Int { tickets.count }

        mutating func append(_ ticket: Ticket) {
            tickets.append(ticket)
            count += 1
        }

        /// The first for which the closure is true.
        mutating func popFirst(where isWaiting: (Ticket) -> Bool) -> Ticket? {
            while first < tickets.count {
                let ticket = tickets[first]
                first += 1
                guard isWaiting(ticket) else { continue }
                removed(where: isWaiting)
                return ticket
            }
            return nil
        }

        /// One of them, who is not in the closure's set any more, has gone. Those that have are forgotten once they are
        /// many.
        mutating func removed(where isWaiting: (Ticket) -> Bool) {
            count -= 1
            guard tickets.count > 2 * count + 32 else { return }
            tickets = tickets[first...].filter(isWaiting)
            first = 0
        }
    }
}
