import Netius

/// The program: it finds the command, reads its options, runs it and reports how that ended.
struct Tool: Sendable {
    static let name = "netius"
    static let summary = "Servers and clients for the network, in one program."

    let commands: [any Command.Type]
    let environment: Environment
    /// Takes what was asked for, such as help.
    let output: @Sendable (String) -> Void
    /// Takes what went wrong, in one line.
    let errorOutput: @Sendable (String) -> Void

    /// Runs the command line after the program's name.
    func run(_ words: [String]) async -> ExitCode {
        var chosen: (any Command.Type)?
        do throws(UsageError) {
            switch try invocation(words, &chosen) {
            case .print(let text):
                output(text)
                return .success
            case .run(let command):
                return await run(command)
            }
        } catch {
            let path = [Self.name, chosen?.description.name].compactMap { $0 }.joined(separator: " ")
            let stop = error.description.hasSuffix("?") ? "" : "."
            errorOutput("\(Self.name): \(error)\(stop) See '\(path) --help'.\n")
            return .usage
        }
    }

    private func run(_ command: any Command) async -> ExitCode {
        do {
            try await withLog(command.log) { try await command.run() }
            return .success
        } catch is SilentFailure {
            return .failure
        } catch {
            errorOutput("\(Self.name): \(String(describing: error).onOneLine)\n")
            return .failure
        }
    }

    private enum Invocation {
        case print(String)
        case run(any Command)
    }

    /// Understands the words; `chosen` tells, also where that fails, whose options they are.
    private func invocation(
        _ words: [String], _ chosen: inout (any Command.Type)?
    ) throws(UsageError) -> Invocation {
        guard let first = words.first else { throw .noCommand }
        let rest = Array(words.dropFirst())
        switch first {
        case "--help", "-h":
            return .print(HelpText.ofTool(commands: commands.map { $0.description }))
        case "--version":
            return .print("\(Self.name) \(version)\n")
        case "help":
            return .print(try help(rest))
        case let option where option.hasPrefix("-"):
            throw .unknownOption(option, suggestion: suggestion(for: option, among: ["--help", "--version"]))
        default:
            let command = try command(first)
            chosen = command
            let parsed = try CommandLineParser.parse(rest, for: command.description)
            if parsed.asksForHelp { return .print(HelpText.of(command.description)) }
            return .run(try command.init(CommandValues(parsed: parsed, environment: environment)))
        }
    }

    private func help(_ words: [String]) throws(UsageError) -> String {
        guard let name = words.first, name != "--help", name != "-h" else {
            return HelpText.ofTool(commands: commands.map { $0.description })
        }
        let command = try command(name)
        if words.count > 1 { throw .unexpectedArgument(words[1]) }
        return HelpText.of(command.description)
    }

    private func command(_ name: String) throws(UsageError) -> any Command.Type {
        if let command = commands.first(where: { $0.description.name == name }) { return command }
        let names = commands.map { $0.description.name } + ["help"]
        throw .unknownCommand(name, suggestion: suggestion(for: name, among: names))
    }
}
