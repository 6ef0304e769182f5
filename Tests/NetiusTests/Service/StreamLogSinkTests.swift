import Foundation
import Netius
import Testing

@Suite struct StreamLogSinkTests {
    /// A system call that answers as told, then takes everything; keeps what it took.
    private final class Script: Sendable {
        private struct State {
            var answers: [Int]
            var calls = 0
            var taken: [UInt8] = []
        }
        private let state: Guarded<State>

        init(_ answers: [Int]) { state = Guarded(State(answers: answers)) }

        var calls: Int { state.withLock { $0.calls } }
        var taken: String { state.withLock { String(decoding: $0.taken, as: UTF8.self) } }

        func write(_ bytes: Span<UInt8>) -> Int {
            let copy = bytes.withUnsafeBufferPointer { Array($0) }
            return state.withLock { state in
                state.calls += 1
                let answer = state.answers.isEmpty ? copy.count : min(state.answers.removeFirst(), copy.count)
                if answer > 0 { state.taken += copy.prefix(answer) }
                return answer
            }
        }
    }

    private func record(_ message: String) -> LogRecord {
        LogRecord(level: .error, message: message, timestamp: Timestamp(seconds: 0))
    }

    private func line(_ message: String) -> String { "1970-01-01T00:00:00.000Z [ERROR] \(message)\n" }

    @Test("A record is one line in one call")
    func oneCall() {
        let script = Script([])
        StreamLogSink(format: .text, system: script.write).write(record("one"))
        #expect(script.calls == 1)
        #expect(script.taken == line("one"))
    }

    @Test("An interrupted or partial write continues where it stopped")
    func partial() {
        let script = Script([-Int(EINTR), 5, -Int(EINTR), 1])
        let sink = StreamLogSink(format: .text, system: script.write)
        sink.write(record("one"))
        #expect(script.calls == 5)
        #expect(script.taken == line("one"))
        #expect(sink.droppedRecords == 0)
    }

    @Test("A record that isn't taken is dropped and counted", arguments: [-Int(EAGAIN), -Int(EPIPE), -Int(EBADF), 0])
    func dropped(answer: Int) {
        let script = Script([answer])
        let sink = StreamLogSink(format: .text, system: script.write)
        sink.write(record("one"))
        #expect(sink.droppedRecords == 1)
        sink.write(record("two"))
        #expect(script.taken == line("two"))
        #expect(sink.droppedRecords == 1)
    }

    @Test("After a line that was cut, the next starts on a line of its own")
    func cut() {
        let script = Script([4, -Int(EAGAIN), -Int(EAGAIN)])
        let sink = StreamLogSink(format: .text, system: script.write)
        sink.write(record("one"))
        sink.write(record("two"))
        sink.write(record("three"))
        sink.write(record("four"))
        #expect(sink.droppedRecords == 2)
        #expect(script.taken == "1970\n" + line("three") + line("four"))
    }

    @Test("A full pipe doesn't block; what was taken comes out whole")
    func fullPipe() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        let sink = StreamLogSink(descriptor: ends[1])
        let message = String(repeating: "x", count: 999)
        var written = 0
        while sink.droppedRecords == 0, written < 10_000 {
            sink.write(record(message))
            written += 1
        }
        #expect(sink.droppedRecords == 1)
        close(ends[1])
        let output = String(decoding: FileHandle(fileDescriptor: ends[0]).readDataToEndOfFile(), as: UTF8.self)
        let lines = output.split(separator: "\n").map { $0 + "\n" }
        #expect(lines.prefix(written - 1).allSatisfy { $0 == line(message) })
        #expect(written > 1 && lines.count >= written - 1 && lines.count <= written)
    }

    @Test("Threads don't mix their lines")
    func threads() async throws {
        let script = Script(Array(repeating: 10, count: 200))
        let sink = StreamLogSink(format: .text, system: script.write)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask { for _ in 0..<10 { sink.write(record("task\(index)")) } }
            }
        }
        let lines = Set((0..<8).map { line("task\($0)") })
        #expect(script.taken.split(separator: "\n").count == 80)
        #expect(script.taken.split(separator: "\n").allSatisfy { lines.contains($0 + "\n") })
    }
}
