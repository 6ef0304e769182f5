import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("The schedule of a relay") struct RelayScheduleTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func job(_ domain: String, _ identifier: MailIdentifier = MailIdentifier()) -> RelaySchedule.Job {
        RelaySchedule.Job(identifier: identifier, destination: .mailExchangers(of: domain))
    }

    private func schedule(_ maximum: Int = 100, perDestination: Int = 10) -> RelaySchedule {
        RelaySchedule(limits: .init(maximum: maximum, maximumPerDestination: perDestination))
    }

    @Test("gives what is ready in order, and each job once")
    func order() {
        var schedule = schedule()
        let jobs = (0..<5).map { _ in job("a") }
        for job in jobs {
            schedule.add(job, at: nil, now: start)
            schedule.add(job, at: nil, now: start)
        }
        #expect((0..<5).map { _ in schedule.next(now: start) } == jobs)
        #expect(schedule.next(now: start) == nil)
    }

    @Test("gives domains their turns, so that many messages for one do not hold up another")
    func turns() {
        var schedule = schedule()
        for _ in 0..<100 { schedule.add(job("many"), at: nil, now: start) }
        let lone = job("one")
        schedule.add(lone, at: nil, now: start)
        _ = schedule.next(now: start)
        #expect(schedule.next(now: start) == lone)
    }

    @Test("has slots for the mailboxes here, however many hosts are slow")
    func localSlots() {
        var schedule = schedule(2, perDestination: 1)
        for domain in ["a", "b", "c"] { schedule.add(job(domain), at: nil, now: start) }
        #expect(schedule.next(now: start) != nil && schedule.next(now: start) != nil)
        #expect(schedule.next(now: start) == nil)
        let local = (0..<2).map { _ in RelaySchedule.Job(identifier: MailIdentifier(), destination: .local) }
        for job in local { schedule.add(job, at: nil, now: start) }
        #expect(schedule.next(now: start) == local[0])
        #expect(schedule.next(now: start) == nil)
        schedule.finish(local[0], again: nil, now: start)
        schedule.release(.local)
        #expect(schedule.next(now: start) == local[1])
        schedule.finish(local[1], again: nil, now: start)
        schedule.release(.local)
        #expect(schedule.active == 2 && schedule.count == 3)
    }

    @Test("keeps the limits of each domain and of all")
    func limits() {
        var schedule = schedule(5, perDestination: 3)
        for domain in ["a", "b"] {
            for _ in 0..<10 { schedule.add(job(domain), at: nil, now: start) }
        }
        var counts: [RelayDestination: Int] = [:]
        while let job = schedule.next(now: start) { counts[job.destination, default: 0] += 1 }
        #expect(counts.values.reduce(0, +) == 5)
        #expect(counts.values.allSatisfy { $0 <= 3 })
        schedule.release(.mailExchangers(of: "a"))
        #expect(schedule.next(now: start) != nil)
        #expect(schedule.next(now: start) == nil)
    }

    @Test("holds back what is to be tried again until its time")
    func later() {
        var schedule = schedule()
        let job = job("a")
        schedule.add(job, at: nil, now: start)
        #expect(schedule.next(now: start) == job)
        let time = start.advanced(by: .seconds(60))
        schedule.finish(job, again: time, now: start)
        schedule.release(job.destination)
        #expect(schedule.next(now: time.advanced(by: .milliseconds(-1))) == nil)
        #expect(schedule.nextTime == time)
        #expect(schedule.next(now: time) == job)
        schedule.finish(job, again: nil, now: time)
        schedule.release(job.destination)
        #expect(schedule.count == 0)
        #expect(schedule.nextTime == nil)
    }

    @Test("lets one at a time ask for a domain that was not reached, and all when it was")
    func hold() {
        var schedule = schedule()
        let jobs = (0..<4).map { _ in job("dead") }
        for job in jobs { schedule.add(job, at: nil, now: start) }
        let destination = jobs[0].destination
        #expect(schedule.next(now: start) == jobs[0])
        schedule.holdBack(destination, reason: "no", backoff: RelayBackoff(), now: start)
        #expect(schedule.hold(of: destination, now: start)?.reason == "no")
        #expect(schedule.next(now: start) == nil)
        schedule.finish(jobs[0], again: nil, now: start)
        schedule.release(destination)
        // The others are given out, so that their senders hear of it; nobody connects.
        #expect(schedule.next(now: start) == jobs[1])
        #expect(schedule.next(now: start) == nil)
        let later = start.advanced(by: .seconds(3600))
        #expect(schedule.hold(of: destination, now: later) == nil)
        schedule.clearHold(destination)
        #expect(schedule.next(now: later) == jobs[2])
        #expect(schedule.next(now: later) == jobs[3])
    }

    @Test("waits longer for a domain each time that it is not reached")
    func growingHold() throws {
        var schedule = schedule()
        var backoff = RelayBackoff()
        backoff.jitter = 0
        let job = job("dead")
        schedule.add(job, at: nil, now: start)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<4 {
            schedule.holdBack(job.destination, reason: "no", backoff: backoff, now: now)
            // Another that began together with the first changes nothing of the count.
            schedule.holdBack(job.destination, reason: "no", backoff: backoff, now: now)
            let until = try #require(schedule.hold(of: job.destination, now: now)).until
            waits.append(until.since(now))
            now = until
        }
        #expect(waits == [.seconds(300), .seconds(600), .seconds(1200), .seconds(2400)])
    }

    @Test("gives nothing while it is paused")
    func pause() {
        var schedule = schedule()
        let job = job("a")
        schedule.isPaused = true
        schedule.add(job, at: nil, now: start)
        #expect(schedule.next(now: start) == nil)
        #expect(schedule.next(for: job.destination, now: start) == nil)
        schedule.isPaused = false
        #expect(schedule.next(now: start) == job)
    }

    @Test("tries at once what it is told to, and forgets what is removed")
    func byHand() {
        var schedule = schedule()
        let (first, second) = (job("a"), job("b"))
        let time = start.advanced(by: .seconds(1000))
        schedule.add(first, at: time, now: start)
        schedule.add(second, at: time, now: start)
        schedule.retry(first.identifier)
        #expect(schedule.next(now: start) == first)
        #expect(schedule.next(now: start) == nil)
        schedule.remove(second.identifier)
        schedule.retry()
        #expect(schedule.next(now: start) == nil)
        #expect(schedule.count == 1)
    }

    @Test("neither loses a job nor gives one twice, nor breaks a limit, whatever happens in whatever order")
    func property() {
        for seed in 0..<50 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var steady = RelayBackoff()
            steady.jitter = 0
            var schedule = RelaySchedule(limits: .init(maximum: 7, maximumPerDestination: 3))
            var now = start
            var pending: Set<RelaySchedule.Job> = []
            var active: [RelaySchedule.Job] = []
            for _ in 0..<400 {
                now = now.advanced(by: .milliseconds(Int.random(in: 0...500, using: &random)))
                switch Int.random(in: 0..<10, using: &random) {
                case 0...3:
                    let new = job("\(Int.random(in: 0..<5, using: &random))")
                    pending.insert(new)
                    let isLater = Bool.random(using: &random)
                    schedule.add(new, at: isLater ? now.advanced(by: .seconds(2)) : nil, now: now)
                case 4...6:
                    if let next = schedule.next(now: now) {
                        #expect(pending.contains(next))
                        #expect(!active.contains(next))
                        active.append(next)
                    }
                case 7:
                    guard let destination = active.randomElement(using: &random)?.destination else { continue }
                    schedule.holdBack(destination, reason: "", backoff: steady, now: now)
                default:
                    guard !active.isEmpty else { continue }
                    let ended = active.remove(at: Int.random(in: 0..<active.count, using: &random))
                    let isDone = Bool.random(using: &random)
                    if isDone { pending.remove(ended) }
                    schedule.finish(ended, again: isDone ? nil : now.advanced(by: .seconds(1)), now: now)
                    schedule.release(ended.destination)
                }
                #expect(active.count == schedule.active)
                #expect(active.count <= 7)
                let counts = Dictionary(grouping: active, by: \.destination).mapValues(\.count)
                #expect(counts.values.allSatisfy { $0 <= 3 })
            }
            // At the end everything comes.
            now = now.advanced(by: .seconds(3600 * 24 * 30))
            while true {
                while let next = schedule.next(now: now) { active.append(next) }
                guard let ended = active.popLast() else { break }
                pending.remove(ended)
                schedule.clearHold(ended.destination)
                schedule.finish(ended, again: nil, now: now)
                schedule.release(ended.destination)
            }
            #expect(pending.isEmpty)
            #expect(schedule.count == 0)
        }
    }

    @Test("waits from five minutes to four hours, with some chance in it")
    func backoff() {
        var backoff = RelayBackoff()
        for attempts in 1...100 {
            let delay = backoff.delay(afterAttempts: attempts)
            #expect(delay >= .seconds(240) && delay <= .seconds(4 * 3600 * 1.2 + 1))
        }
        backoff.jitter = 0
        let delays = (1...8).map { backoff.delay(afterAttempts: $0) }
        #expect(delays == [300, 600, 1200, 2400, 4800, 9600, 14400, 14400].map { Duration.seconds($0) })
        #expect(backoff.delay(afterAttempts: .max) == .seconds(14400))
    }

    @Test("keeps times in order in its heap")
    func heap() {
        var random = SeededRandom(seed: 4)
        var heap = TimeHeap<Int>()
        let times = (0..<500).map { _ in Int64.random(in: 0..<1000, using: &random) }
        for (index, time) in times.enumerated() { heap.insert(index, at: Timestamp(seconds: time)) }
        let removed = heap.removeAll { $0 % 5 == 0 }
        #expect(removed.count == 100)
        var found: [Int64] = []
        while let next = heap.popFirst(dueBy: Timestamp(seconds: 2000)) { found.append(times[next]) }
        #expect(found == found.sorted())
        #expect(found.count == 400)
    }
}
