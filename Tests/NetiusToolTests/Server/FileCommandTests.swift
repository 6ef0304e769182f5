import Foundation
import Netius
import Testing

@Suite("netius file", .timeLimit(.minutes(5)))
struct FileCommandTests {
    /// A folder with some files in it, removed afterwards.
    private static func withFolder(_ test: (String) async throws -> Void) async throws {
        let path = "/tmp/netius-tool-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path + "/sub", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("one".utf8).write(to: URL(fileURLWithPath: path + "/one.txt"))
        try Data("home".utf8).write(to: URL(fileURLWithPath: path + "/sub/index.html"))
        try Data("other".utf8).write(to: URL(fileURLWithPath: path + "/sub/other.html"))
        try await test(path)
    }

    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n"
    }

    @Test("It serves a folder, by either name of the option, the variable, and the port without a name")
    func serves() async throws {
        try await Self.withFolder { folder in
            for (arguments, variables) in [
                (["--path", folder], [:]), (["--directory", folder], [:]), (["-d", folder], [:]),
                (["--path=" + folder], ["BASE_PATH": "/nowhere"]), ([], ["BASE_PATH": folder]),
            ] as [([String], [String: String])] {
                try await withTool(["file", "0"] + arguments, variables) { tool in
                    let answer = try await tool.respond(Self.get("/one.txt"))
                    #expect(answer.hasSuffix("\r\n\r\none"))
                    let refusal = try await tool.respond(Self.get("/../one.txt"))
                    #expect(refusal.hasPrefix("HTTP/1.1 404"))
                    #expect(tool.output.isEmpty)
                }
            }
        }
    }

    @Test("Index files and listings can be chosen and turned off")
    func folders() async throws {
        try await Self.withFolder { folder in
            for (arguments, variables, sub, root) in [
                ([], [:], "200 OK home", "200 OK list"), (["--no-index"], [:], "200 OK list", "200 OK list"),
                (["--index", "--no-list"], [:], "200 OK home", "404 Not Found"),
                ([], ["LIST_DIRS": "0", "INDEX_FILES": "other.html"], "200 OK other", "404 Not Found"),
                (["--index-files", "no.html;other.html"], [:], "200 OK other", "200 OK list"),
            ] as [([String], [String: String], String, String)] {
                try await withTool(["file", "0", "--path", folder] + arguments, variables) { tool in
                    for (path, expected) in [("/sub/", sub), ("/", root)] {
                        let answer = try await tool.respond(Self.get(path))
                        let words = expected.split(separator: " ", maxSplits: 2)
                        #expect(answer.hasPrefix("HTTP/1.1 \(words[0]) "), "\(arguments) \(path)")
                        if words.count == 3, words[2] == "list" {
                            #expect(answer.contains("<table"))
                        } else if words[0] == "200" {
                            #expect(answer.hasSuffix("\r\n\r\n\(words[2])"), "\(arguments) \(path)")
                        }
                    }
                }
            }
        }
    }

    @Test("Other origins, caching and compression are as asked for")
    func fields() async throws {
        try await Self.withFolder { folder in
            let text = String(repeating: "a line of text\n", count: 1000)
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/long.txt"))
            try await withTool(["file", "0", "--path", folder]) { tool in
                let answer = try await tool.respond(Self.get("/long.txt", "Accept-Encoding: gzip\r\n"))
                #expect(!answer.contains("Access-Control-Allow-Origin"))
                #expect(answer.contains("\r\nCache-Control: no-cache\r\n"))
                #expect(answer.hasSuffix(text))
            }
            let arguments = ["--cors", "--cache", "1h", "--encoding", "auto"]
            try await withTool(["file", "0", "--path", folder] + arguments) { tool in
                let answer = String(
                    decoding: try await exchange(
                        Array(Self.get("/long.txt", "Accept-Encoding: gzip\r\n").utf8), with: tool.address()),
                    as: UTF8.self)
                #expect(answer.contains("\r\nAccess-Control-Allow-Origin: *\r\n"))
                #expect(answer.contains("\r\nCache-Control: max-age=3600\r\n"))
                #expect(answer.contains("\r\nContent-Encoding: gzip\r\n"))
                #expect(answer.utf8.count < 2000)
            }
        }
    }

    @Test("Requests are logged to a file, which SIGHUP opens anew, and to standard output")
    func accessLog() async throws {
        try await Self.withFolder { folder in
            let log = folder + "/access.log"
            try await withTool(["file", "0", "--path", folder, "--access-log", log]) { tool in
                _ = try await tool.respond(Self.get("/one.txt?a=b"))
                try await eventually("the line is written") { Self.content(log).contains("/one.txt") }
                try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
                tool.signal(SIGHUP)
                try await eventually("the file is there again") { FileManager.default.fileExists(atPath: log) }
                _ = try await tool.respond(Self.get("/none"))
            }
            #expect(Self.content(log + ".1").contains(#"] "GET /one.txt?a=b HTTP/1.1" 200 3"#))
            #expect(Self.content(log).contains(#"] "GET /none HTTP/1.1" 404 "#))
            #expect(!Self.content(log).contains("one.txt"))

            let tool = try RunningTool(
                ["file", "0", "--path", folder], ["COMMON_LOG": "-", "ACCESS_LOG_FORMAT": "json"])
            _ = try await tool.respond(Self.get("/one.txt"))
            tool.signal(SIGTERM)
            let ending = try await tool.end()
            #expect(ending.output.contains(#""target":"/one.txt""#))
        }
    }

    private static func content(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    @Test("Only the networks that are allowed may connect")
    func allowed() async throws {
        try await Self.withFolder { folder in
            try await withTool(["file", "0", "--path", folder], ["ALLOWED": "127.0.0.0/8;::1"]) { tool in
                let answer = try await tool.respond(Self.get("/one.txt"))
                #expect(answer.hasSuffix("one"))
            }
            try await withTool(["file", "0", "--path", folder, "--allow", "192.0.2.0/24"]) { tool in
                let answer: String
                do {
                    answer = try await tool.respond(Self.get("/one.txt"))
                } catch is SystemError {
                    answer = ""
                }
                #expect(answer.isEmpty)
            }
        }
    }

    @Test(
        "What cannot be is said in one line",
        arguments: [
            (["file", "--path", "/nowhere/at/all"], 1, "netius: open /nowhere/at/all: No such file or directory\n"),
            (["file", "--path", "/etc/passwd"], 1, "netius: open /etc/passwd: Not a directory\n"),
            (["file", "80000"], 2, "PORT"), (["file", "1", "2"], 2, "2"), (["file", "1", "--port", "2"], 2, "PORT"),
            (["file", "--allow", "192.0.2.1/24"], 2, "192.0.2.1/24 has host bits set"),
            (["file", "--encoding", "br"], 2, "br"), (["file", "--cache", "-1"], 2, "-1"),
        ])
    func errors(arguments: [String], status: Int32, message: String) async throws {
        let ending = try await RunningTool(arguments).end()
        #expect(ending.status == status)
        #expect(ending.errors.contains(message), "\(ending.errors)")
        #expect(ending.errors.split(separator: "\n").count == 1)
    }
}
