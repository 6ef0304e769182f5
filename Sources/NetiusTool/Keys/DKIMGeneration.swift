import Netius
import NetiusMail

/// `netius dkim generate`: a new key, named after the present.
struct DKIMGeneration {
    /// Below this many bits receivers may take no notice of a signature.
    private static let recommendedBits = 2048

    let domain: String
    let selector: String
    let kind: DKIMPrivateKey.Kind
    let isCompatible: Bool
    let asJSON: Bool

    init(_ values: CommandValues) throws(UsageError) {
        let words = try DKIMCommand.words(values, ["DOMAIN", "SUFFIX", "BITS"], optional: 2)
        domain = words[0]
        let time = try DKIMCommand.time(values)
        // 2026-11-20T23:40:44Z is 20261120234044.
        let digits = time.description.filter { $0.isASCII && $0.isNumber }.prefix(14)
        let suffix = words.count > 1 && !words[1].isEmpty ? ".\(words[1])" : ""
        selector = "\(digits)\(suffix)"
        isCompatible = try values.required(DKIMCommand.compat, as: .boolean)
        asJSON = try values.required(DKIMCommand.json, as: .boolean)
        var bits = Self.recommendedBits
        if words.count > 2 {
            let range = DKIMPrivateKey.minimumRSABits...DKIMPrivateKey.maximumRSABits
            do throws(ConfigurationError) {
                bits = try ConfigurationFormat.integer(in: range).value(of: words[2], name: "BITS")
            } catch {
                throw .invalidValue(error)
            }
        }
        if try values.required(DKIMCommand.ed25519, as: .boolean) {
            if words.count > 2 { throw .conflictingOptions("--ed25519", "BITS") }
            kind = .ed25519
        } else {
            kind = .rsa(bits: bits)
        }
    }

    func run() throws {
        let name = try DKIMPrivateKey.recordName(domain: domain, selector: selector)
        if case .rsa(let bits) = kind, bits < Self.recommendedBits {
            writeToStandardError(
                "\(Tool.name): warning: \(bits) bits are few, receivers may take no notice of what is signed with them\n"
            )
        }
        let key = try DKIMPrivateKey.generate(kind)
        let record = isCompatible ? key.compactRecord : key.record
        if asJSON {
            let members = [("name", name), ("selector", selector), ("record", record), ("private_key", key.pem)]
            let text = members.map { "\($0.0.quoted): \($0.1.quoted)" }.joined(separator: ", ")
            writeToStandardOutput("{\(text)}\n")
        } else {
            let line =
                isCompatible
                ? "\(name). IN TXT \"\(record)\"" : try key.zoneLine(domain: domain, selector: selector)
            writeToStandardOutput("\(line)\n\(key.pem)\n")
        }
    }
}
