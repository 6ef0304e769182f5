import Netius
import TestSupport
import Testing

@testable import NetiusMail

/// A queue whose spool is in the directory, as soon as nobody else has it, and what it logs.
func mailQueue(
    _ directory: String, _ configure: (inout MailQueue.Configuration) -> Void = { _ in }
) async throws -> (queue: MailQueue, log: RecordingLogSink) {
    let log = RecordingLogSink()
    var configuration = MailQueue.Configuration(path: "\(directory)/spool")
    configuration.minimumFreeSpace = 0
    configuration.log = Log(level: .debug, sink: log)
    configure(&configuration)
    // A thread that has just done something for an earlier one may still hold it.
    var made: MailQueue?
    try await eventually("the spool is free") {
        do {
            made = try MailQueue(configuration)
        } catch MailQueueError.locked {
            return false
        }
        return true
    }
    return (try #require(made), log)
}

/// The files in the spool's `incoming` that somebody has written to.
func writtenSpares(_ directory: String) throws -> [String] {
    try FileSystem.names(in: "\(directory)/spool/incoming").filter { name in
        // Those that nobody has taken may go meanwhile.
        (try? File(path: "\(directory)/spool/incoming/\(name)").status.size) ?? 0 > 0
    }
}

extension MailQueue {
    /// Puts a message into the queue.
    func write(_ content: String = "hello\r\n", at time: Timestamp = .now) async throws -> MailIdentifier {
        let writer = QueueWriter(
            self, envelope: try envelope(to: "bob@example.net", "carol@example.net"),
            identifier: MailIdentifier(at: time), arrival: time)
        try await writer.append(Array(content.utf8))
        try await writer.commit(prologue: { Array("X: y\r\n".utf8) }) { _, _ in }
        return writer.identifier
    }

    /// What is sent of a message.
    func content(of identifier: MailIdentifier) throws -> String {
        let file = try open(identifier)
        let content = try file.file.read(at: file.layout.contentStart, upTo: file.layout.contentLength)
        return String(decoding: try file.prologue() + content, as: UTF8.self)
    }
}
