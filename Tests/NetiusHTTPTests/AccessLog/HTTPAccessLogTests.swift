import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Access log", .timeLimit(.minutes(2)))
struct HTTPAccessLogTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("access-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        defer { try? FileManager.default.removeItem(atPath: path + ".1") }
        try await body(path)
    }

    private func record(_ path: String) throws -> HTTPAccessRecord {
        var record = try HTTPAccessRecord.answered("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        record.ended = .now
        return record
    }

    private func targets(_ path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let line = try AccessLine(Array("\(line)\n".utf8), isCombined: true)
            return String(decoding: line.request.dropFirst(4).dropLast(9), as: UTF8.self)
        }
    }

    @Test("A file has a line for each record, of all loops, once it is flushed")
    func file() async throws {
        try await withFile { path in
            let log = try HTTPAccessLog(to: .file(path: path))
            let recorders = [log.makeRecorder(log: Log()), log.makeRecorder(log: Log())]
            for number in 0..<1000 { recorders[number % 2].record(try record("/\(number)")) }
            await log.flush()
            let targets = try targets(path)
            #expect(Set(targets) == Set((0..<1000).map { "/\($0)" }) && targets.count == 1000)
            #expect(log.lostLines == 0)
        }
    }

    @Test("When the log goes, what was recorded is still written")
    func ends() async throws {
        try await withFile { path in
            do {
                let log = try HTTPAccessLog(to: .file(path: path))
                log.makeRecorder(log: Log()).record(try record("/last"))
            }
            try await eventually("the line") { try targets(path) == ["/last"] }
        }
    }

    @Test("Opened anew, it goes on in a new file")
    func reopen() async throws {
        try await withFile { path in
            let log = try HTTPAccessLog(to: .file(path: path))
            let recorder = log.makeRecorder(log: Log())
            recorder.record(try record("/before"))
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try await log.reopen()
            recorder.record(try record("/after"))
            await log.flush()
            #expect(try targets(path + ".1") == ["/before"])
            #expect(try targets(path) == ["/after"])
        }
    }

    @Test("SIGHUP opens it anew, as often as it comes")
    func hangup() async {
        await #expect(processExitsWith: .success) {
            try await HTTPAccessLogTests().withFile { path in
                let tests = HTTPAccessLogTests()
                let log = try HTTPAccessLog(to: .file(path: path))
                let recorder = log.makeRecorder(log: Log())
                for number in 1...3 {
                    recorder.record(try tests.record("/\(number)"))
                    await log.flush()
                    try FileManager.default.moveItem(atPath: path, toPath: "\(path).\(number)")
                    kill(getpid(), SIGHUP)
                    try await eventually("a new file") { FileManager.default.fileExists(atPath: path) }
                    #expect(try tests.targets("\(path).\(number)") == ["/\(number)"])
                    try FileManager.default.removeItem(atPath: "\(path).\(number)")
                }
                _ = log
            }
        }
    }

    @Test("Without a log that is opened anew, SIGHUP does what it does by default")
    func noSignal() async {
        await #expect(processExitsWith: .signal(SIGHUP)) {
            var options = HTTPAccessLog.Options()
            options.reopenSignals = []
            let log = try HTTPAccessLog(to: .file(path: "/dev/null"), options: options)
            kill(getpid(), SIGHUP)
            try await Task.sleep(for: .seconds(20))
            _ = log
        }
    }

    @Test("A closure gets whole lines")
    func closure() async throws {
        let lines = Box<[UInt8]>([])
        var options = HTTPAccessLog.Options()
        options.bufferSize = 100
        let log = try HTTPAccessLog(to: .closure { lines.value += $0 }, format: .common, options: options)
        let recorder = log.makeRecorder(log: Log())
        for number in 0..<10 { recorder.record(try record("/\(number)")) }
        await log.flush()
        let parsed = try lines.value.split(separator: 10).map { try AccessLine($0 + [10], isCombined: false) }
        #expect(parsed.map(\.request) == (0..<10).map { octets("GET /\($0) HTTP/1.1") })
    }

    @Test(
        "Lines that a full disk costs are counted, and the server's log says how many",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func diskFull() async throws {
        let sink = RecordingLogSink()
        let log = try HTTPAccessLog(to: .file(path: "/dev/full"))
        let recorder = log.makeRecorder(log: Log(sink: sink))
        for _ in 0..<100 { recorder.record(try record("/")) }
        await log.flush()
        #expect(log.lostLines == 100)
        #expect(sink.records(.error).count == 1)
        #expect(sink.records(.error).first?.metadata["lines"] == "100")
    }

    @Test("A file that can't be opened is an error")
    func noFile() {
        #expect(throws: SystemError(operation: "open /nonexistent/log", code: ENOENT)) {
            try HTTPAccessLog(to: .file(path: "/nonexistent/log"))
        }
    }
}
