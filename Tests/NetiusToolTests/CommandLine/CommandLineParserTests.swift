import Netius
import Testing

@testable import NetiusTool

@Suite struct CommandLineParserTests {
    private let command = CommandDescription(
        name: "serve", summary: "Serves.",
        arguments: [
            ArgumentDescription(name: "FILE", help: "what to serve"),
            ArgumentDescription(name: "MORE", help: "what else to serve", isOptional: true),
        ],
        options: [
            OptionDescription("port", letter: "p", placeholder: "PORT", help: "the port"),
            OptionDescription("message", placeholder: "TEXT", help: "the message"),
            OptionDescription("field", letter: "H", placeholder: "FIELD", isRepeatable: true, help: "a field"),
            OptionDescription(flag: "follow", aliases: ["location"], isNegatable: true, help: "follow"),
            OptionDescription(flag: "verbose", letter: "v", help: "say more"),
            OptionDescription(flag: "keep-alive", isNegatable: true, default: "on", help: "keep alive"),
        ])

    private func parse(_ line: String) throws(UsageError) -> ParsedArguments {
        try CommandLineParser.parse(line.split(separator: " ").map(String.init), for: command)
    }

    private func error(_ line: String) -> UsageError? {
        do throws(UsageError) {
            _ = try parse(line)
            return nil
        } catch {
            return error
        }
    }

    @Test("A value is the next word or follows an equals sign", arguments: ["--port 80", "--port=80", "-p 80"])
    func values(line: String) throws {
        let parsed = try parse("\(line) file")
        #expect(parsed.options["port"]?.first?.text == "80")
        #expect(parsed.options["port"]?.first?.spelling == (line.hasPrefix("--") ? "--port" : "-p"))
        #expect(parsed.arguments == ["file"])
    }

