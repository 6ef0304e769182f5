/// What is wrong with a message.
package enum DNSMessageError: Error, Hashable, CustomStringConvertible {
    /// It ends too early, or what it holds does.
    case truncated
    /// More follows than its header has counted, or more than a record's data has room for.
    case excess
    /// A name is longer than 255 octets, has a label of a form that there is not, or points to where it must not.
    case invalidName
    /// The data of a record of that type is not what it should be.
    case invalidData(DNSRecordType)
    /// It has an EDNS record where none belongs, or two.
    case misplacedExtension
    /// It would not fit into 65,535 octets, or a string not into 255.
    case tooLong

    /// One line for people.
    package var description: String {
        switch self {
        case .truncated: "the message ends too early"
        case .excess: "the message is longer than it should be"
        case .invalidName: "the message holds an invalid name"
        case .invalidData(let type): "the message holds an invalid \(type) record"
        case .misplacedExtension: "the message holds a misplaced EDNS record"
        case .tooLong: "the message is too long"
        }
    }
}
