import Foundation
import Netius
import TestSupport

/// A client of SMTP that sends what it is told and reads what comes.
final class RawSMTPClient: @unchecked Sendable {
    // @unchecked: used by one task at a time.
    let connection: Connection
    private var received: [UInt8] = []

    init(_ connection: Connection) {
        self.connection = connection
    }

    func send(_ text: String) async throws {
        try await connection.write(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }

    /// Sends the octets in pieces of that size.
    func send(_ bytes: [UInt8], by size: Int) async throws {
        var start = 0
        while start < bytes.count {
            let end = min(start + size, bytes.count)
            try await send(Array(bytes[start..<end]))
            start = end
            for _ in 0..<4 { await Task.yield() }
        }
    }

    /// Sends a line and reads the reply.
    @discardableResult
    func ask(_ line: String) async throws -> String {
        try await send(line + "\r\n")
        return try await reply()
    }

    /// Says that a message comes, from and for these.
    func envelope(from: String = "a@client.example", to: [String] = ["b@mail.example"]) async throws {
        for line in ["MAIL FROM:<\(from)>"] + to.map({ "RCPT TO:<\($0)>" }) {
            let reply = try await ask(line)
            guard reply.hasPrefix("250 ") else { throw TestFailure("\(line): \(reply)") }
        }
    }

    /// The next reply, its lines separated by `|`.
    func reply() async throws -> String {
        var lines: [String] = []
        while true {
            guard let line = try await line() else { throw TestFailure("closed after \(lines)") }
            lines.append(line)
            if line.utf8.count < 4 || line.utf8.dropFirst(3).first != UInt8(ascii: "-") {
                return lines.joined(separator: "|")
            }
        }
    }

    func replies(_ count: Int) async throws -> [String] {
        var replies: [String] = []
        for _ in 0..<count { replies.append(try await reply()) }
        return replies
    }

    /// The next line without its end; nil at the end.
    private func line() async throws -> String? {
        while true {
            if let feed = received.firstIndex(of: 10) {
                guard feed > 0, received[feed - 1] == 13 else { throw TestFailure("a line ended with LF alone") }
                let line = String(decoding: received[..<(feed - 1)], as: UTF8.self)
                received.removeFirst(feed + 1)
                return line
            }
            guard let bytes = try await connection.read() else { return nil }
            received += bytes
        }
    }

    /// All lines until the server closes, separated by `|`.
    func rest() async throws -> String {
        var lines: [String] = []
        do {
            while let line = try await line() { lines.append(line) }
        } catch let error as SystemError where error.code == ECONNRESET {
            lines.append("reset")
        }
        return lines.joined(separator: "|")
    }

    func startTLS() async throws {
        try await connection.startTLS(TestIdentity.client.get(), serverName: "localhost")
    }

    func finishWriting() async { await connection.finishWriting() }
    func close() async { await connection.close() }
    func reset() async { await connection.abort() }
}
