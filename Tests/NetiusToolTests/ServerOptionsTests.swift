import Netius
import Testing

@testable import NetiusTool

@Suite struct ServerOptionsTests {
    private func options(_ line: String = "", _ variables: [String: String] = [:]) throws -> HTTPServerOptions {
        try hello(line, variables).server
    }

    private func hello(_ line: String = "", _ variables: [String: String] = [:]) throws -> HelloCommand {
        let words = line.split(separator: " ").map(String.init)
        let parsed = try CommandLineParser.parse(words, for: HelloCommand.description)
        return try HelloCommand(CommandValues(parsed: parsed, environment: Environment(variables)))
    }

    @Test("The defaults are the documented ones")
    func defaults() throws {
        let options = try options()
        #expect(options.endpoint == .internet(host: "127.0.0.1", port: 9090))
        #expect(options.loops == nil)
        #expect(options.logLevel == .info)
        #expect(options.logFormat == .text)
        #expect(options.poller == nil)
        #expect(options.pollTimeout == nil)
        #expect(options.backlog == 4096)
        #expect(options.keepsAlive)
        #expect(try hello().message == "Hello World")
    }

    @Test("Every option is read")
    func everyOption() throws {
        let options = try options(
            "--host 0.0.0.0 --port 8080 --loops 4 --log-level WARN --log-format json --poll epoll --poll-timeout 0.25 "
                + "--backlog 16 --no-keep-alive")
        #expect(options.endpoint == .internet(host: "0.0.0.0", port: 8080))
        #expect(options.loops == 4)
        #expect(options.logLevel == .warning)
        #expect(options.logFormat == .json)
        #expect(options.poller == .epoll)
        #expect(options.pollTimeout == .milliseconds(250))
        #expect(options.backlog == 16)
        #expect(!options.keepsAlive)
        #expect(try hello("--message=").message == "")
    }

    @Test("Every variable gives what its option gives")
    func everyVariable() throws {
        let variables = [
            "HOST": "0.0.0.0", "PORT": "8080", "CHILDREN": "4", "LEVEL": "WARN", "LOG_FORMAT": "json", "POLL": "kqueue",
            "POLL_TIMEOUT": "0", "BACKLOG": "16", "KEEP_ALIVE": "0",
        ]
        let line =
            "--host 0.0.0.0 --port 8080 --loops 4 --log-level warn --log-format json --poll kqueue --poll-timeout 0 "
            + "--backlog 16 --no-keep-alive"
        #expect(try options("", variables) == options(line))
        #expect(try hello("", ["MESSAGE": "Hello Netius"]).message == "Hello Netius")
    }

    @Test("Each variable is named where it can't be understood")
    func invalidVariables() {
        let names = [
            "PORT", "IPV6", "CHILDREN", "LEVEL", "LOG_FORMAT", "POLL", "POLL_TIMEOUT", "BACKLOG", "KEEP_ALIVE",
        ]
        for name in names {
            do throws(UsageError) {
                let parsed = try CommandLineParser.parse([], for: EchoCommand.description)
                _ = try EchoCommand(CommandValues(parsed: parsed, environment: Environment([name: "?"])))
                Issue.record("\(name) was accepted")
            } catch {
                #expect(error.description.hasPrefix("invalid value \"?\" for \(name): expected "))
            }
        }
    }

    @Test("IPv6 changes the host only where none is given")
    func ipv6() throws {
        #expect(try options("--ipv6").endpoint == .internet(host: "::1", port: 9090))
        #expect(try options("", ["IPV6": "1"]).endpoint == .internet(host: "::1", port: 9090))
        #expect(try options("", ["IPV6": "0"]).endpoint == .internet(host: "127.0.0.1", port: 9090))
        #expect(try options("--host ::", ["IPV6": "1"]).endpoint == .internet(host: "::", port: 9090))
        #expect(try options("--ipv6", ["HOST": "fe80::1"]).endpoint == .internet(host: "fe80::1", port: 9090))
    }

    @Test("A Unix socket excludes the others on the command line; otherwise the command line counts first")
    func unix() throws {
        #expect(try options("--unix /run/n").endpoint == .unix(path: "/run/n"))
        #expect(try options("--unix /run/n", ["PORT": "80"]).endpoint == .unix(path: "/run/n"))
        #expect(try options("", ["UNIX_PATH": "/run/n", "PORT": "80"]).endpoint == .unix(path: "/run/n"))
        #expect(
            try options("--port 80", ["UNIX_PATH": "/run/n"]).endpoint == .internet(host: "127.0.0.1", port: 80))
        for other in ["--host ::1", "--port 80", "--ipv6"] {
            let name = String(other.prefix { $0 != " " })
            #expect(throws: UsageError.conflictingOptions("--unix", name)) { try options("--unix /run/n \(other)") }
        }
    }

    @Test("A poll timeout below zero is none, and zero is zero")
    func pollTimeout() throws {
        #expect(try options("--poll-timeout -1").pollTimeout == nil)
        #expect(try options("--poll-timeout -0.5").pollTimeout == nil)
        #expect(try options("--poll-timeout 0").pollTimeout == .zero)
    }

    @Test(
        "What can't be listened with is refused",
        arguments: [
            "--port 65536", "--port -1", "--host=", "--unix=", "--loops -1", "--loops 1025", "--backlog 0",
            "--poll select", "--log-format xml", "--log-level loud", "--poll-timeout soon",
        ])
    func refused(line: String) {
        #expect(throws: UsageError.self) { try options(line) }
    }

    @Test("Endpoints are written as one writes them in a URL")
    func endpoints() {
        #expect(ServerOptions.Endpoint.internet(host: "127.0.0.1", port: 80).description == "127.0.0.1:80")
        #expect(ServerOptions.Endpoint.internet(host: "::1", port: 80).description == "[::1]:80")
        #expect(ServerOptions.Endpoint.unix(path: "/run/n").description == "unix:/run/n")
    }

    @Test("Names, letters and variables of a command's options are unique")
    func unique() {
        for command in [HelloCommand.description, EchoCommand.description] {
            let options = command.options + [.help]
            let names = options.flatMap(\.spellings)
            let letters = options.compactMap(\.letter)
            let variables = options.compactMap(\.variable)
            #expect(Set(names).count == names.count)
            #expect(Set(letters).count == letters.count)
            #expect(Set(variables).count == variables.count)
        }
    }
}
