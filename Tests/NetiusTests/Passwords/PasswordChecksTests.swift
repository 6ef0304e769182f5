import Netius
import TestSupport
import Testing

@Suite("Checks of passwords") struct PasswordChecksTests {
    private let guesser = IPAddress.v4(.loopback)

    private func checks(threads: Int = 8) -> PasswordChecks {
        PasswordChecks(pool: BlockingPool(name: "netius-test", maximumThreads: threads, maximumQueue: 100))
    }

    @Test("of one address there are two at a time, in the order in which they came, and others do not wait for them")
    func turns() async throws {
        let checks = checks()
        let (gate, begun) = (TestSupport.Gate(), Box<[Int]>([]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask { [guesser] in
                    try await checks.run(for: guesser) {
                        begun.update { $0.append(number) }
                        gate.waitBlocking(1)
                    }
                }
                try await eventually("it is there") {
                    checks.underWay(for: guesser) + checks.waiting(for: guesser) == number + 1
                }
            }
            try await eventually("two have begun") { begun.value.count == 2 }
            #expect(checks.underWay(for: guesser) == 2 && checks.waiting(for: guesser) == 4)
            // Somebody else, and nobody's address.
            let other = IPAddress("192.0.2.1")
            #expect(try await checks.run(for: other) { 1 } == 1)
            #expect(try await checks.run(for: nil) { 2 } == 2)
            #expect(begun.value.count == 2)
            gate.open()
            try await group.waitForAll()
        }
        #expect(begun.value.sorted() == Array(0..<6) && Set(begun.value.prefix(2)) == [0, 1])
        try await eventually("nothing is remembered") { checks.addressCount == 0 }
    }

    @Test("the addresses that an IPv6 host may choose from count as one")
    func hosts() async throws {
        let checks = checks()
        let gate = TestSupport.Gate()
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].compactMap { IPAddress($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for address in addresses { group.addTask { try await checks.run(for: address) { gate.waitBlocking(1) } } }
            try await eventually("one waits") { checks.waiting(for: addresses[0]) == 1 }
            #expect(checks.underWay(for: addresses[2]) == 2)
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test("who is gone waits no more, and counts until the thread that was at it is done")
    func cancellation() async throws {
        let checks = checks()
        let (gate, begun) = (TestSupport.Gate(), Box(0))
        let tasks = (0..<4).map { _ in
            Task { [guesser] in
                try await checks.run(for: guesser) {
                    begun.update { $0 += 1 }
                    gate.waitBlocking(1)
                }
            }
        }
        try await eventually("all are there") { begun.value == 2 && checks.waiting(for: guesser) == 2 }
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(checks.underWay(for: guesser) == 2 && checks.waiting(for: guesser) == 0)
        gate.open()
        try await eventually("nothing is remembered") { checks.addressCount == 0 }
        #expect(begun.value == 2)
        #expect(try await checks.run(for: guesser) { 3 } == 3)
    }

    @Test("too many are refused, by address and in all, and refusals hold no turn")
    func refusals() async throws {
        let gate = TestSupport.Gate()
        let checks = PasswordChecks(pool: BlockingPool(name: "netius-test", maximumThreads: 1, maximumQueue: 0))
        let first = Task { [guesser] in try await checks.run(for: guesser) { gate.waitBlocking(1) } }
        try await eventually("it is under way") { checks.underWay(for: guesser) == 1 }
        let address = IPAddress("192.0.2.1")
        try await eventually("there is no thread") {
            do {
                try await checks.run(for: address) {}
                return false
            } catch BlockingPoolError.queueFull {
                return true
            }
        }
        #expect(checks.addressCount == 1)
        gate.open()
        try await first.value

        let (others, wait) = (self.checks(), TestSupport.Gate())
        let tasks = (0..<PasswordChecks.maximumPerAddress + PasswordChecks.maximumWaiting).map { _ in
            Task { [guesser] in try await others.run(for: guesser) { wait.waitBlocking(1) } }
        }
        try await eventually("all wait") { others.waiting(for: guesser) == PasswordChecks.maximumWaiting }
        await #expect(throws: BlockingPoolError.queueFull) { try await others.run(for: guesser) {} }
        wait.open()
        for task in tasks { try await task.value }
    }
}
