import Netius

/// What a command was told: by its options or, where these are silent, by the environment.
struct CommandValues: Sendable {
    let parsed: ParsedArguments
    let environment: Environment

    /// Reads an option, then its variable, then its default; nil without any.
    func value<Value>(
        of option: OptionDescription, as format: ConfigurationFormat<Value>
    ) throws(UsageError) -> Value? {
        do throws(ConfigurationError) {
            if let given = parsed.options[option.name]?.last {
                return try format.value(of: given.text, name: given.spelling)
            }
            if let variable = option.variable, let value = try environment.value(variable, as: format) { return value }
            guard let text = option.defaultText else { return nil }
            return try format.value(of: text, name: "--\(option.name)")
        } catch {
            throw .invalidValue(error)
        }
    }

    /// Reads an option that has a default; an option without one must be given.
    func required<Value>(
        _ option: OptionDescription, as format: ConfigurationFormat<Value>
    ) throws(UsageError) -> Value {
        guard let value = try value(of: option, as: format) else {
            throw .missingArgument("--\(option.name)")
        }
        return value
    }

    /// Reads all values of an option that may be repeated, in order; none where it isn't given.
    func values<Value>(
        of option: OptionDescription, as format: ConfigurationFormat<Value>
    ) throws(UsageError) -> [Value] {
        var values: [Value] = []
        for given in parsed.options[option.name] ?? [] {
            do throws(ConfigurationError) {
                values.append(try format.value(of: given.text, name: given.spelling))
            } catch {
                throw .invalidValue(error)
            }
        }
        return values
    }

    /// Reads an argument; nil where it is left out.
    func value<Value>(
        of argument: ArgumentDescription, as format: ConfigurationFormat<Value>
    ) throws(UsageError) -> Value? {
        guard let text = parsed.argumentsByName[argument.name] else { return nil }
        do throws(ConfigurationError) {
            return try format.value(of: text, name: argument.name)
        } catch {
            throw .invalidValue(error)
        }
    }

    /// Reads an argument that must be given.
    func required<Value>(
        _ argument: ArgumentDescription, as format: ConfigurationFormat<Value>
    ) throws(UsageError) -> Value {
        guard let value = try value(of: argument, as: format) else { throw .missingArgument(argument.name) }
        return value
    }

    /// The words that the last argument, which may be repeated, stands for; none where it is left out.
    var repeatedArguments: [String] { parsed.repeatedArguments }

    /// Whether the option itself was given, not only its variable.
    func isOnCommandLine(_ option: OptionDescription) -> Bool { parsed.options[option.name] != nil }
}
