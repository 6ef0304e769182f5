internal import Netius

/// Looks at a message as it comes, whatever its pieces: keeps its header section, and has the body hashed for a
/// signature.
struct RelayIntake: Sendable {
    /// Why a message is not taken.
    struct Refusal: Error {
        let reply: SMTPReply
    }

    private let policy: RelayPolicy
    private let signer: DKIMSigner?
    private var hasher: DKIMBodyHasher?
    /// What has come of the header section, with the empty line behind it.
    private var head: [UInt8] = []
    private var isHeadOver = false

    init(_ policy: RelayPolicy, signer: DKIMSigner?) {
        self.policy = policy
        self.signer = signer
        hasher = signer?.makeBodyHasher()
    }

    /// Looks at the next piece.
    ///
    /// - Throws: `Refusal`, where the header section is too long.
    mutating func append(_ bytes: [UInt8]) throws {
        guard !isHeadOver else {
            hasher?.update(bytes.span)
            return
        }
        // The end may begin in what has come before.
        let start = max(head.count - 3, 0)
        let before = head.count
        head += bytes
        guard let end = Self.end(of: head, from: start) else {
            guard head.count <= policy.maximumHeaderLength else { throw Self.tooLong }
            return
        }
        guard end <= policy.maximumHeaderLength else { throw Self.tooLong }
        isHeadOver = true
        let bodyStart = end - before
        head.removeSubrange(end...)
        if bodyStart < bytes.count { hasher?.update(bytes.span.extracting(max(bodyStart, 0)..<bytes.count)) }
    }

    /// Where the body begins: behind the first empty line.
    private static func end(of head: [UInt8], from start: Int) -> Int? {
        if head.starts(with: [.carriageReturn, .lineFeed]) { return 2 }
        var index = start
        while index + 3 < head.count {
            guard let found = head[index...].firstIndex(of: .carriageReturn), found + 3 < head.count else { return nil }
            if head[found + 1] == .lineFeed, head[found + 2] == .carriageReturn, head[found + 3] == .lineFeed {
                return found + 4
            }
            index = found + 1
        }
        return nil
    }

    private static let tooLong = Refusal(
        reply: .permanent("header section too long", code: 552, status: SMTPEnhancedStatus(checked: 5, 3, 4)))

    /// The fields to be put before the message when all of it has come: `received`, which says how it came here, and
    /// what is missing of a submission, which comes from its author rather than from another host.
    ///
    /// - Throws: `Refusal`, where it goes around in circles.
    mutating func prologue(
        received: [UInt8], isSubmission: Bool, identifier: MailIdentifier, hostName: String, time: Timestamp
    ) throws -> RelayPrologue {
        let header = MailHeaderSection(head)
        guard header.fields(named: "Received").count <= policy.maximumReceivedFields else {
            throw Refusal(
                reply: .permanent(
                    "too many hops: the message goes around in circles", code: 554,
                    status: SMTPEnhancedStatus(checked: 5, 4, 6)))
        }
        // A section that something else ends than an empty line is not touched: nothing is certain of it.
        let isWhole = isHeadOver && header.bodyStart == head.count
        var added: [UInt8] = []
        if isSubmission, policy.completesSubmissions, isWhole || head.isEmpty {
            if header.fields(named: "Message-ID").isEmpty {
                added += "Message-ID: <\(identifier)@\(hostName)>\r\n".utf8
            }
            if header.fields(named: "Date").isEmpty { added += "Date: \(MailDate(time))\r\n".utf8 }
        }
        guard let signer, isWhole, let bodyHash = hasher?.finalize() else {
            return RelayPrologue(fields: received + added, signing: nil)
        }
        let signed = MailHeaderSection(added + head)
        return RelayPrologue(
            fields: received + added, signing: RelayPrologue.Signing(signer: signer, header: signed, bodyHash: bodyHash)
        )
    }
}

/// What is put before a message. Its signature is made apart from the rest, since that takes a while.
struct RelayPrologue: Sendable {
    struct Signing: Sendable {
        let signer: DKIMSigner
        let header: MailHeaderSection
        let bodyHash: [UInt8]
    }

    let fields: [UInt8]
    let signing: Signing?

    /// The octets. Without a signature where the message cannot have one, as without From.
    func encoded(at time: Timestamp, log: Log) -> [UInt8] {
        guard let signing else { return fields }
        do throws(DKIMError) {
            return try signing.signer.signature(for: signing.header, bodyHash: signing.bodyHash, at: time) + fields
        } catch {
            log.notice("sent on without a signature: \(error)", metadata: ["domain": "\(signing.signer.domain)"])
            return fields
        }
    }
}
