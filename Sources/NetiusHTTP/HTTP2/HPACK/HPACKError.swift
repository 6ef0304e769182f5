/// What is wrong with a header block: the peer's table and ours are no longer the same, so that the connection must
/// end with COMPRESSION_ERROR (RFC 9113 §4.3).
enum HPACKError: Error, Hashable, CaseIterable {
    /// The block ends within a field.
    case truncated
    /// A number is larger than 2³²-1 or has more than five octets behind its prefix (RFC 7541 §5.1).
    case numberTooLarge
    /// There is no field at the place in the tables (RFC 7541 §2.3.3).
    case invalidIndex
    /// Huffman-coded text ends with more than seven bits of padding, or with other bits than ones (RFC 7541 §5.2).
    case invalidPadding
    /// Huffman-coded text has the symbol EOS (RFC 7541 §5.2).
    case endOfString
    /// A change of the table's size elsewhere than at the block's beginning, or a third there (RFC 7541 §4.2).
    case misplacedSizeUpdate
    /// A size beyond what was allowed (RFC 7541 §6.3).
    case tableTooLarge
    /// A block does not begin with a change of the table's size although a smaller one was demanded (RFC 7541 §4.2).
    case missingSizeUpdate
    /// New fields repeat names of the table until these alone are more than twice what a list may be.
    case namesTooLarge
}

extension HPACKError {
    /// What is wrong in a few words, for the log. It never changes and has nothing of what the peer sent.
    var reason: String {
        switch self {
        case .truncated: "header block ends within a field"
        case .numberTooLarge: "number too large in a header block"
        case .invalidIndex: "invalid index in a header block"
        case .invalidPadding: "invalid padding of Huffman-coded text"
        case .endOfString: "EOS in Huffman-coded text"
        case .misplacedSizeUpdate: "misplaced change of the header table's size"
        case .tableTooLarge: "header table larger than allowed"
        case .missingSizeUpdate: "header table not made smaller as demanded"
        case .namesTooLarge: "names of the header table repeated beyond measure"
        }
    }
}

extension HPACKError: CustomStringConvertible {
    /// The ``reason``.
    var description: String { reason }
}
