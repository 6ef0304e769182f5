import Foundation
import Netius
import Testing

@Suite("How the program ends", .timeLimit(.minutes(5)))
struct ServerEndingTests {
    @Test("A signal ends it gracefully: what is in flight is finished", arguments: [SIGTERM, SIGINT])
    func graceful(number: Int32) async throws {
        let tool = try RunningTool(["echo", "--port", "0"])
        let connection = try await inFlight(tool)
        tool.signal(number)
        try await eventually("it shuts down") { tool.errors.contains("shutting down") }
        try await connection.write("lo")
        var answer: [UInt8] = []
        while let bytes = try await connection.read() { answer += bytes }
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.contains("lo\r\n0\r\n\r\n"))
        await connection.close()
        let ending = try await tool.end()
        #expect(ending.status == 0 && !ending.isSignal)
        #expect(ending.errors.contains("ended echo"))
    }

    @Test("A second signal ends it at once, as the signal does")
    func second() async throws {
        let tool = try RunningTool(["echo", "--port", "0"])
        let connection = try await inFlight(tool)
        tool.signal(SIGTERM)
        try await eventually("it shuts down") { tool.errors.contains("shutting down") }
        tool.signal(SIGINT)
        let ending = try await tool.end()
        #expect(ending.isSignal && ending.status == SIGINT)
        await connection.close()
    }

    @Test("A port that is taken is said in one line, and is a failure", arguments: ["1", "2"])
    func taken(loops: String) async throws {
        let listener = try await Listener.bind(port: 0)
        let port = try #require(listener.address.port)
        let ending = try await RunningTool(["hello", "--port", "\(port)", "--loops", loops]).end()
        #expect(ending.status == 1 && ending.output.isEmpty)
        #expect(ending.errors == "netius: bind 127.0.0.1:\(port): Address already in use\n")
        await listener.close()
    }

    @Test("So is a host that is not here, a path that cannot be, and a poller that this build has not")
    func cannotListen() async throws {
        for arguments in [
            ["--host", "192.0.2.1"], ["--host", "no.such.host.invalid"], ["--unix", "/no/such/folder/socket"],
            ["--unix", "/tmp/" + String(repeating: "x", count: 200)], ["--poll", "kqueue"],
        ] {
            if arguments == ["--poll", "kqueue"], PollerKind.available.contains(.kqueue) { continue }
            let port = arguments[0] == "--unix" ? [] : ["--port", "0"]
            let ending = try await RunningTool(["hello"] + arguments + port).end()
            #expect(ending.status == 1 && ending.output.isEmpty)
            #expect(ending.errors.hasPrefix("netius: ") && ending.errors.hasSuffix("\n"))
            #expect(ending.errors.count { $0 == "\n" } == 1)
        }
    }

    @Test(
        "A variable that cannot be understood is named in one line, and nothing is served",
        arguments: [
            ("PORT", "http"), ("PORT", "65536"), ("PORT", "-1"), ("IPV6", "maybe"), ("CHILDREN", "many"),
            ("LEVEL", "loud"), ("POLL", "select"), ("POLL_TIMEOUT", "soon"), ("BACKLOG", "0"), ("KEEP_ALIVE", "2"),
        ])
    func invalidVariable(name: String, value: String) async throws {
        let ending = try await RunningTool(["hello"], [name: value]).end()
        #expect(ending.status == 2 && ending.output.isEmpty)
        #expect(ending.errors.hasPrefix("netius: invalid value \"\(value)\" for \(name): expected "))
        #expect(ending.errors.count { $0 == "\n" } == 1)
    }

    @Test("So is an option; one that is right beats a variable that is not")
    func invalidOption() async throws {
        for arguments in [
            ["hello", "--port", "x"], ["hello", "--prot", "1"], ["helo"], ["hello", "--unix", "/x", "--port", "1"],
            ["echo", "--message", "x"], ["hello", "extra"], [],
        ] {
            let ending = try await RunningTool(arguments).end()
            #expect(ending.status == 2 && ending.output.isEmpty)
            #expect(ending.errors.hasPrefix("netius: ") && ending.errors.count { $0 == "\n" } == 1)
        }
        try await withTool(["hello", "--port", "0"], ["PORT": "nonsense"]) { tool async throws in
            #expect(try await tool.address().port != 0)
        }
    }

    @Test("LISTEN_FDS that cannot be understood, or descriptors that are no sockets, are a failure that says so")
    func invalidDescriptors() async throws {
        let script = "export LISTEN_PID=$$; exec \"$0\" hello --port 0"
        for count in ["many", "1"] {
            let ending = try await RunningTool(
                ["-c", script, RunningTool.path], ["LISTEN_FDS": count], program: "/bin/sh"
            ).end()
            #expect(ending.status == 1, "\(ending)")
            #expect(ending.errors.hasPrefix("netius: ") && ending.errors.count { $0 == "\n" } == 1)
        }
    }

    @Test("The help lists the variables, on standard output")
    func help() async throws {
        for command in ["hello", "echo"] {
            let ending = try await RunningTool([command, "--help"]).end()
            #expect(ending.status == 0 && ending.errors.isEmpty)
            let names = [
                "HOST", "PORT", "IPV6", "UNIX_PATH", "CHILDREN", "LEVEL", "POLL", "POLL_TIMEOUT", "BACKLOG",
                "KEEP_ALIVE",
            ]
            for name in names + (command == "hello" ? ["MESSAGE"] : []) {
                #expect(ending.output.contains(" \(name) ") || ending.output.contains(" \(name)\n"), "\(name)")
            }
        }
        let ending = try await RunningTool(["--help"]).end()
        #expect(ending.status == 0 && ending.output.contains("hello") && ending.output.contains("echo"))
    }

    /// A connection to `echo` on which a request has arrived of whose body a part is missing.
    private func inFlight(_ tool: RunningTool) async throws -> Connection {
        let connection = try await Connection.connect(to: tool.address())
        await connection.setTimeouts(read: .seconds(20), write: .seconds(20))
        try await connection.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel")
        var answer = ""
        while !answer.contains("hel\r\n") {
            answer += String(decoding: try #require(try await connection.read()), as: UTF8.self)
        }
        return connection
    }
}
