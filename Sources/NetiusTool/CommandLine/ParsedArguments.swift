/// The words of a command line, sorted but not yet understood.
struct ParsedArguments: Equatable, Sendable {
    /// An option as it was given.
    struct Option: Equatable, Sendable {
        /// How it was written: `--port`, `-p` or `--no-keep-alive`.
        let spelling: String
        /// Its value; `on` or `off` for a flag.
        let text: String
    }

    /// The options given, by their long names: one of each, or of one that may be repeated all, in order.
    var options: [String: [Option]] = [:]
    /// The arguments, in order.
    var arguments: [String] = []
    /// The same by the names that the command has for them, without those that were left out.
    var argumentsByName: [String: String] = [:]

    /// Those that the last argument stands for, where it may be repeated.
    var repeatedArguments: [String] = []

    /// Whether `--help` was among them.
    var asksForHelp: Bool { options[OptionDescription.help.name] != nil }
}
