import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What a Maildir has acknowledged")
struct MaildirDurabilityTests {
    private func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    @Test("A commit that has begun is not cancelled: what came of it is known")
    func cancelledCommit() async throws {
        try await withTemporaryDirectory { directory in
            let users = (0..<100).map { "u\($0)" }
            for user in users {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(user)", withIntermediateDirectories: false)
            }
            let all = SMTPEnvelope(
                sender: SMTPSender(nil),
                recipients: try users.map { SMTPRecipient(try #require(MailAddress("\($0)@x"))) })
            let delivery = try await Maildir(path: directory, layout: .perUser).begin(all)
            try await delivery.append([UInt8](repeating: 97, count: 100_000))
            let task = Task { try await delivery.commit() }
            try await eventually("the commit has begun") {
                ["tmp", "new"].contains { !names("\(directory)/u0/\($0)").isEmpty }
            }
            task.cancel()
            let identifier = try await task.value
            for user in users { #expect(names("\(directory)/\(user)/new").contains { $0.contains(identifier) }) }
            let late = try await Maildir(path: "\(directory)/late").begin(envelope(to: "u@x"))
            let cancelled = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await late.commit()
            }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            #expect(names("\(directory)/late/new").isEmpty)
        }
    }

    @Test("Folders that another made are brought to the disk before the first message is acknowledged")
    func othersFolders() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/mail"
            for folder in ["", "/tmp", "/new", "/cur"] {
                try FileManager.default.createDirectory(atPath: path + folder, withIntermediateDirectories: false)
            }
            #expect(!Maildir.isSynchronized(path))
            _ = try await Maildir(path: path).store(octets("x"), for: envelope(to: "u@x"))
            #expect(Maildir.isSynchronized(path))
        }
    }
}
