/// The trailer section of a message (RFC 9113 §8.1).
struct HTTP2Trailers {
    /// Those that may be sent as such.
    private(set) var fields = HTTPFields()
    /// Why the section is malformed.
    private(set) var malformed: HTTP2Malformation?

    init() {}

    /// Takes in a field. What frames or routes a message can only be there to confuse; what merely means nothing in a
    /// trailer section is ignored (RFC 9110 §6.5.1).
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        guard malformed == nil else { return }
        if !name.isEmpty, name[0] == UInt8(ascii: ":") {
            malformed = .pseudoFieldInTrailers
        } else if let reason = HTTP2FieldRules.malformation(name, value, index: index) {
            malformed = reason
        } else {
            let fieldName = HTTPField.Name(name, 0..<name.count)
            if fieldName == .contentLength || fieldName == .host {
                malformed = .notATrailer
            } else if fieldName.isAllowedInTrailers {
                fields.unique().append(name, value)
            }
        }
    }

    /// The section has ended.
    func summary(isTooLarge: Bool) -> HTTP2SectionSummary {
        HTTP2SectionSummary(malformed: (malformed ?? (isTooLarge ? .trailersTooLarge : nil))?.reason)
    }
}
