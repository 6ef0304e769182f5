import Netius
import Testing

@testable import NetiusTool

@Suite struct CommandValuesTests {
    private let port = OptionDescription(
        "port", letter: "p", placeholder: "PORT", variable: "PORT", default: "9090", help: "")
    private let flag = OptionDescription(flag: "keep", isNegatable: true, variable: "KEEP", default: "on", help: "")
    private let number = ArgumentDescription(name: "NUMBER", help: "", isOptional: true)
    private let bare = OptionDescription("bare", placeholder: "TEXT", help: "")

    private func values(_ words: [String], _ variables: [String: String] = [:]) throws -> CommandValues {
        let command = CommandDescription(name: "c", summary: "", arguments: [number], options: [port, flag, bare])
        return CommandValues(
            parsed: try CommandLineParser.parse(words, for: command), environment: Environment(variables))
    }

    @Test("An option counts before its variable, and that before the default")
    func precedence() throws {
        let format = ConfigurationFormat<Int>.integer(in: 0...65535)
        #expect(try values(["-p", "1"], ["PORT": "2"]).value(of: port, as: format) == 1)
        #expect(try values([], ["PORT": "2"]).value(of: port, as: format) == 2)
        #expect(try values([], ["PORT": ""]).value(of: port, as: format) == 9090)
        #expect(try values([]).value(of: port, as: format) == 9090)
        #expect(try values([]).value(of: bare, as: .text) == nil)
    }

    @Test("A flag counts before its variable, on or off")
    func flags() throws {
        #expect(try values(["--no-keep"], ["KEEP": "1"]).required(flag, as: .boolean) == false)
        #expect(try values(["--keep"], ["KEEP": "0"]).required(flag, as: .boolean) == true)
        #expect(try values([], ["KEEP": "no"]).required(flag, as: .boolean) == false)
        #expect(try values([]).required(flag, as: .boolean) == true)
    }

    @Test("An option beats a variable that can't be understood")
    func unreadVariable() throws {
        #expect(try values(["-p", "1"], ["PORT": "x"]).value(of: port, as: .integer()) == 1)
    }

    @Test(
        "A value that can't be understood is an error that names where it comes from",
        arguments: [
            (["-p", "x"], [:], "-p"), (["--port=x"], ["PORT": "1"], "--port"), ([], ["PORT": "x"], "PORT"),
        ] as [([String], [String: String], String)])
    func invalid(words: [String], variables: [String: String], name: String) throws {
        let expected = ConfigurationError(name: name, value: "x", expected: "a whole number from 0 to 65535")
        let values = try values(words, variables)
        #expect(throws: UsageError.invalidValue(expected)) {
            try values.value(of: port, as: .integer(in: 0...65535))
        }
    }

    @Test("An empty value on the command line isn't the same as none")
    func empty() throws {
        #expect(throws: UsageError.self) { try values(["--port="]).value(of: port, as: .integer()) }
        #expect(try values(["--bare="]).value(of: bare, as: .text) == "")
        #expect(throws: UsageError.self) { try values(["--bare="]).value(of: bare, as: .string) }
    }

    @Test("An argument is read by its place, and may be left out where it is optional")
    func arguments() throws {
        #expect(try values(["12"]).value(of: number, as: .integer()) == 12)
        #expect(try values(["-p", "1", "--", "-1"]).required(number, as: .integer()) == -1)
        #expect(try values(["-p", "1"]).value(of: number, as: .integer()) == nil)
        #expect(throws: UsageError.missingArgument("NUMBER")) { try values([]).required(number, as: .integer()) }
    }

    @Test("An argument that can't be understood is an error that names it")
    func invalidArgument() throws {
        let expected = ConfigurationError(name: "NUMBER", value: "x", expected: "a whole number")
        #expect(throws: UsageError.invalidValue(expected)) { try values(["x"]).value(of: number, as: .integer()) }
    }

    @Test("A required option without a default must be given")
    func required() throws {
        #expect(throws: UsageError.missingArgument("--bare")) { try values([]).required(bare, as: .text) }
    }
}
