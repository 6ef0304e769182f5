/// Settings from environment variables, read strictly: a value that can't be understood is an error that says what can.
///
/// A variable that is unset or empty reads as nil, so that a default is one `??` away.
public struct Environment: Sendable {
    private var variables: [String: String]

    /// An environment of these variables.
    public init(_ variables: [String: String] = [:]) {
        self.variables = variables
    }

    /// Reads a variable that is written as `format` says.
    package func value<Value>(
        _ name: String, as format: ConfigurationFormat<Value>
    ) throws(ConfigurationError) -> Value? {
        guard let text = string(name) else { return nil }
        return try format.value(of: text, name: name)
    }

    /// The text of the variable, as it is.
    public func string(_ name: String) -> String? {
        guard let text = variables[name], !text.isEmpty else { return nil }
        return text
    }
}
