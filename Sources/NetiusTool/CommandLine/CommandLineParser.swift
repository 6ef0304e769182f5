/// Sorts the words after a command's name into options and arguments.
///
/// An option's value is the next word or what follows `=`. The next word counts only if it doesn't look like an option
/// itself (`-1` doesn't): a value that does is written `--message=--like-this`. After `--` every word is an argument.
struct CommandLineParser {
    let command: CommandDescription

    private var parsed = ParsedArguments()

    private init(command: CommandDescription) {
        self.command = command
    }

    /// Parses the words that follow the command's name. Where help is asked for, nothing more is looked at.
    static func parse(
        _ words: [String], for command: CommandDescription
    ) throws(UsageError) -> ParsedArguments {
        var parser = CommandLineParser(command: command)
        try parser.parse(words[...])
        if !parser.parsed.asksForHelp { try parser.nameArguments() }
        return parser.parsed
    }

    private mutating func parse(_ words: ArraySlice<String>) throws(UsageError) {
        var rest = words
        while let word = rest.popFirst(), !parsed.asksForHelp {
            if word == "--" {
                parsed.arguments += rest
                return
            } else if word.hasPrefix("--") {
                try parseLong(word, &rest)
            } else if word.hasPrefix("-"), word != "-" {
                try parseShort(word, &rest)
            } else {
                parsed.arguments.append(word)
            }
        }
    }

    private var options: [OptionDescription] { command.options + [.help] }

    private mutating func parseLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (spelling, value) = (parts[0], parts.count == 2 ? parts[1] : nil)
        guard let option = options.first(where: { $0.spellings.contains(spelling) }) else {
            throw unknown(spelling)
        }
        if option.placeholder == nil {
            guard value == nil else { throw .unexpectedValue(option: spelling) }
            try set(option, to: spelling == "--no-\(option.name)" ? "off" : "on", spelling)
        } else if let value {
            try set(option, to: value, spelling)
        } else {
            try setToNext(option, &rest, spelling)
        }
    }

    private mutating func parseShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let letter = word.dropFirst()
        guard let option = options.first(where: { $0.letter.map { letter == String($0) } ?? false }) else {
            throw unknown(word)
        }
        if option.placeholder == nil {
            try set(option, to: "on", word)
        } else {
            try setToNext(option, &rest, word)
        }
    }

    private mutating func setToNext(
        _ option: OptionDescription, _ rest: inout ArraySlice<String>, _ spelling: String
    ) throws(UsageError) {
        guard let value = rest.first, !looksLikeOption(value) else {
            throw .missingValue(option: spelling, placeholder: option.placeholder ?? "")
        }
        rest.removeFirst()
        try set(option, to: value, spelling)
    }

    private mutating func set(
        _ option: OptionDescription, to text: String, _ spelling: String
    ) throws(UsageError) {
        guard option.isRepeatable || parsed.options[option.name] == nil else {
            throw .repeatedOption("--\(option.name)")
        }
        parsed.options[option.name, default: []].append(ParsedArguments.Option(spelling: spelling, text: text))
    }

    private func looksLikeOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), let second = word.utf8.dropFirst().first else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(second)
    }

    private func unknown(_ spelling: String) -> UsageError {
        let typed = "--" + spelling.drop { $0 == "-" }
        // Two dashes are given, not typed right: a single letter has nothing in common with any option.
        let nearest = typed.count > 3 ? suggestion(for: typed, among: options.flatMap(\.spellings)) : nil
        return .unknownOption(spelling, suggestion: nearest)
    }

    private mutating func nameArguments() throws(UsageError) {
        let isRepeated = command.arguments.last?.isRepeated ?? false
        if parsed.arguments.count > command.arguments.count, !isRepeated {
            throw .unexpectedArgument(parsed.arguments[command.arguments.count])
        }
        if let missing = command.arguments.dropFirst(parsed.arguments.count).first(where: { !$0.isOptional }) {
            throw .missingArgument(missing.name)
        }
        for (argument, text) in zip(command.arguments, parsed.arguments) {
            parsed.argumentsByName[argument.name] = text
        }
        if isRepeated { parsed.repeatedArguments = Array(parsed.arguments.dropFirst(command.arguments.count - 1)) }
    }
}
