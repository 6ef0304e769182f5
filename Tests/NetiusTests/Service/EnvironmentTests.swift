import Foundation
import Netius
import Testing

@Suite struct EnvironmentTests {
    private typealias Environment = Netius.Environment

    private func with(_ value: String?) -> Environment {
        Environment(value.map { ["X": $0] } ?? [:])
    }

    @Test("Unset and empty variables read as nil", arguments: [nil, ""])
    func absent(value: String?) throws {
        let environment = with(value)
        #expect(environment.string("X") == nil)
        #expect(try environment.integer("X") == nil)
        #expect(try environment.boolean("X") == nil)
        #expect(try environment.duration("X") == nil)
        #expect(try environment.byteCount("X") == nil)
        #expect(try environment.list("X") == nil)
        #expect(try environment.logLevel("X") == nil)
        #expect(try environment.logFormat("X") == nil)
    }

    @Test("Text is taken as it is")
    func text() {
        #expect(with(" a=b ").string("X") == " a=b ")
    }

    @Test("Whole numbers within their range", arguments: [("0", 0), ("65535", 65535), ("0080", 80)])
    func integers(text: String, number: Int) throws {
        #expect(try with(text).integer("X", in: 0...65535) == number)
    }

    @Test("Negative and extreme whole numbers, where no range forbids them", arguments: [-1, .min, .max])
    func extremeIntegers(number: Int) throws {
        #expect(try with(String(number)).integer("X") == number)
    }

    @Test(
        "Anything else is no whole number",
        arguments: [
            "65536", "-1", "+80", "8O", " 80", "80 ", "0x50", "1e3", "80.0", "-", "99999999999999999999", "٣", "1_000",
        ])
    func badIntegers(text: String) {
        #expect(throws: ConfigurationError(name: "X", value: text, expected: "a whole number from 0 to 65535")) {
            try with(text).integer("X", in: 0...65535)
        }
    }

    @Test("Choices, in either case")
    func booleans() throws {
        for text in ["1", "true", "yes", "on", "True", "YES", "oN"] { #expect(try with(text).boolean("X") == true) }
        for text in ["0", "false", "no", "off", "False", "NO", "oFF"] { #expect(try with(text).boolean("X") == false) }
        for text in ["2", "y", "t", "enabled", " 1", "1 ", "-1"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try with(text).boolean("X") }
        }
    }

    @Test(
        "Durations in seconds, with decimals or a unit",
        arguments: [
            ("0", .zero), ("15", .seconds(15)), ("2.5", .milliseconds(2500)), ("0.001", .milliseconds(1)),
            ("250ms", .milliseconds(250)), ("1.5ms", .microseconds(1500)), ("3s", .seconds(3)),
            ("5m", .seconds(300)), ("0.5h", .seconds(1800)), ("1000000000", .seconds(1_000_000_000)),
            ("0.000000001", .nanoseconds(1)), ("0.0000000000000000000001", .zero),
        ] as [(String, Duration)])
    func durations(text: String, duration: Duration) throws {
        #expect(try with(text).duration("X") == duration)
        #expect(try with("-" + text).duration("X", allowsNegative: true) == .zero - duration)
    }

    @Test(
        "Anything else is no duration",
        arguments: [
            "-1", ".5", "5.", ".", "s", "1 s", "1sec", "1M", "1d", "1.2.3", "1e3", "inf", "nan", "+1", " 1", "--1",
            "1000000000.1", "1000000001", "300000h", "9223372036854775807h", "99999999999999999999", "٣",
        ])
    func badDurations(text: String) {
        #expect(throws: ConfigurationError.self) { try with(text).duration("X") }
        if text != "-1" {
            #expect(throws: ConfigurationError.self) { try with(text).duration("X", allowsNegative: true) }
        }
    }

    @Test(
        "Byte counts, with binary units",
        arguments: [
            ("0", 0), ("512", 512), ("8k", 8192), ("8K", 8192), ("5M", 5 << 20), ("5m", 5 << 20), ("1G", 1 << 30),
            ("8589934591G", 8_589_934_591 << 30),
        ])
    func byteCounts(text: String, count: Int) throws {
        #expect(try with(text).byteCount("X") == count)
    }

    @Test(
        "Anything else is no byte count",
        arguments: ["-1", "1.5k", "k", "1kk", "1kB", "1T", "8589934592G", "9223372036854775808", "1 k", "+1"])
    func badByteCounts(text: String) {
        #expect(throws: ConfigurationError.self) { try with(text).byteCount("X") }
    }

    @Test("Lists, separated by semicolons or commas")
    func lists() throws {
        #expect(try with("a").list("X") == ["a"])
        #expect(try with("a;b,c").list("X") == ["a", "b", "c"])
        #expect(try with(" a b ;\tc;;").list("X") == ["a b", "c"])
        #expect(throws: ConfigurationError.self) { try with(" ; ,").list("X") }
    }

    @Test("Ports, from 0 to 65535")
    func ports() throws {
        #expect(try with("0").port("X") == 0)
        #expect(try with("65535").port("X") == 65535)
        #expect(try with("").port("X") == nil)
        for text in ["65536", "-1", "http", "8080/tcp", "0x50"] {
            #expect(throws: ConfigurationError.self) { try with(text).port("X") }
        }
    }

    @Test("Log levels and formats, in either case")
    func logging() throws {
        #expect(try with("WARN").logLevel("X") == .warning)
        #expect(try with("JSON").logFormat("X") == .json)
        #expect(throws: ConfigurationError.self) { try with("loud").logLevel("X") }
        #expect(throws: ConfigurationError(name: "X", value: "xml", expected: "text or json")) {
            try with("xml").logFormat("X")
        }
    }

    @Test("An error is one line that names the variable, the value and what is accepted")
    func errors() {
        let error = ConfigurationError(name: "PORT", value: "a\n\"b\"", expected: "a whole number from 0 to 65535")
        #expect(
            String(describing: error)
                == #"invalid value "a\n\"b\"" for PORT: expected a whole number from 0 to 65535"#)
        #expect(throws: error) { try Environment(["PORT": "a\n\"b\""]).integer("PORT", in: 0...65535) }
    }

    @Test("The process's environment is that of the system")
    func process() {
        for (name, value) in ProcessInfo.processInfo.environment where !value.isEmpty {
            #expect(Environment.process.string(name) == value)
        }
        #expect(Environment.process.string("PATH") != nil)
    }
}
