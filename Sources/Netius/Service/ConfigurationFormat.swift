/// How a setting is written, wherever it comes from: the environment or a command line.
package struct ConfigurationFormat<Value: Sendable>: Sendable {
    /// What is accepted, as it follows the word "expected".
    package let expected: String
    private let read: @Sendable (String) -> Value?

    /// `read` returns nil for what isn't accepted.
    package init(expected: String, read: @escaping @Sendable (String) -> Value?) {
        self.expected = expected
        self.read = read
    }

    /// Reads the value of the setting `name`.
    package func value(of text: String, name: String) throws(ConfigurationError) -> Value {
        guard let value = read(text) else { throw ConfigurationError(name: name, value: text, expected: expected) }
        return value
    }
}

extension ConfigurationFormat where Value == String {
    /// Any text, even none.
    package static let text = ConfigurationFormat(expected: "text") { $0 }

    /// Any text but none.
    package static let string = ConfigurationFormat(expected: "text that is not empty") { $0.isEmpty ? nil : $0 }
}

extension ConfigurationFormat where Value == Bool {
    /// 1, true, yes, on; 0, false, no, off; in either case.
    package static let boolean = ConfigurationFormat(expected: "1, true, yes or on; or 0, false, no or off") {
        switch $0.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off": false
        default: nil
        }
    }
}

extension ConfigurationFormat where Value == [String] {
    /// Items separated by semicolons or commas; space around an item and empty items don't count, but one item must be.
    package static let list = ConfigurationFormat(expected: "items separated by ';' or ','") { text in
        let items = text.split { $0 == ";" || $0 == "," }.map(\.trimmed).filter { !$0.isEmpty }
        return items.isEmpty ? nil : items
    }
}

extension Substring {
    /// The text without the spaces and tabs around it.
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        let trailing = reversed().prefix(while: isSpace).count
        return String(drop(while: isSpace).dropLast(trailing))
    }
}

extension ConfigurationFormat where Value == LogLevel {
    /// The name of a log level, in either case.
    package static let logLevel = ConfigurationFormat(
        expected: LogLevel.allCases.map(\.description).joinedAsChoice(), read: LogLevel.init(_:))
}

extension ConfigurationFormat where Value: CaseIterable & RawRepresentable<String> {
    /// One of the names of an enumeration's cases, in either case.
    package static func choice(_: Value.Type = Value.self) -> ConfigurationFormat {
        let names = Value.allCases.map(\.rawValue)
        return ConfigurationFormat(expected: names.joinedAsChoice()) { Value(rawValue: $0.lowercased()) }
    }
}

extension [String] {
    /// `a, b or c`.
    fileprivate func joinedAsChoice() -> String {
        guard let last, count > 1 else { return joined() }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
