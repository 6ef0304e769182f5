import Foundation
import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("An SMTP client and servers that others wrote")
struct SMTPClientPeersTests {
    /// A program that listens on a port, started anew until the port is free for it.
    private static func withPeer(
        _ path: String, _ arguments: (UInt16) -> [String], _ test: (UInt16) async throws -> Void
    ) async throws {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("skipped: \(path) is not installed")
            return
        }
        // A port that was free a moment ago.
        let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0))
        let port = listener.address.port ?? 0
        await listener.close()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments(port)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        try await eventually("\(path) listens") {
            guard let connection = try? await Connection.connect(to: .ip(.v4(.loopback), port: port)) else {
                return false
            }
            await connection.close()
            return true
        }
        try await test(port)
    }

    /// Python of the system, if it has aiosmtpd.
    private static func python() async throws -> String? {
        let path = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: path),
            try await ChildProcess(path: path).run(["-c", "import aiosmtpd"]).status == 0
        else {
            print("skipped: \(path) has no aiosmtpd")
            return nil
        }
        return path
    }

    @Test("aiosmtpd takes what is sent, letter for letter")
    func aiosmtpd() async throws {
        guard let python = try await Self.python() else { return }
        try await withTemporaryDirectory { directory in
            let script = """
                import asyncio, sys
                from aiosmtpd.controller import Controller
                class Handler:
                    count = 0
                    async def handle_RCPT(self, server, session, envelope, address, options):
                        if address.startswith('no'):
                            return '550 5.1.1 no such user'
                        envelope.rcpt_tos.append(address)
                        return '250 2.1.5 ok'
                    async def handle_DATA(self, server, session, envelope):
                        Handler.count += 1
                        with open(f'{sys.argv[2]}/{Handler.count}', 'wb') as file:
                            file.write(repr((envelope.mail_from, envelope.rcpt_tos)).encode() + b'\\n' + envelope.content)
                        return '250 2.0.0 ok queued as A'
                Controller(Handler(), hostname='127.0.0.1', port=int(sys.argv[1]), enable_SMTPUTF8=True).start()
                asyncio.new_event_loop().run_forever()
                """
            try await Self.withPeer(python, { ["-c", script, "\($0)", directory] }) { port in
                let client = SMTPClient(configuration: .test)
                let body = "Subject: x\r\n\r\n.\r\n..a\r\nhé\r\n" + String(repeating: "line\r\n", count: 20_000)
                for number in 1...3 {
                    let result = try await client.send(
                        Array(body.utf8), from: try mail("alice@example.org"),
                        to: [
                            try mail("bob@example.com"), try mail("nobody@example.com"), try mail("jürgen@example.com"),
                        ],
                        via: .host("127.0.0.1", port: port, security: .opportunistic))
                    // One of them needs SMTPUTF8, for which MAIL has to ask.
                    #expect(result.recipients.map(\.outcome.isAccepted) == [true, false, true])
                    let stored = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(number)"))
                    #expect(
                        String(decoding: stored, as: UTF8.self)
                            == "('alice@example.org', ['bob@example.com', 'jürgen@example.com'])\n" + body)
                }
                await client.shutdown()
            }
        }
    }

    @Test("smtp-sink takes many messages over a few connections, in SMTP and in LMTP")
    func smtpSink() async throws {
        for isLMTP in [false, true] {
            let user = geteuid() == 0 ? ["-u", "nobody"] : []
            let arguments = user + (isLMTP ? ["-L"] : [])
            try await Self.withPeer("/usr/sbin/smtp-sink", { arguments + ["127.0.0.1:\($0)", "100"] }) { port in
                var configuration = SMTPClient.Configuration.test
                configuration.speaksLMTP = isLMTP
                configuration.maximumConnectionsPerServer = 2
                let client = SMTPClient(configuration: configuration)
                let (alice, bob, eve) = (
                    try mail("alice@example.org"), try mail("bob@example.com"), try mail("eve@example.com")
                )
                let message = octets("Subject: x\r\n\r\n" + String(repeating: ".line\r\n", count: 500))
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            try await client.send(
                                message, from: alice, to: [bob, eve],
                                via: .host("127.0.0.1", port: port, security: .opportunistic)
                            ).isComplete
                        }
                    }
                    for try await isComplete in group { #expect(isComplete) }
                }
                await client.shutdown()
            }
        }
    }
}
