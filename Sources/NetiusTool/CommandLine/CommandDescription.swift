/// What a command accepts, and what the help says about it.
struct CommandDescription: Sendable {
    /// The word that chooses it.
    let name: String
    /// What it does, in a sentence.
    let summary: String
    /// What it takes beside options, in order.
    var arguments: [ArgumentDescription] = []
    /// Its options; every command has `--help` besides.
    var options: [OptionDescription] = []
}

/// An argument that is known by its place.
struct ArgumentDescription: Sendable {
    /// What stands for it in the help, in capitals.
    let name: String
    /// What it is, in a phrase.
    let help: String
    /// Whether it may be left out; those after it may then be too. `CommandValues` has nil for it.
    var isOptional = false
    /// Whether more of the same may follow; it is then the last. `CommandValues.repeatedArguments` has them all.
    var isRepeated = false

    /// As the usage has it: `NAME`, `[NAME]`, `NAME...` or `[NAME...]`.
    var usage: String {
        let name = isRepeated ? "\(name)..." : name
        return isOptional ? "[\(name)]" : name
    }
}
