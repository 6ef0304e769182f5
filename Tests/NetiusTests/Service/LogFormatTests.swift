import Foundation
import Netius
import Testing

@Suite struct LogFormatTests {
    private let timestamp = Timestamp(seconds: 1_795_218_651, nanoseconds: 871_234_567)

    private func line(
        _ format: LogFormat, _ message: String, _ metadata: LogMetadata = [:], source: String = ""
    )
        -> String
    {
        let record = LogRecord(
            level: .info, message: message, metadata: metadata, timestamp: timestamp, source: source)
        return String(decoding: format.line(for: record), as: UTF8.self)
    }

    @Test("A text line has time, level, message and values, quoted where they aren't one word")
    func text() {
        #expect(
            line(.text, "request failed", ["peer": "127.0.0.1:80", "reason": "too long", "empty": ""])
                == "2026-11-20T23:50:51.871Z [INFO] request failed peer=127.0.0.1:80 reason=\"too long\" empty=\"\"\n")
    }

    @Test("A source stands before the message")
    func source() {
        #expect(line(.text, "ready", source: "smtp") == "2026-11-20T23:50:51.871Z [INFO] smtp: ready\n")
    }

    @Test("A value can't forge a line, a value or a quote")
    func forgery() {
        let prefix = "2026-11-20T23:50:51.871Z [INFO] "
        let path = "/\r\n2026-11-20T23:50:52.000Z [ERROR] forged"
        #expect(
            line(.text, "got", ["path": path])
                == prefix + #"got path="/\r\n2026-11-20T23:50:52.000Z [ERROR] forged""# + "\n")
        #expect(line(.text, "got", ["a": #"x" b="y"#]) == prefix + #"got a="x\" b=\"y""# + "\n")
        #expect(line(.text, "got", ["a": #"x\"#]) == prefix + #"got a="x\\""# + "\n")
        #expect(line(.text, "got", ["a": "x=y"]) == prefix + #"got a="x=y""# + "\n")
        #expect(line(.text, "got", ["a b=\n": "c"]) == prefix + #"got "a b=\n"=c"# + "\n")
        #expect(line(.text, "say \"hi\"\nbye\t", [:]) == prefix + #"say \"hi\"\nbye\t"# + "\n")
    }

    @Test("What controls a terminal or the direction of text is escaped; other languages aren't")
    func deceptive() {
        let message = "\u{1B}[2J \u{0} \u{7F} \u{9B} \u{2028} \u{202E} \u{2066} é 日本 🙂"
        #expect(
            line(.text, message).hasSuffix(
                #"[INFO] \u001b[2J \u0000 \u007f \u009b \u2028 \u202e \u2066 é 日本 🙂"# + "\n"))
    }

    @Test("Neither format ever writes a control character but the final line feed", arguments: LogFormat.allCases)
    func everyControlCharacter(format: LogFormat) {
        let all = String(String.UnicodeScalarView((0...0x9F).compactMap(Unicode.Scalar.init(_:) as (Int) -> _)))
        let text = line(format, all, [all: all], source: all)
        let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(Array(controls) == ["\n"])
        #expect(text.hasSuffix("\n"))
    }

    @Test("A JSON line is an object that reads back to what was logged")
    func json() throws {
        let nasty = "\"quoted\" \\ / \u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}\u{2028} é 日本 🙂"
        let text = line(.json, nasty, ["peer": nasty, nasty: "", "z": "1"], source: nasty)
        #expect(text.filter(\.isNewline) == "\n")
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["time"] as? String == "2026-11-20T23:50:51.871Z")
        #expect(object["level"] as? String == "info")
        #expect(object["source"] as? String == nasty)
        #expect(object["message"] as? String == nasty)
        #expect(object["metadata"] as? [String: String] == ["peer": nasty, nasty: "", "z": "1"])
    }

    @Test("A JSON line leaves out what is empty, and keeps the order of values")
    func jsonLayout() {
        let start = #"{"time":"2026-11-20T23:50:51.871Z","level":"info","message":"m""#
        #expect(line(.json, "m") == start + "}\n")
        #expect(line(.json, "m", ["z": "1", "a": "2"]) == start + #","metadata":{"z":"1","a":"2"}}"# + "\n")
    }
}
