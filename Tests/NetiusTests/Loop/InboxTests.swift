import Testing

@testable import Netius

@Suite struct InboxTests {
    private static func leaveWork(in inbox: Inbox) -> Inbox.Next {
        inbox.leave { $0.work.append(Inbox.Work(run: {})) }
    }

    @Test("However much is left for a loop that sleeps, it is woken once")
    func oneWake() {
        let inbox = Inbox()
        #expect(inbox.fallAsleep())
        var wakes = 0
        for _ in 0..<1000 {
            if case .wake = Self.leaveWork(in: inbox) { wakes += 1 }
        }
        #expect(wakes == 1)
        #expect(inbox.hasMail)
        #expect(inbox.take().work.count == 1000)
        #expect(!inbox.hasMail)
        #expect(inbox.take().isEmpty)
    }

    @Test("A loop that is awake isn't woken, and doesn't fall asleep on what was left")
    func awake() {
        let inbox = Inbox()
        for _ in 0..<10 {
            guard case .nothing = Self.leaveWork(in: inbox) else {
                Issue.record("woken, though awake")
                return
            }
        }
        #expect(!inbox.fallAsleep())
        #expect(inbox.take().work.count == 10)
        #expect(inbox.fallAsleep())
        #expect(inbox.fallAsleep())
    }

    @Test("A loop doesn't end with something left for it, and is begun again for what comes later")
    func end() {
        let inbox = Inbox()
        _ = Self.leaveWork(in: inbox)
        #expect(!inbox.end())
        _ = inbox.take()
        #expect(inbox.end())
        guard case .restart = Self.leaveWork(in: inbox) else {
            Issue.record("nobody is there to do it")
            return
        }
        // The thread that was begun will find the others' too.
        guard case .nothing = Self.leaveWork(in: inbox) else {
            Issue.record("begun twice")
            return
        }
        #expect(inbox.hasMail)
        #expect(inbox.take().work.count == 2)
        #expect(inbox.end())
    }

    @Test("With many that leave and one that takes and sleeps, nothing is lost and no wake is missed")
    func storm() async throws {
        try await withDeadline {
            let inbox = Inbox()
            let (threads, each) = (4, 20_000)
            let (wakes, taken) = (Counter(), Counter())
            let (slept, woken) = (Counter(), Counter())
            for thread in 0..<threads {
                try Thread.start(name: "leave-\(thread)") {
                    for _ in 0..<each {
                        if case .wake = Self.leaveWork(in: inbox) {
                            wakes.add()
                            woken.add()
                        }
                    }
                }
            }
            try Thread.start(name: "take") {
                while taken.value < threads * each {
                    if inbox.hasMail { taken.add(inbox.take().work.count) }
                    guard taken.value < threads * each, inbox.fallAsleep() else { continue }
                    slept.add()
                    // Asleep until somebody has said that it wakes us, as the poller would be.
                    while woken.value == 0 {}
                    woken.add(-1)
                }
            }
            try await eventually { taken.value == threads * each }
            #expect(wakes.value <= slept.value)
        }
    }
}
