internal import Netius

extension HTTPFields {
    /// Says that the response depends on a field of the request (RFC 9110 §12.5.5), unless Vary says so already.
    mutating func vary(on name: HTTPField.Name) {
        guard let present = self[.vary], !present.isEmpty else {
            self[.vary] = name.rawName
            return
        }
        guard !hasListElement("*", in: .vary), !hasListElement(name.canonicalName, in: .vary) else { return }
        self[.vary] = "\(present), \(name.rawName)"
    }

    /// Whether the comma-separated list in the fields of the name has an element that is `element`, which is in lower
    /// case, without regard to case.
    func hasListElement(_ element: String, in name: HTTPField.Name) -> Bool {
        guard let storage else { return false }
        let wanted = element.utf8.span
        var next = storage.index(of: name)
        while let index = next {
            let value = storage.entries[index].value
            let octets = storage.bytes.span
            var position = value.lowerBound
            while let found = octets.nextListElement(at: &position, to: value.upperBound) {
                if octets.equals(wanted, in: found) { return true }
            }
            next = storage.index(of: name, from: index + 1)
        }
        return false
    }
}

extension Span<UInt8> {
    /// Whether the octets of `range` are those of `lowercased`, which is in lower case, without regard to ASCII case.
    func equals(_ lowercased: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == lowercased.count else { return false }
        for offset in 0..<lowercased.count
        where self[range.lowerBound + offset].lowercased != lowercased[offset] { return false }
        return true
    }
}
