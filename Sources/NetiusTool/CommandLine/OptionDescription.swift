/// An option of a command: how it is written, and what the help says about it.
struct OptionDescription: Sendable {
    /// The long name, without dashes.
    let name: String
    /// Other long names for the same.
    let aliases: [String]
    /// The letter of the short form, if there is one.
    let letter: Character?
    /// What stands for the value in the help; nil for a flag, which takes none.
    let placeholder: String?
    /// Whether `--no-` before the name turns the flag off.
    let isNegatable: Bool
    /// Whether it may be given more than once, each time with a value that counts beside the others.
    let isRepeatable: Bool
    /// The environment variable that is read where the option isn't given.
    let variable: String?
    /// What it does, in a phrase.
    let help: String
    /// What holds where neither is given, written as the option's value is (flags: `on` or `off`); nil for nothing.
    let defaultText: String?

    /// An option that takes a value.
    init(
        _ name: String, aliases: [String] = [], letter: Character? = nil, placeholder: String,
        isRepeatable: Bool = false, variable: String? = nil, default: String? = nil, help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.letter = letter
        self.placeholder = placeholder
        self.isNegatable = false
        self.isRepeatable = isRepeatable
        self.variable = variable
        self.help = help
        self.defaultText = `default`
    }

    /// A flag.
    init(
        flag name: String, aliases: [String] = [], letter: Character? = nil, isNegatable: Bool = false,
        variable: String? = nil,
        default: String = "off", help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.letter = letter
        self.placeholder = nil
        self.isNegatable = isNegatable
        self.isRepeatable = false
        self.variable = variable
        self.help = help
        self.defaultText = `default`
    }

    /// The option that every command has.
    static let help = OptionDescription(flag: "help", letter: "h", help: "print this help")

    /// Every way to write the long form.
    var spellings: [String] {
        ([name] + aliases).map { "--\($0)" } + (isNegatable ? ["--no-\(name)"] : [])
    }
}
