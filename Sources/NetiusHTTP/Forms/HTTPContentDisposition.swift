internal import Netius

/// What a part of a form says about itself: `form-data; name="..."; filename="..."` (RFC 7578 §4.2).
struct HTTPContentDisposition: Equatable {
    /// The name of the form's field.
    var name: String
    /// The name that the file had where it came from.
    var fileName: String?

    /// Reads the fields of a part.
    init(_ fields: HTTPFields) throws(HTTPFormError) {
        let values = fields[values: .contentDisposition]
        guard values.count <= 1 else { throw .invalidPartHeader }
        guard let value = values.first else { throw .missingName }
        let octets = Array(value.utf8)
        let input = octets.span
        let end = input.endOfToken(from: 0, to: octets.count)
        guard input.equals("form-data", in: 0..<end) else { throw .missingName }
        var name: String?
        var fileName: String?
        var parameters = HTTPParameters(end..<octets.count)
        do {
            while let parameter = try parameters.next(in: input) {
                if input.equals("name", in: parameter.name) {
                    guard name == nil else { throw HTTPParameters.Malformed() }
                    name = Self.text(parameter, input)
                } else if input.equals("filename", in: parameter.name) {
                    guard fileName == nil else { throw HTTPParameters.Malformed() }
                    fileName = Self.text(parameter, input)
                }
            }
        } catch {
            throw .invalidPartHeader
        }
        guard let name else { throw .missingName }
        (self.name, self.fileName) = (name, fileName)
    }

    /// Browsers write `%22`, `%0D` and `%0A` for what cannot stand between quotes, and nothing else so (WHATWG HTML,
    /// "multipart/form-data encoding algorithm"). Other programs write `\"` and `\\`; any other backslash is part of
    /// the name.
    private static func text(_ parameter: HTTPParameter, _ input: Span<UInt8>) -> String {
        let end = parameter.value.upperBound
        var octets: [UInt8] = []
        var index = parameter.value.lowerBound
        while index < end {
            var octet = input[index]
            if octet == UInt8(ascii: "\\"), parameter.isQuoted, index + 1 < end,
                input[index + 1] == UInt8(ascii: "\"") || input[index + 1] == UInt8(ascii: "\\")
            {
                index += 1
                octet = input[index]
            } else if octet == UInt8(ascii: "%"),
                let escaped = PercentEncoding.escapedOctet(input, at: index, before: end),
                escaped == UInt8(ascii: "\"") || escaped == .carriageReturn || escaped == .lineFeed
            {
                index += 2
                octet = escaped
            }
            octets.append(octet)
            index += 1
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
