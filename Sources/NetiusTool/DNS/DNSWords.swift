import Netius
import NetiusDNS

/// The words of a question, told apart by what they are: a server begins with `@`; of the others the first is the name,
/// unless it is a type and the second is none.
struct DNSWords {
    private(set) var name: String?
    private(set) var type: DNSRecordType?
    private(set) var server: DNSServerName?

    init(_ values: CommandValues, _ first: ArgumentDescription) throws(UsageError) {
        var words: [String] = []
        let word = try values.value(of: first, as: .text)
        for word in (word.map { [$0] } ?? []) + values.repeatedArguments {
            if word.hasPrefix("@") {
                guard server == nil else { throw .unexpectedArgument(word) }
                server = try Self.read(String(word.dropFirst()), as: .nameServer, name: "@SERVER")
            } else {
                guard words.count < 2 else { throw .unexpectedArgument(word) }
                words.append(word)
            }
        }
        if words.count == 2, DNSRecordType(words[1]) == nil, DNSRecordType(words[0]) != nil { words.swapAt(0, 1) }
        name = words.first
        if words.count == 2 { type = try Self.read(words[1], as: .recordType, name: "TYPE") }
    }

    private static func read<Value>(
        _ word: String, as format: ConfigurationFormat<Value>, name: String
    ) throws(UsageError) -> Value {
        do throws(ConfigurationError) {
            return try format.value(of: word, name: name)
        } catch {
            throw .invalidValue(error)
        }
    }
}
