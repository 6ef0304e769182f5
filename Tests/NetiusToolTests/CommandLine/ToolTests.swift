import Netius
import Testing

@testable import NetiusTool

@Suite struct ToolTests {
    private struct Outcome: Equatable {
        var code: ExitCode
        var output = ""
        var errors = ""
    }

    /// Runs the words of a line with two commands: `greet`, which succeeds, and `fail`.
    private func run(_ line: String, _ variables: [String: String] = [:]) async -> Outcome {
        let streams = Streams()
        let tool = Tool(
            commands: [GreetCommand.self, FailCommand.self], environment: Environment(variables),
            output: { text in streams.output.withLock { $0 += text } },
            errorOutput: { text in streams.errors.withLock { $0 += text } })
        let code = await GreetCommand.$greetings.withValue(streams) {
            await tool.run(line.split(separator: " ").map(String.init))
        }
        return Outcome(
            code: code, output: streams.output.withLock { $0 }, errors: streams.errors.withLock { $0 })
    }

    @Test("A command runs with its options and its log, and the tool succeeds")
    func runs() async {
        #expect(await run("greet") == Outcome(code: .success, output: "Hello World, info"))
        #expect(await run("greet --name you") == Outcome(code: .success, output: "Hello you, info"))
        #expect(await run("greet", ["NAME": "me"]) == Outcome(code: .success, output: "Hello me, info"))
        #expect(await run("greet --name debug").output == "Hello debug, debug")
    }

    @Test("A command that fails is reported in one line, with exit code 1")
    func fails() async {
        #expect(await run("fail") == Outcome(code: .failure, errors: "netius: out of\\nluck \"today\"\n"))
    }

    @Test("Help is printed for the tool and its commands")
    func help() async {
        let tool = HelpText.ofTool(commands: [GreetCommand.description, FailCommand.description])
        for line in ["--help", "-h", "help", "help --help"] {
            #expect(await run(line) == Outcome(code: .success, output: tool))
        }
        let greet = HelpText.of(GreetCommand.description)
        for line in ["greet --help", "greet -h", "help greet", "greet --name x --help"] {
            #expect(await run(line) == Outcome(code: .success, output: greet))
        }
        #expect(await run("greet --help", ["NAME": "invalid"]).code == .success)
    }

    @Test("The version is printed")
    func version() async {
        #expect(await run("--version") == Outcome(code: .success, output: "netius \(NetiusTool.version)\n"))
    }

    @Test(
        "A usage error is one line that says where to read on, with exit code 2",
        arguments: [
            ("", "no command given. See 'netius --help'."),
            ("gret", #"unknown command "gret", did you mean "greet"? See 'netius --help'."#),
            ("serve", #"unknown command "serve". See 'netius --help'."#),
            ("help gret", #"unknown command "gret", did you mean "greet"? See 'netius --help'."#),
            ("help greet me", #"unexpected argument "me". See 'netius --help'."#),
            ("--versio", #"unknown option "--versio", did you mean "--version"? See 'netius --help'."#),
            ("--name x greet", #"unknown option "--name". See 'netius --help'."#),
            ("greet --nam x", #"unknown option "--nam", did you mean "--name"? See 'netius greet --help'."#),
            ("greet --name", "--name needs a value: --name NAME. See 'netius greet --help'."),
            ("greet --help=1", "--help takes no value. See 'netius greet --help'."),
            ("greet --name a --name b", "--name is given more than once. See 'netius greet --help'."),
            ("greet x\r\ny", #"unexpected argument "x\r\ny". See 'netius greet --help'."#),
            (
                "greet --name=invalid",
                #"invalid value "invalid" for --name: expected a name. See 'netius greet --help'."#
            ),
        ] as [(String, String)])
    func usageErrors(line: String, message: String) async {
        #expect(await run(line) == Outcome(code: .usage, errors: "netius: \(message)\n"))
    }

    @Test("A variable that can't be understood is a usage error that names the variable")
    func invalidVariable() async {
        #expect(
            await run("greet", ["NAME": "invalid"])
                == Outcome(
                    code: .usage,
                    errors: "netius: invalid value \"invalid\" for NAME: expected a name. See 'netius greet --help'.\n"
                ))
    }

    @Test("Exit codes are the documented ones")
    func codes() {
        #expect(ExitCode.success.rawValue == 0)
        #expect(ExitCode.failure.rawValue == 1)
        #expect(ExitCode.usage.rawValue == 2)
    }
}

private final class Streams: Sendable {
    let output = Guarded("")
    let errors = Guarded("")
}

private struct GreetCommand: Command {
    @TaskLocal static var greetings: Streams?

    static let nameOption = OptionDescription(
        "name", placeholder: "NAME", variable: "NAME", default: "World", help: "whom to greet")
    static let description = CommandDescription(name: "greet", summary: "Greets.", options: [nameOption])

    let name: String
    var log: Log { Log(level: name == "debug" ? .debug : .info) }

    init(_ values: CommandValues) throws(UsageError) {
        let format = ConfigurationFormat<String>(expected: "a name") { $0 == "invalid" ? nil : $0 }
        name = try values.required(Self.nameOption, as: format)
    }

    func run() async throws {
        Self.greetings?.output.withLock { $0 += "Hello \(name), \(Log.current.level)" }
    }
}

private struct FailCommand: Command {
    struct Failure: Error, CustomStringConvertible {
        let description = "out of\nluck \"today\""
    }

    static let description = CommandDescription(name: "fail", summary: "Fails.")

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {}

    func run() async throws { throw Failure() }
}
