import Testing

@testable import NetiusTool

@Suite struct HelpTextTests {
    private let command = CommandDescription(
        name: "serve", summary: "Serves a file.",
        arguments: [
            ArgumentDescription(name: "FILE", help: "what to serve"),
            ArgumentDescription(name: "MORE", help: "what else to serve", isOptional: true),
        ],
        options: [
            OptionDescription(
                "port", letter: "p", placeholder: "PORT", variable: "PORT", default: "9090",
                help: "the port to listen on, which should not be one that another program uses"),
            OptionDescription(flag: "keep", isNegatable: true, default: "on", help: "keep going"),
            OptionDescription(flag: "plain", variable: "PLAIN", help: "be plain"),
        ])

    @Test("A command's help has aligned columns, variables, defaults and wrapped lines")
    func layout() {
        let expected = """
            Usage: netius serve [OPTIONS] FILE [MORE]

            Serves a file.

            Arguments:
              FILE  what to serve
              MORE  what else to serve

            Options:
              -p, --port PORT  PORT   the port to listen on, which should not be one that
                                      another program uses (default: 9090)
                  --[no-]keep         keep going (default: on)
                  --plain      PLAIN  be plain
              -h, --help              print this help

            An option that isn't given is taken from the environment variable beside it, if
            that is set.

            """
        #expect(HelpText.of(command) == expected)
    }

    @Test("A command without variables has no column for them")
    func withoutVariables() {
        let expected = """
            Usage: netius plain [OPTIONS]

            Is plain.

            Options:
              -h, --help  print this help

            """
        #expect(HelpText.of(CommandDescription(name: "plain", summary: "Is plain.")) == expected)
    }

    @Test("No line of the real commands' help is longer than 80 columns, or ends in a space")
    func width() {
        let commands = [
            EchoCommand.description, GetCommand.description, HelloCommand.description, RelayCommand.description,
            SendCommand.description, SMTPCommand.description,
        ]
        for text in commands.map(HelpText.of) + [HelpText.ofTool(commands: commands)] {
            for line in text.split(separator: "\n") {
                #expect(line.count <= 80 && !line.hasSuffix(" "), "\(line)")
            }
        }
    }

    @Test("The tool's help lists its commands")
    func tool() {
        let text = HelpText.ofTool(commands: [command])
        #expect(text.hasPrefix("Usage: netius COMMAND [OPTIONS]\n"))
        #expect(text.contains("\n  serve  Serves a file.\n  help   Explains a command.\n"))
        #expect(text.contains("\n      --version  print the version\n"))
    }

    @Test("A line is filled up to the last column, and a word longer than a line stands alone")
    func wrapping() {
        let forty = String(repeating: "a", count: 40)
        let thirtyNine = String(repeating: "b", count: 39)
        #expect(TextTable.wrap("\(forty) \(thirtyNine) c") == "\(forty) \(thirtyNine)\nc")
        #expect(TextTable.wrap("\(forty) \(forty)") == "\(forty)\n\(forty)")
        let long = String(repeating: "d", count: 100)
        #expect(TextTable.wrap("a \(long) b", indentation: 2) == "a\n  \(long)\n  b")
    }
}
