import Netius
import Testing

@Suite struct LogLevelTests {
    @Test("Levels are ordered from trace to critical")
    func order() {
        let levels: [LogLevel] = [.trace, .debug, .info, .notice, .warning, .error, .critical]
        #expect(levels == levels.shuffled().sorted())
        #expect(levels == LogLevel.allCases)
    }

    @Test("Every level's own name reads back, in either case", arguments: LogLevel.allCases)
    func ownNames(level: LogLevel) {
        #expect(LogLevel(level.description) == level)
        #expect(LogLevel(level.description.uppercased()) == level)
    }

    @Test(
        "Python's names are understood",
        arguments: [
            ("WARN", LogLevel.warning), ("WARNING", .warning), ("CRITICAL", .critical), ("FATAL", .critical),
            ("NOTSET", .trace), ("Debug", .debug),
        ])
    func pythonNames(name: String, level: LogLevel) {
        #expect(LogLevel(name) == level)
    }

    @Test("Nothing else is", arguments: ["", " info", "info ", "inf", "20", "verbose", "info\n", "ınfo"])
    func otherNames(name: String) {
        #expect(LogLevel(name) == nil)
    }
}
