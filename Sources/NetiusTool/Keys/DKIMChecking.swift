import Netius
import NetiusDNS
import NetiusMail

/// `netius dkim verify`: what becomes of the signatures of a message in a file.
struct DKIMChecking {
    let file: String
    /// The record to verify with; nil to look up those that signatures name.
    let record: String?
    let time: Timestamp
    let asJSON: Bool

    init(_ values: CommandValues) throws(UsageError) {
        file = try DKIMCommand.words(values, ["FILE"])[0]
        record = try values.value(of: DKIMCommand.key, as: .string).map(Self.record)
        time = try DKIMCommand.time(values)
        asJSON = try values.required(DKIMCommand.json, as: .boolean)
    }

    /// The text of a record: as it is, or as zone files have it, in strings between quotation marks.
    private static func record(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).joined()
    }

    func run() async throws {
        let message = try InputFile.read(file, upTo: InputFile.maximumMessageSize)
        let results = try await verifier.verify(message, at: time)
        if asJSON {
            writeToStandardOutput("[\(results.map(Self.json).joined(separator: ", "))]\n")
        } else if results.isEmpty {
            writeToStandardOutput("dkim=none\n")
        } else {
            for result in results { writeToStandardOutput("\(result)\n") }
        }
        // A signature that fails says no more than none (RFC 6376 section 6.1): one that passes is enough.
        guard results.contains(where: { $0.result == .pass }) else { throw SilentFailure() }
    }

    private var verifier: DKIMVerifier {
        guard let record else { return DKIMVerifier(dns: .shared) }
        return DKIMVerifier(lookup: { _ in [Array(record.utf8)] })
    }

    private static func json(_ result: DKIMVerification) -> String {
        var members = ["\"result\": \(result.result.rawValue.quoted)"]
        let texts = [
            ("reason", result.reason), ("domain", result.domain), ("selector", result.selector),
            ("algorithm", result.algorithm?.rawValue),
        ]
        for (name, text) in texts {
            if let text { members.append("\(name.quoted): \(text.quoted)") }
        }
        if let bits = result.keyBitCount { members.append("\"bits\": \(bits)") }
        members.append("\"signed_fields\": [\(result.signedFields.map(\.quoted).joined(separator: ", "))]")
        return "{\(members.joined(separator: ", "))}"
    }
}
