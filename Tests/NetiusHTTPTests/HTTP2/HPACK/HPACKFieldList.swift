import Netius
import TestSupport

@testable import NetiusHTTP

/// The fields of a header block as a test compares them.
struct HPACKFieldList: HPACKFieldSink, Equatable {
    struct Field: Hashable {
        var name: [UInt8]
        var value: [UInt8]

        init(_ name: [UInt8], _ value: [UInt8]) {
            self.name = name
            self.value = value
        }

        init(_ name: String, _ value: String) {
            self.init(Array(name.utf8), Array(value.utf8))
        }
    }

    var fields: [Field] = []
    var indices: [Int] = []

    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        fields.append(Field([UInt8](name), [UInt8](value)))
        indices.append(index)
    }

    /// Such as `:method: GET`.
    var lines: [String] {
        fields.map { "\(String(decoding: $0.name, as: UTF8.self)): \(String(decoding: $0.value, as: UTF8.self))" }
    }

    /// The size in the sense of RFC 9113 §6.5.2.
    var size: Int { fields.reduce(0) { $0 + $1.name.count + $1.value.count + 32 } }
}

extension HPACKDecoder {
    /// The fields of a block whose list is not too large.
    mutating func fields(_ block: [UInt8]) throws(HPACKError) -> HPACKFieldList {
        var list = HPACKFieldList()
        _ = try decode(block.span, into: &list)
        return list
    }
}

extension HPACKEncoder {
    /// A block with the fields.
    mutating func block(_ fields: [HPACKFieldList.Field]) -> [UInt8] {
        let output = OutputBuffer()
        beginBlock(to: output)
        for field in fields {
            let octets = field.name + field.value
            append(octets.span, name: 0..<field.name.count, value: field.name.count..<octets.count, to: output)
        }
        return output.bytes
    }

    mutating func block(_ lines: [(String, String)]) -> [UInt8] {
        block(lines.map { HPACKFieldList.Field($0.0, $0.1) })
    }
}

/// The octets that pairs of hexadecimal digits stand for.
func fromHexadecimal(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap(\.hexadecimalValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
