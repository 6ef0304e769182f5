internal import Netius

/// What a signature covers of a header section (RFC 6376 section 5.4.2): each name that it gives stands for one field,
/// the bottommost first; for none where there are no more of the name.
struct DKIMFieldSelection {
    /// The indices of the fields, by their names in lower case.
    private var indices: [String: [Int]] = [:]
    private let header: MailHeaderSection

    /// All fields of the section but the one at `excluded`, which is the signature itself.
    init(_ header: MailHeaderSection, excluding excluded: Int? = nil) {
        self.header = header
        for (index, field) in header.fields.enumerated() where index != excluded {
            indices[field.name.lowercasedASCII, default: []].append(index)
        }
    }

    /// How many fields have the name and are not taken yet.
    func count(of name: String) -> Int { indices[name.lowercasedASCII]?.count ?? 0 }

    /// Appends the fields that the names stand for, in canonical form.
    mutating func append(
        _ names: [String], _ canonicalization: DKIMCanonicalization, to output: inout [UInt8]
    ) {
        for name in names {
            guard let index = indices[name.lowercasedASCII]?.popLast() else { continue }
            canonicalization.appendField(header.fields[index].bytes, to: &output)
        }
    }
}