    @Test("A value may be empty, contain an equals sign, start with a dash after one, or be a negative number")
    func oddValues() throws {
        #expect(try parse("file --message=").options["message"]?.first?.text == "")
        #expect(try parse("file --message=a=b").options["message"]?.first?.text == "a=b")
        #expect(try parse("file --message=--port").options["message"]?.first?.text == "--port")
        #expect(try parse("file --message -1").options["message"]?.first?.text == "-1")
        #expect(try parse("file --message -").options["message"]?.first?.text == "-")
        #expect(
            try CommandLineParser.parse(["f", "--message", ""], for: command).options["message"]?.first?.text == "")
    }

    @Test("Flags are on, or off with --no- where they are declared so")
    func flags() throws {
        #expect(try parse("file --verbose").options["verbose"]?.first?.text == "on")
        #expect(try parse("-v file").options["verbose"]?.first?.text == "on")
        #expect(try parse("file --keep-alive").options["keep-alive"]?.first?.text == "on")
        #expect(try parse("file --no-keep-alive").options["keep-alive"]?.first?.text == "off")
        #expect(error("file --no-verbose") == .unknownOption("--no-verbose", suggestion: nil))
        #expect(error("file --no-port") == .unknownOption("--no-port", suggestion: nil))
        #expect(error("file --verbose=1") == .unexpectedValue(option: "--verbose"))
        #expect(error("file --no-keep-alive=") == .unexpectedValue(option: "--no-keep-alive"))
    }

    @Test("After two dashes everything is an argument")
    func dashes() throws {
        let parsed = try parse("-v -- --port -v")
        #expect(parsed.arguments == ["--port", "-v"])
        #expect(parsed.options.keys.sorted() == ["verbose"])
        #expect(try parse("- --").arguments == ["-"])
    }

    @Test(
        "An option without its value is an error", arguments: ["--port", "--port --verbose", "--port -v", "--port --"])
    func missingValue(line: String) {
        #expect(error(line) == .missingValue(option: "--port", placeholder: "PORT"))
    }

    @Test(
        "An option given twice is an error, however it is written",
        arguments: ["--port 1 --port 1", "-p 1 --port=2", "--port=1 -p 1"])
    func repeated(line: String) {
        #expect(error(line) == .repeatedOption("--port"))
        #expect(error("--keep-alive --no-keep-alive") == .repeatedOption("--keep-alive"))
    }

    @Test("An option that may be repeated keeps all of its values, in order")
    func repeatable() throws {
        let parsed = try parse("file -H a --field=b -H c")
        #expect(parsed.options["field"]?.map(\.text) == ["a", "b", "c"])
        #expect(parsed.options["field"]?.map(\.spelling) == ["-H", "--field", "-H"])
        let values = CommandValues(parsed: parsed, environment: Environment())
        let field = OptionDescription("field", placeholder: "FIELD", isRepeatable: true, help: "a field")
        #expect(try values.values(of: field, as: .text) == ["a", "b", "c"])
        #expect(throws: UsageError.self) { try values.values(of: field, as: .integer()) }
        let none = CommandValues(parsed: try parse("file"), environment: Environment())
        #expect(try none.values(of: field, as: .text).isEmpty)
    }

    @Test("A flag may have another name, and be turned off by its own alone")
    func flagAliases() throws {
        #expect(try parse("file --location").options["follow"]?.first?.text == "on")
        #expect(try parse("file --no-follow").options["follow"]?.first?.text == "off")
        #expect(error("file --no-location") != nil)
    }

    @Test(
        "An unknown option is an error, with the nearest known one",
        arguments: [
            ("--prot", "--port"), ("--por", "--port"), ("--ports=80", "--port"), ("-port", "--port"),
            ("--no-keepalive", "--no-keep-alive"), ("--keepalive", "--keep-alive"), ("--hlep", "--help"),
            ("--something", nil), ("-x", nil), ("--x", nil), ("-p80", nil), ("-vp", nil),
        ])
    func unknown(word: String, suggestion: String?) {
        let spelling = String(word.prefix { $0 != "=" })
        #expect(error("file \(word)") == .unknownOption(spelling, suggestion: suggestion))
    }

    @Test("Too few and too many arguments are errors")
    func arguments() throws {
        #expect(error("") == .missingArgument("FILE"))
        #expect(error("-v") == .missingArgument("FILE"))
        #expect(try parse("a").arguments == ["a"])
        #expect(try parse("a --port 1 b").arguments == ["a", "b"])
        #expect(error("a b c") == .unexpectedArgument("c"))
    }

    @Test("Arguments have the names of their places, and one that is left out has none")
    func namedArguments() throws {
        #expect(try parse("a").argumentsByName == ["FILE": "a"])
        #expect(try parse("a --port 1 b").argumentsByName == ["FILE": "a", "MORE": "b"])
        #expect(try parse("-v -- --port").argumentsByName == ["FILE": "--port"])
        #expect(try parse("--help").argumentsByName == [:])
    }

    @Test(
        "Help is asked for anywhere, and nothing after it matters", arguments: ["--help", "-h", "-v -h --bogus a b c"])
    func help(line: String) throws {
        #expect(try parse(line).asksForHelp)
    }

    @Test("Help as an argument is an argument")
    func helpAsArgument() throws {
        #expect(try !parse("-- --help").asksForHelp)
        #expect(try !parse("f --message=--help").asksForHelp)
    }

    @Test("The last argument may be repeated, where it is declared so")
    func repeated() throws {
        let command = CommandDescription(
            name: "join", summary: "Joins.",
            arguments: [
                ArgumentDescription(name: "HOW", help: "how"),
                ArgumentDescription(name: "WHAT", help: "what", isOptional: true, isRepeated: true),
            ])
        let parsed = try CommandLineParser.parse(["fast", "a", "--", "-b"], for: command)
        #expect(parsed.repeatedArguments == ["a", "-b"] && parsed.argumentsByName == ["HOW": "fast", "WHAT": "a"])
        #expect(try CommandLineParser.parse(["fast"], for: command).repeatedArguments.isEmpty)
        #expect(throws: UsageError.missingArgument("HOW")) { try CommandLineParser.parse([], for: command) }
        #expect(HelpText.of(command).hasPrefix("Usage: netius join [OPTIONS] HOW [WHAT...]\n"))
    }
}
