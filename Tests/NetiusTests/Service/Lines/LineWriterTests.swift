import Foundation
import TestSupport
import Testing

@testable import Netius

@Suite("Lines on their way to a file", .timeLimit(.minutes(2)))
struct LineWriterTests {
    /// A writer to a closure, and what it wrote.
    private func makeWriter(
        bufferSize: Int = 1024, maximumWaiting: Int = 64, interval: Duration = .seconds(3600)
    ) throws -> (LineWriter, Collector<[UInt8]>) {
        let written = Collector<[UInt8]>()
        let writer = try LineWriter(
            to: .closure { written.add($0) }, bufferSize: bufferSize, maximumWaiting: maximumWaiting,
            interval: interval, log: Log())
        return (writer, written)
    }

    private func text(_ written: Collector<[UInt8]>) -> String {
        String(decoding: written.values.joined(), as: UTF8.self)
    }

    @Test("Every line of every lane comes out once, whole, and in its lane's order")
    func lanes() async throws {
        let (writer, written) = try makeWriter(bufferSize: 300, maximumWaiting: 1 << 20)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                let lane = writer.makeLane()
                group.addTask {
                    var random = SeededRandom(seed: UInt64(number))
                    for line in 0..<2000 {
                        let filling = String(repeating: "x", count: Int.random(in: 0...120, using: &random))
                        lane.append { $0.append(text: "\(number) \(line) \(filling)\n") }
                    }
                }
            }
        }
        #expect(await writer.flush(patience: .seconds(60)))
        #expect(writer.lostLines == 0)
        var next = [Int](repeating: 0, count: 8)
        for line in text(written).split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, let lane = Int(parts[0]), next.indices.contains(lane) else {
                Issue.record("not a line: \(line)")
                return
            }
            #expect(Int(parts[1]) == next[lane])
            next[lane] += 1
        }
        #expect(next == [Int](repeating: 2000, count: 8))
        #expect(written.values.allSatisfy { $0.last == UInt8(ascii: "\n") })
        writer.close()
    }

    @Test("A buffer is written when it is full; the rest waits")
    func full() async throws {
        let (writer, written) = try makeWriter(bufferSize: 100)
        let lane = writer.makeLane()
        for _ in 0..<25 { lane.append { $0.append("123456789\n") } }
        try await eventually { written.values.count == 2 }
        #expect(written.values.map(\.count) == [100, 100])
        await writer.flush(patience: .seconds(60))
        #expect(written.values.map(\.count) == [100, 100, 50])
        writer.close()
    }

    @Test("What does not fill a buffer is written after the interval, again and again")
    func interval() async throws {
        let (writer, written) = try makeWriter(interval: .milliseconds(10))
        let lane = writer.makeLane()
        for number in 1...3 {
            lane.append { $0.append("line\n") }
            try await eventually { written.values.joined().count == 5 * number }
        }
        writer.close()
    }

    @Test("A lane that ends leaves its lines to the writer")
    func laneEnds() async throws {
        let (writer, written) = try makeWriter()
        for number in 0..<100 { writer.makeLane().append { $0.append(text: "\(number)\n") } }
        await writer.flush(patience: .seconds(60))
        #expect(text(written) == (0..<100).map { "\($0)\n" }.joined())
        #expect(writer.withState { $0.lanes.count } == 0)
        writer.close()
    }

    @Test("A writer that is closed writes what there is, and its thread ends")
    func close() async throws {
        weak var ended: LineWriter?
        let written: Collector<[UInt8]>
        do {
            let (writer, lines) = try makeWriter()
            (ended, written) = (writer, lines)
            let lane = writer.makeLane()
            lane.append { $0.append("last\n") }
            writer.close()
            try await eventually { text(lines) == "last\n" }
            try await eventually { writer.withState { $0.hasEnded } }
            lane.append { $0.append("too late\n") }
            #expect(await writer.flush(patience: .seconds(60)))
            try await writer.reopen()
        }
        try await eventually { [weak ended] in ended == nil }
        #expect(text(written) == "last\n")
    }

    @Test("Memory is used again: as many buffers as were needed at a time, and no more")
    func buffers() async throws {
        let (writer, written) = try makeWriter(bufferSize: 100)
        let lane = writer.makeLane()
        for round in 1...50 {
            for _ in 0..<20 { lane.append { $0.append("123456789\n") } }
            await writer.flush(patience: .seconds(60))
            #expect(written.values.joined().count == 200 * round)
        }
        #expect(writer.withState { $0.spares.count } <= 3)
        #expect(writer.withState { $0.waiting } == 0)
        writer.close()
    }
}
