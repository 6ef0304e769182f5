import Netius
import NetiusMail

/// A message that is to be sent: as it is, but for what a header section must have and it lacks, which goes in front
/// (RFC 6409 section 8): Date, From and Message-ID.
struct OutgoingMessage: Sendable {
    /// Where a message comes from.
    enum Source: Sendable, Equatable {
        case file(path: String)
        case standardInput

        init(_ text: String) {
            self = text == "-" ? .standardInput : .file(path: text)
        }
    }

    let content: SMTPContent
    /// Whether there are octets above 127.
    let hasEightBits: Bool
    /// Whether they are in the header section.
    let hasUTF8Header: Bool

    /// The most that is read of what is no file, and so has to be kept in memory.
    private static let maximumStreamSize = 256 * 1024 * 1024
    /// The most of a header section that is looked at.
    private static let maximumHeaderSize = 256 * 1024

    /// Reads the message; of a file only what has to be known is kept.
    init(_ source: Source, from sender: MailAddress?) async throws {
        switch source {
        case .standardInput: try await self.init(OpenFile.standardInput, from: sender)
        case .file(let path):
            let file = try await BlockingPool.shared.run { try File(path: path) }
            switch file.status.kind {
            case .regular: try await self.init(file, from: sender)
            case .directory: throw ToolError("\(path.quoted) is a directory")
            case .other:
                let stream = try await BlockingPool.shared.run { try OpenFile(path: path, to: .read) }
                try await self.init(stream, from: sender)
            }
        }
    }

    private init(_ stream: OpenFile, from sender: MailAddress?) async throws {
        var bytes: [UInt8] = []
        for try await part in DescriptorInput(file: stream) {
            bytes += part
            guard bytes.count <= Self.maximumStreamSize else {
                throw ToolError("more than \(Self.maximumStreamSize) bytes, put them in a file")
            }
        }
        let header = MailHeaderSection(bytes.prefix(Self.maximumHeaderSize))
        let first = bytes.firstIndex { $0 >= 0x80 }
        content = .bytes(Self.missing(in: header, from: sender) + bytes)
        hasEightBits = first != nil
        hasUTF8Header = first.map { $0 < header.bodyStart } ?? false
    }

    private init(_ file: File, from sender: MailAddress?) async throws {
        let size = file.status.size
        let first = try await BlockingPool.shared.run {
            var position = 0
            while position < size {
                let part = try file.read(at: position, upTo: Self.maximumHeaderSize)
                if let index = part.firstIndex(where: { $0 >= 0x80 }) { return position + index as Int? }
                guard !part.isEmpty else { break }
                position += part.count
            }
            return nil
        }
        let header = MailHeaderSection(
            try await BlockingPool.shared.run { try file.read(at: 0, upTo: Self.maximumHeaderSize) })
        content = .file(file, from: 0, count: size, after: Self.missing(in: header, from: sender))
        hasEightBits = first != nil
        hasUTF8Header = first.map { $0 < header.bodyStart } ?? false
    }

    /// The fields that a message must have (RFC 5322 section 3.6), or should, and this one lacks.
    private static func missing(in header: MailHeaderSection, from sender: MailAddress?) -> [UInt8] {
        var text = ""
        if header.fields(named: "Date").isEmpty { text += "Date: \(MailDate())\r\n" }
        if header.fields(named: "From").isEmpty, let sender { text += "From: \(sender)\r\n" }
        if header.fields(named: "Message-ID").isEmpty {
            text += "Message-ID: \(MailMessageIdentifier(domain: sender?.domain ?? "localhost"))\r\n"
        }
        // What has no header section is a body alone.
        if header.fields.isEmpty, header.bodyStart == 0 { text += "\r\n" }
        return Array(text.utf8)
    }
}
