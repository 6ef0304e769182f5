import Foundation
import Netius
import Testing

@Suite("The program", .timeLimit(.minutes(5)))
struct ServerCommandTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    @Test("hello answers with its message: the default, that of the variable, that of the flag")
    func hello() async throws {
        for (arguments, variables, message) in [
            ([], [:], "Hello World"), ([], ["MESSAGE": "Hello Netius"], "Hello Netius"),
            (["--message", "flag"], ["MESSAGE": "variable"], "flag"), (["--message="], [:], ""),
        ] as [([String], [String: String], String)] {
            try await withTool(["hello", "--port", "0"] + arguments, variables) { tool in
                let answer = try await tool.respond(Self.get)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.contains("Content-Type: text/plain; charset=utf-8\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n\(message)"))
                #expect(tool.output.isEmpty)
            }
        }
    }

    @Test("echo sends back what it gets, of any size and framing")
    func echo() async throws {
        try await withTool(["echo", "--port", "0"]) { tool in
            let small = try await tool.respond(
                "PUT / HTTP/1.0\r\nContent-Type: text/x\r\nContent-Length: 5\r\n\r\nhello")
            #expect(small.hasSuffix("\r\n\r\nhello") && small.contains("Content-Type: text/x\r\n"))
            let chunked = try await tool.respond(
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n")
            #expect(chunked.contains("Transfer-Encoding: chunked\r\n"))
            #expect(chunked.hasSuffix("hello\r\n0\r\n\r\n") || chunked.hasSuffix("2\r\nlo\r\n0\r\n\r\n"))
            let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ ($0 >> 9)) }
            let head = Array("POST / HTTP/1.0\r\nContent-Length: \(large.count)\r\n\r\n".utf8)
            let answer = try await exchange(head + large, with: tool.address())
            #expect(answer.suffix(large.count) == large[...])
        }
    }

    @Test("echo keeps nothing of what it streams: a hundred megabytes leave its memory as it was")
    func echoMemory() async throws {
        try await withTool(["echo", "--port", "0", "--loops", "1"]) { tool in
            let address = try await tool.address()
            let piece = [UInt8](repeating: 97, count: 1 << 20)
            _ = try await tool.respond("POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello")
            guard let before = residentMemory(of: tool) else { return print("skipped: resident memory is not known") }
            let connection = try await Connection.connect(to: address)
            let sending = Task {
                try await connection.write("POST / HTTP/1.0\r\nContent-Length: \(100 << 20)\r\n\r\n")
                for _ in 0..<100 { try await connection.write(piece) }
            }
            var (received, most) = (0, before)
            while let bytes = try await connection.read() {
                if received >> 22 < (received + bytes.count) >> 22 { most = max(most, residentMemory(of: tool) ?? 0) }
                received += bytes.count
            }
            try await sending.value
            await connection.close()
            print("100 MiB went through echo, whose resident memory grew by \((most - before) >> 10) KiB")
            #expect(received > 100 << 20 && most - before < 16 << 20)
        }
    }

    @Test("HOST, PORT and IPV6 say where it listens, and a flag beats its variable")
    func address() async throws {
        for (arguments, variables, host) in [
            ([], ["PORT": "0"], "127.0.0.1"), ([], ["PORT": "0", "HOST": "127.0.0.2"], "127.0.0.2"),
            (["--host", "127.0.0.3", "--port", "0"], ["PORT": "1", "HOST": "127.0.0.2"], "127.0.0.3"),
            (["-p", "0"], ["IPV6": "1"], "::1"), (["--ipv6"], ["PORT": "0"], "::1"),
        ] as [([String], [String: String], String)] {
            if host == "::1", await !hasIPv6() {
                print("skipped: there is no IPv6")
                continue
            }
            try await withTool(["hello"] + arguments, variables) { tool in
                let address = try await tool.address()
                #expect(address.ipAddress.map { "\($0)" } == host)
                #expect(try await tool.respond(Self.get).hasSuffix("Hello World"))
            }
        }
        let port = try await freePort()
        try await withTool(["hello"], ["PORT": "\(port)"]) { tool async throws in
            #expect(try await tool.address().port == port)
        }
    }

    @Test("UNIX_PATH and --unix listen on a Unix domain socket, whose file goes with the program")
    func unix() async throws {
        for usesFlag in [true, false] {
            let path = temporaryPath()
            let (flag, variables) = usesFlag ? (["--unix", path], [:]) : ([], ["UNIX_PATH": path])
            try await withTool(["hello"] + flag, variables) { tool async throws in
                #expect(try await tool.address() == .unix(path: path))
                #expect(try await tool.respond(Self.get).hasSuffix("Hello World"))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("CHILDREN says how many loops there are")
    func loops() async throws {
        for (arguments, variables, count) in [([], ["CHILDREN": "3"], 3), (["--loops", "2"], ["CHILDREN": "3"], 2)]
            as [([String], [String: String], Int)]
        {
            try await withTool(["hello", "--port", "0"] + arguments, variables) { tool in
                _ = try await tool.address()
                #expect(tool.errors.contains("loops=\(count)\n"))
                #expect(
                    loopThreads(of: tool).count == count || !FileManager.default.fileExists(atPath: "/proc/self/task"))
            }
        }
    }

    @Test("LEVEL says what is logged")
    func level() async throws {
        let port = try await freePort()
        let quiet = try RunningTool(["hello", "--port", "\(port)"], ["LEVEL": "error"])
        try await eventually("it serves") {
            let answer = try? await exchange(Array(Self.get.utf8), with: .ip(.v4(.loopback), port: port))
            return answer != nil
        }
        quiet.signal(SIGTERM)
        #expect(try await quiet.end() == RunningTool.Ending(status: 0, isSignal: false, output: "", errors: ""))

        for (level, says) in [("notice", false), ("info", true)] {
            let tool = try RunningTool(["hello", "--port", "0"], ["LEVEL": level])
            _ = try await tool.address()
            tool.signal(SIGTERM)
            let errors = try await tool.end().errors
            #expect(errors.contains("serving hello") && errors.contains("ended hello"))
            #expect(errors.contains("shutting down") == says)
        }
    }

    @Test("KEEP_ALIVE says whether connections persist")
    func keepAlive() async throws {
        let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        try await withTool(["hello", "--port", "0"], ["KEEP_ALIVE": "0"]) { tool async throws in
            #expect(try await tool.respond(get).contains("Connection: close\r\n"))
        }
        try await withTool(["hello", "--port", "0", "--keep-alive"], ["KEEP_ALIVE": "0"]) { tool async throws in
            let answers = try await tool.respond(get + Self.get)
            #expect(answers.components(separatedBy: "Hello World").count == 3)
        }
    }

    @Test("POLL_TIMEOUT makes a loop wake up though nothing happens; without it a loop sleeps")
    func pollTimeout() async throws {
        guard FileManager.default.fileExists(atPath: "/proc/self/task") else { return }
        try await withTool(["hello", "--port", "0", "--loops", "1"], ["POLL_TIMEOUT": "0.005", "POLL": "epoll"]) {
            waking in
            try await withTool(["hello", "--port", "0", "--loops", "1"]) { sleeping in
                _ = try await (waking.address(), sleeping.address())
                let (before, asleep) = (wakeUps(of: waking), wakeUps(of: sleeping))
                try await eventually("it wakes up") { wakeUps(of: waking) > before + 30 }
                #expect(wakeUps(of: sleeping) <= asleep + 5)
            }
        }
    }

    @Test("BACKLOG says how many connections may wait")
    func backlog() async throws {
        for (backlog, isFull) in [("1", true), ("64", false)] {
            let path = temporaryPath()
            try await withTool(["hello", "--unix", path], ["BACKLOG": backlog]) { tool in
                _ = try await tool.address()
                // Stopped it accepts nothing; a Unix socket says at once when no more may wait.
                tool.signal(SIGSTOP)
                var connections: [Connection] = []
                let refusal = await failure {
                    for _ in 0..<10 {
                        connections.append(try await Connection.connect(to: .unix(path: path), within: .seconds(5)))
                    }
                }
                tool.signal(SIGCONT)
                for connection in connections { await connection.close() }
                #expect(!refusal.isEmpty == isFull, "\(refusal)")
            }
        }
    }

    @Test("Sockets that systemd, or who acts like it, has opened are served")
    func inherited() async throws {
        guard
            let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first(
                where: FileManager.default.isExecutableFile)
        else { return print("skipped: python3 is not installed") }
        let script = """
            import os, socket, sys
            listener = socket.create_server(("127.0.0.1", 0))
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let arguments = ["-c", script, RunningTool.path, "hello", "--port", "1", "--message", "inherited"]
        let tool = try RunningTool(arguments, program: python)
        #expect(try await tool.address().port != 1)
        #expect(try await tool.respond(Self.get).hasSuffix("inherited"))
        try await tool.stop()
    }
}

// MARK: What the tests ask the system

private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("netius-\(UUID().uuidString.prefix(8))").path
}

func freePort() async throws -> UInt16 {
    let listener = try await Listener.bind(port: 0)
    let port = listener.address.port ?? 0
    await listener.close()
    return port
}

private func hasIPv6() async -> Bool {
    guard let listener = try? await Listener.bind(.ip(.v6(.loopback), port: 0)) else { return false }
    await listener.close()
    return true
}

private func failure(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return ""
    } catch {
        return "\(error)"
    }
}

/// The folders in which the system tells of the program's loops.
private func loopThreads(of tool: RunningTool) -> [String] {
    let tasks = "/proc/\(tool.identifier)/task"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return names.map { "\(tasks)/\($0)" }.filter {
        (try? String(contentsOfFile: $0 + "/comm", encoding: .utf8))?.hasPrefix("netius-loop") == true
    }
}

/// How often the program's loops have gone to sleep and woken up.
private func wakeUps(of tool: RunningTool) -> Int {
    loopThreads(of: tool).reduce(0) { sum, thread in
        let status = (try? String(contentsOfFile: thread + "/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
        return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
}
