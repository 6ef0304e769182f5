internal import Netius

/// The digest of a body as a signature has it in `bh=` (RFC 6376 sections 3.4.3 and 3.4.4), made of pieces as they come,
/// in little memory however long the body is.
///
/// Lines that end with LF alone count as if they ended with CRLF.
public struct DKIMBodyHasher: Sendable {
    /// How many octets are gathered before they are hashed.
    private static let chunkSize = 8192

    private let isRelaxed: Bool
    private var hasher = SHA256Hasher()
    private var output: [UInt8] = []
    /// Counts after which the digest is wanted too, the least first, and what was found.
    private var marks: ArraySlice<Int>
    private(set) var digests: [Int: [UInt8]] = [:]
    /// The octets of the canonical body, as far as they are certain.
    private var count = 0
    /// Line ends that count if something follows them.
    private var pendingLineEnds = 0
    private var pendingSpace = false
    private var pendingReturn = false

    init(_ canonicalization: DKIMCanonicalization, marks: [Int] = []) {
        isRelaxed = canonicalization == .relaxed
        self.marks = Set(marks).sorted()[...]
    }

    /// Adds what follows of the body.
    public mutating func update(_ bytes: Span<UInt8>) {
        var index = 0
        while index < bytes.count {
            let octet = bytes[index]
            if pendingReturn {
                pendingReturn = false
                if octet != .lineFeed { appendContent(.carriageReturn) }
            }
            var end = index + 1
            if octet == .lineFeed {
                pendingLineEnds += 1
                pendingSpace = false
            } else if octet == .carriageReturn {
                pendingReturn = true
            } else if isRelaxed, octet == .space || octet == .horizontalTab {
                pendingSpace = true
            } else {
                while end < bytes.count, isContent(bytes[end]) { end += 1 }
                appendPending()
                for position in index..<end { output.append(bytes[position]) }
                if output.count >= Self.chunkSize { flush() }
            }
            index = end
        }
    }

    /// The digest of the whole body, 32 octets. There is nothing to be added any more.
    public mutating func finalize() -> [UInt8] {
        if pendingReturn { appendContent(.carriageReturn) }
        (pendingReturn, pendingSpace, pendingLineEnds) = (false, false, 0)
        // The last line is ended; and of a body without any, simple has one nevertheless.
        if canonicalCount > 0 || !isRelaxed { output += [.carriageReturn, .lineFeed] }
        flush()
        return hasher.digest() ?? []
    }

    /// How many octets the canonical body has: after the end of all, the whole.
    var canonicalCount: Int { count + output.count }

    private func isContent(_ octet: UInt8) -> Bool {
        switch octet {
        case .lineFeed, .carriageReturn: false
        case .space, .horizontalTab: !isRelaxed
        default: true
        }
    }

    private mutating func appendContent(_ octet: UInt8) {
        appendPending()
        output.append(octet)
    }

    private mutating func appendPending() {
        while pendingLineEnds > 0 {
            output += [.carriageReturn, .lineFeed]
            pendingLineEnds -= 1
            if output.count >= Self.chunkSize { flush() }
        }
        if pendingSpace { output.append(.space) }
        pendingSpace = false
    }

    private mutating func flush() {
        // Taken out meanwhile, and put back for its memory.
        var chunk: [UInt8] = []
        swap(&chunk, &output)
        var start = 0
        while let mark = marks.first, mark <= count + chunk.count {
            hasher.update(chunk.span.extracting(start..<mark - count))
            start = mark - count
            digests[mark] = hasher.digest() ?? []
            marks.removeFirst()
        }
        hasher.update(chunk.span.extracting(start..<chunk.count))
        count += chunk.count
        chunk.removeAll(keepingCapacity: true)
        swap(&chunk, &output)
    }
}
