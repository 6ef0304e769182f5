/// A setting that can't be understood.
public struct ConfigurationError: Error, Sendable, Equatable {
    /// The environment variable or the command-line option, as the user writes it: `PORT` or `--port`.
    public let name: String
    /// What it was set to.
    public let value: String
    /// What it accepts, as in `a whole number from 0 to 65535`.
    public let expected: String

    /// Makes an error about the setting `name`.
    public init(name: String, value: String, expected: String) {
        self.name = name
        self.value = value
        self.expected = expected
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One line: `invalid value "http" for PORT: expected a whole number from 0 to 65535`.
    public var description: String { "invalid value \(value.quoted) for \(name.onOneLine): expected \(expected)" }
}
