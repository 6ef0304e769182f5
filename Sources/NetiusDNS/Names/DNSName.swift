internal import Netius

/// A domain name (RFC 1035 section 3.1): at most 255 octets, in labels of at most 63.
///
/// Names are compared without regard to the case of ASCII letters (RFC 4343), and keep the case they were given.
public struct DNSName: Sendable {
    /// The labels, each after its length, and the root's empty one: the form in a message, without compression.
    package let wire: [UInt8]

    /// The name of these octets, which whoever makes it has checked.
    init(wire: [UInt8]) {
        self.wire = wire
    }

    /// The name of these labels, the leftmost first and without the root's empty one; nil where there is no such name.
    public init?(labels: some Sequence<[UInt8]>) {
        var wire: [UInt8] = []
        for label in labels {
            guard 1...Self.maximumLabel ~= label.count, wire.count + label.count + 2 <= Self.maximumLength else {
                return nil
            }
            wire.append(UInt8(truncatingIfNeeded: label.count))
            wire += label
        }
        wire.append(0)
        self.wire = wire
    }

    /// The root of all names, whose text is a dot.
    public static let root = DNSName(wire: [0])

    /// The most octets of a name, with the lengths of its labels.
    static let maximumLength = 255
    /// The most octets of a label.
    static let maximumLabel = 63

    /// Whether this is the root.
    public var isRoot: Bool { wire.count == 1 }

    /// The labels, the leftmost first, without the root's empty one.
    public var labels: [[UInt8]] {
        var labels: [[UInt8]] = []
        var index = 0
        while index < wire.count, wire[index] > 0 {
            let end = index + 1 + Int(wire[index])
            labels.append(Array(wire[index + 1..<end]))
            index = end
        }
        return labels
    }

    /// The name without its leftmost label; the root's is the root.
    public var parent: DNSName {
        isRoot ? self : DNSName(wire: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// Whether the name is `ancestor` or below it.
    public func isWithin(_ ancestor: DNSName) -> Bool {
        var index = 0
        while wire.count - index > ancestor.wire.count { index += 1 + Int(wire[index]) }
        let end = wire[index...]
        return end.count == ancestor.wire.count
            && zip(end, ancestor.wire).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// The name below `domain`; nil where it would be too long.
    func appending(_ domain: DNSName) -> DNSName? {
        guard wire.count - 1 + domain.wire.count <= Self.maximumLength else { return nil }
        return DNSName(wire: wire.dropLast() + domain.wire)
    }

    /// The name in lower case. A length is at most 63, which is below all letters.
    var lowercased: DNSName { DNSName(wire: wire.map(\.lowercased)) }
}

extension DNSName: Hashable {
    /// Whether the names are equal but for the case of ASCII letters.
    public static func == (one: DNSName, other: DNSName) -> Bool {
        guard one.wire.count == other.wire.count else { return false }
        return one.wire.indices.allSatisfy { one.wire[$0].lowercased == other.wire[$0].lowercased }
    }

    /// Hashes the name without regard to case.
    public func hash(into hasher: inout Hasher) {
        for octet in wire { hasher.combine(octet.lowercased) }
    }
}
