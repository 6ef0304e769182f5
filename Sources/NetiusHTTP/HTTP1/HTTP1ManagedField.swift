internal import Netius

/// The fields that an encoder does not simply copy.
enum HTTP1ManagedField {
    case date, connection, contentLength, transferEncoding
}

extension HTTPFields.Storage {
    @inline(__always)
    func managed(_ entry: HTTPFields.Entry) -> HTTP1ManagedField? {
        // The span must not outlive the access to the property, a copy of which costs no allocation.
        let bytes = bytes
        let octets = bytes.span
        switch entry.nameLength {
        case 4 where octets.equals("date", in: entry.name): return .date
        case 10 where octets.equals("connection", in: entry.name): return .connection
        case 14 where octets.equals("content-length", in: entry.name): return .contentLength
        case 17 where octets.equals("transfer-encoding", in: entry.name): return .transferEncoding
        default: return nil
        }
    }

    @inline(__always)
    func isManaged(_ entry: HTTPFields.Entry) -> Bool { managed(entry) != nil }

    /// Whether the value is a number and nothing else.
    func isLength(_ value: Range<Int>) -> Bool {
        !value.isEmpty && value.count <= 18 && bytes[value].allSatisfy(\.isDigit)
    }

    /// Adds the options that do not concern persistence, such as `upgrade`, to a list.
    func appendOptions(_ value: Range<Int>, to options: inout [UInt8]) {
        let bytes = bytes
        let octets = bytes.span
        var position = value.lowerBound
        while let option = octets.nextListElement(at: &position, to: value.upperBound) {
            if option.isEmpty || octets.equals("close", in: option) || octets.equals("keep-alive", in: option) {
                continue
            }
            if !options.isEmpty { options.append(contentsOf: ", ".utf8) }
            options.append(octets, option)
        }
    }
}
