/// What `--help` prints: lines of at most 80 columns.
enum HelpText {
    /// The help of the tool as a whole.
    static func ofTool(commands: [CommandDescription]) -> String {
        let names = commands.map { [$0.name, $0.summary] } + [["help", "Explains a command."]]
        let options = [["-h, --help", "print this help"], ["    --version", "print the version"]]
        return """
            Usage: \(Tool.name) COMMAND [OPTIONS]

            \(TextTable.wrap(Tool.summary))

            Commands:
            \(TextTable(rows: names))

            Options:
            \(TextTable(rows: options))

            See '\(Tool.name) help COMMAND' for the options of a command.

            """
    }

    /// The help of a command.
    static func of(_ command: CommandDescription) -> String {
        let arguments = command.arguments.map { " \($0.usage)" }.joined()
        var sections = [
            "Usage: \(Tool.name) \(command.name) [OPTIONS]\(arguments)",
            TextTable.wrap(command.summary),
        ]
        if !command.arguments.isEmpty {
            sections.append("Arguments:\n\(TextTable(rows: command.arguments.map { [$0.name, $0.help] }))")
        }
        sections.append("Options:\n\(TextTable(rows: (command.options + [.help]).map(row)))")
        if command.options.contains(where: { $0.variable != nil }) {
            sections.append(
                TextTable.wrap(
                    "An option that isn't given is taken from the environment variable beside it, if that is set."))
        }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private static func row(_ option: OptionDescription) -> [String] {
        let letter = option.letter.map { "-\($0), " } ?? "    "
        let name =
            ([option.isNegatable ? "[no-]\(option.name)" : option.name] + option.aliases).map { "--\($0)" }
            .joined(separator: ", ")
        let value = option.placeholder.map { " \($0)" } ?? ""
        // That a flag is off unless given goes without saying.
        let isPlainFlag = option.placeholder == nil && option.defaultText == "off"
        let fallback = isPlainFlag ? "" : option.defaultText.map { " (default: \($0))" } ?? ""
        let repetition = option.isRepeatable ? "; may be repeated" : ""
        return [letter + name + value, option.variable ?? "", option.help + repetition + fallback]
    }
}
