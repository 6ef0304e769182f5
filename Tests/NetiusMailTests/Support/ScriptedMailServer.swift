import Netius
import TestSupport

/// A server of mail on a loopback port of its own that says what a test has it say.
final class ScriptedMailServer: Sendable {
    typealias Script = @Sendable (ScriptedMailPeer) async throws -> Void

    let port: UInt16
    /// How many have connected.
    let connections = Box(0)
    /// What they said: commands, and lines of content with their periods.
    let lines = Box<[String]>([])
    private let listener: Listener
    private let task: Box<Task<Void, any Error>?> = Box(nil)

    private init(_ listener: Listener) {
        self.listener = listener
        port = listener.address.port ?? 0
    }

    /// Runs the script for each that connects.
    static func start(_ script: @escaping Script) async throws -> ScriptedMailServer {
        try await start(at: "127.0.0.1", port: 0, script)
    }

    /// The same at a certain address and port.
    static func start(at address: String, port: UInt16, _ script: @escaping Script) async throws -> ScriptedMailServer {
        guard let address = IPAddress(address) else { throw TestFailure("\(address) is no address") }
        let listener = try await Listener.bind(.ip(address, port: port))
        let server = ScriptedMailServer(listener)
        server.task.value = Task { [connections = server.connections, lines = server.lines] in
            while let connection = try await listener.accept() {
                connections.value += 1
                let number = connections.value
                connection.handle { connection in
                    await connection.setTimeouts(read: .seconds(30), write: .seconds(30))
                    try await script(ScriptedMailPeer(connection, number: number, lines: lines))
                }
            }
        }
        return server
    }

    func stop() async {
        task.value?.cancel()
        await listener.close()
    }
}

/// One connection of a scripted server. Used by its script alone.
final class ScriptedMailPeer: @unchecked Sendable {
    let connection: Connection
    /// The first that connected is 1.
    let number: Int
    private let lines: Box<[String]>
    private var unread: [UInt8] = []

    init(_ connection: Connection, number: Int, lines: Box<[String]>) {
        self.connection = connection
        self.number = number
        self.lines = lines
    }

    func say(_ text: String) async throws { try await connection.write(text + "\r\n") }

    func sayOctets(_ octets: [UInt8]) async throws { try await connection.write(octets) }

    /// The next line without its end; nil at the end.
    func line() async throws -> String? {
        while true {
            if let feed = unread.firstIndex(of: .lineFeed) {
                var line = String(decoding: unread[..<feed], as: UTF8.self)
                unread.removeFirst(feed + 1)
                guard line.unicodeScalars.last == "\r" else { throw TestFailure("a line feed alone: \(line)") }
                line.unicodeScalars.removeLast()
                lines.value.append(line)
                return line
            }
            guard let bytes = try await connection.read() else { return nil }
            unread += bytes
        }
    }

    func octets(_ count: Int) async throws -> [UInt8] {
        while unread.count < count {
            guard let bytes = try await connection.read() else { throw TestFailure("it ended early") }
            unread += bytes
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// The lines of content up to the period alone.
    func content() async throws -> [String] {
        var content: [String] = []
        while let line = try await line(), line != "." { content.append(line) }
        return content
    }

    /// Serves as any server would, but for the commands in `replies`, by their beginnings, each of which says its replies
    /// in turn and the last one again and again. `end` is what the content's end is answered with.
    func serve(
        _ capabilities: [String] = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"],
        _ replies: [(String, [String])] = [], end: [String] = ["250 2.0.0 ok queued as X"],
        greeting: String? = "220 test.example ESMTP"
    ) async throws {
        if let greeting { try await say(greeting) }
        var used: [String: Int] = [:]
        while let line = try await line() {
            if let (key, texts) = replies.first(where: { line.hasPrefix($0.0) }), !texts.isEmpty {
                let text = texts[min(used[key, default: 0], texts.count - 1)]
                used[key, default: 0] += 1
                if text == "close" { return await connection.close() }
                try await say(text)
                if text.hasPrefix("421") { return await connection.close() }
                if line.hasPrefix("DATA"), text.hasPrefix("354") { try await takeContent(end) }
                continue
            }
            switch line.prefix(4) {
            case "EHLO", "LHLO":
                let all = ["test.example"] + capabilities
                for (index, text) in all.enumerated() {
                    try await say("250\(index == all.count - 1 ? " " : "-")\(text)")
                }
            case "MAIL", "RCPT", "RSET": try await say("250 2.1.0 ok")
            case "DATA":
                try await say("354 go on")
                try await takeContent(end)
            case "BDAT":
                let words = line.split(separator: " ")
                let content = try await octets(Int(words[1]) ?? 0)
                lines.value.append(String(decoding: content, as: UTF8.self))
                for text in end { try await say(text) }
            case "QUIT":
                try await say("221 2.0.0 bye")
                return await connection.close()
            default: try await say("500 5.5.1 what?")
            }
        }
    }

    private func takeContent(_ end: [String]) async throws {
        _ = try await content()
        for text in end {
            if text == "close" { return await connection.close() }
            try await say(text)
        }
    }
}
