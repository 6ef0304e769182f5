/// Consecutive addresses, or consecutive networks of one size; never empty.
///
/// A range is made by `hosts` and `subnets(prefixLength:)` of a network. It stores its first element and how many
/// follow, so that one of 2¹²⁸ costs no more than one of two.
///
/// A collection counts in `Int`, and a range may have more elements: then `count`, and the distance between two
/// indices, is `Int.max` in place of more. Walking, indices, slices and `last` are right all the same;
/// `exactCount` is the number itself, and `element(at:)` finds an element by any integer. Algorithms that visit or
/// store all elements, such as `map` and `Array.init`, are for small ranges.
public struct IPRange<Element: IPBlock>: Sendable, Hashable {
    private let start: Element
    /// How many elements follow the first. Their number itself may not fit.
    private let lastOffset: UInt128

    init(first: Element, lastOffset: UInt128) {
        start = first
        self.lastOffset = lastOffset
    }

    /// How many elements there are; nil for 2¹²⁸, which does not fit.
    public var exactCount: UInt128? { lastOffset == .max ? nil : lastOffset + 1 }

    /// The element at an offset from the first, or, if it is negative, from the end: 0 is the first element and -1 the
    /// last. Nil when there is no such element.
    public func element(at offset: some BinaryInteger) -> Element? {
        guard let magnitude = UInt128(exactly: offset.magnitude) else { return nil }
        if offset >= 0 { return magnitude <= lastOffset ? self[magnitude] : nil }
        return magnitude - 1 <= lastOffset ? self[lastOffset - (magnitude - 1)] : nil
    }

    private subscript(offset: UInt128) -> Element { start.advanced(wrappingBy: offset) }
}

extension IPRange: RandomAccessCollection {
    /// The first element's index.
    public var startIndex: IPRangeIndex { IPRangeIndex(offset: 0) }

    /// The index after the last element's.
    public var endIndex: IPRangeIndex { .pastEnd }

    /// The element at the index, which must be one of this range's.
    public subscript(position: IPRangeIndex) -> Element {
        precondition(!position.isPastEnd && position.offset <= lastOffset, "the index is out of range")
        return self[position.offset]
    }

    /// The next index; that after the end is the end.
    public func index(after index: IPRangeIndex) -> IPRangeIndex { self.index(index, offsetBy: 1) }

    /// The index before; that before the start is the start.
    public func index(before index: IPRangeIndex) -> IPRangeIndex { self.index(index, offsetBy: -1) }

    /// The index so many elements away, not beyond the start or the end.
    public func index(_ index: IPRangeIndex, offsetBy distance: Int) -> IPRangeIndex {
        let magnitude = UInt128(distance.magnitude)
        if distance >= 0 {
            guard !index.isPastEnd, index.offset <= lastOffset, magnitude <= lastOffset - index.offset else {
                return .pastEnd
            }
            return IPRangeIndex(offset: index.offset + magnitude)
        }
        if index.isPastEnd {
            return IPRangeIndex(offset: lastOffset - Swift.min(magnitude - 1, lastOffset))
        }
        return IPRangeIndex(offset: index.offset - Swift.min(magnitude, index.offset))
    }

    /// How many elements lie between two indices, or `Int.max` or `Int.min` when they are more.
    public func distance(from start: IPRangeIndex, to end: IPRangeIndex) -> Int {
        if end < start {
            let distance = distance(from: end, to: start)
            return distance == .max ? .min : -distance
        }
        guard !start.isPastEnd else { return 0 }
        let distance = (end.isPastEnd ? lastOffset : end.offset) - start.offset
        guard let distance = Int(exactly: distance), distance < .max else { return .max }
        return end.isPastEnd ? distance + 1 : distance
    }
}

/// A place in an `IPRange` or a network: an element's offset from the first, or the end.
public struct IPRangeIndex: Sendable, Hashable {
    /// 0 at the end.
    let offset: UInt128
    let isPastEnd: Bool

    init(offset: UInt128) {
        self.offset = offset
        isPastEnd = false
    }

    private init() {
        offset = 0
        isPastEnd = true
    }

    static let pastEnd = IPRangeIndex()
}

extension IPRangeIndex: Comparable {
    /// The order of the offsets, and the end after them.
    public static func < (first: IPRangeIndex, second: IPRangeIndex) -> Bool {
        first.isPastEnd ? false : second.isPastEnd || first.offset < second.offset
    }
}
