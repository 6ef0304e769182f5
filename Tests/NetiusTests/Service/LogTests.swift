import Netius
import Testing

@Suite struct LogTests {
    private let sink = RecordingLogSink()

    @Test("Records below the threshold aren't made, and cost nothing")
    func threshold() {
        var computed = 0
        func message() -> String {
            computed += 1
            return "message"
        }
        func metadata() -> LogMetadata {
            computed += 1
            return ["a": "1"]
        }
        let log = Log(level: .warning, sink: sink)
        log.notice(message(), metadata: metadata())
        #expect(computed == 0)
        #expect(sink.records.isEmpty)
        log.warning(message(), metadata: metadata())
        #expect(computed == 2)
        #expect(sink.records.map(\.message) == ["message"])
    }

    @Test("Each method writes its own level")
    func methods() {
        let log = Log(level: .trace, sink: sink)
        log.trace("")
        log.debug("")
        log.info("")
        log.notice("")
        log.warning("")
        log.error("")
        log.critical("")
        #expect(sink.records.map(\.level) == LogLevel.allCases)
    }

    @Test("A child carries its parent's values, its own and the record's, the nearest winning")
    func children() {
        let parent = Log(sink: sink, metadata: ["server": "hello", "peer": "?"])
        let child = parent.with(["peer": "127.0.0.1", "request": "1"]).with(source: "http")
        child.info("done", metadata: ["request": "2", "status": "200"])
        parent.info("parent")
        #expect(
            sink.records.map(\.metadata) == [
                ["server": "hello", "peer": "127.0.0.1", "request": "2", "status": "200"],
                ["server": "hello", "peer": "?"],
            ])
        #expect(sink.records.map(\.source) == ["http", ""])
    }

    @Test("A record has the moment of the call")
    func moment() throws {
        let before = Timestamp.now
        Log(sink: sink).info("now")
        let after = Timestamp.now
        let moment = try #require(sink.records.first).timestamp
        #expect(before <= moment && moment <= after)
    }

    @Test("By default the current log is of info and above, as text on standard error")
    func defaults() {
        #expect(Log.current.level == .info)
        #expect((Log.current.sink as? StreamLogSink) === StreamLogSink.standardError)
        #expect(Log.current.metadata.isEmpty)
    }

    @Test("withLog sets the current log for the operation only")
    func current() {
        withLog(Log(level: .error, sink: sink)) {
            Log.current.warning("hidden")
            Log.current.error("shown")
            #expect(Log.current.level == .error)
        }
        #expect(Log.current.level == .info)
        #expect(sink.records.map(\.message) == ["shown"])
    }

    @Test("withMetadata nests, and reaches child tasks")
    func metadata() async {
        await withLog(Log(sink: sink, metadata: ["a": "1"])) {
            await Log.withMetadata(["b": "2"]) {
                Log.withMetadata(["b": "3", "c": "4"]) { Log.current.info("inner") }
                await Task { Log.current.info("task") }.value
            }
            Log.current.info("outer")
        }
        #expect(
            sink.records.map(\.metadata) == [["a": "1", "b": "3", "c": "4"], ["a": "1", "b": "2"], ["a": "1"]])
    }

    @Test("The operation runs in the caller's isolation, and may use what isn't Sendable")
    func isolation() async {
        await Isolated().check(sink)
    }

    @Test("What the operation throws and returns passes through")
    func results() async throws {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try withLog(Log(sink: sink)) { throw Failure() } }
        await #expect(throws: Failure.self) {
            try await Log.withMetadata([:]) {
                await Task.yield()
                throw Failure()
            }
        }
        #expect(withLog(Log(sink: sink)) { 1 } == 1)
    }

    @Test("The environment sets level and format")
    func environment() throws {
        #expect(try Log(environment: Environment()).level == .info)
        #expect(try Log(environment: Environment(["LEVEL": "DEBUG"])).level == .debug)
        let json = try Log(environment: Environment(["LOG_FORMAT": "json"])).sink as? StreamLogSink
        #expect(json != nil && json !== StreamLogSink.standardError)
        #expect(throws: ConfigurationError.self) { try Log(environment: Environment(["LEVEL": "loud"])) }
        #expect(throws: ConfigurationError.self) { try Log(environment: Environment(["LOG_FORMAT": "xml"])) }
    }
}

private actor Isolated {
    private final class Counter { var count = 0 }
    private let counter = Counter()

    func check(_ sink: RecordingLogSink) async {
        await withLog(Log(sink: sink)) {
            assertIsolated()
            await Log.withMetadata(["a": "1"]) {
                assertIsolated()
                await Task.yield()
                counter.count += 1
            }
            counter.count += 1
        }
        #expect(counter.count == 2)
    }
}
