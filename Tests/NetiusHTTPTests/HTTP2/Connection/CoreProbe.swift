import Netius
import TestSupport

@testable import NetiusHTTP

/// Drives a connection's state with octets, cut anywhere, and keeps what came of them.
struct CoreProbe {
    /// What a connection told, in a form that can be compared. Streams are named by their identifiers.
    enum Seen: Equatable {
        case head(UInt32, [String])
        case trailers(UInt32, [String])
        /// Pieces that follow each other are one.
        case data(UInt32, [UInt8])
        case end(UInt32)
        case failed(UInt32, HTTP2ErrorCode, isByPeer: Bool)
        case windowOpened(UInt32)
        case settings
        case priority(UInt32)
        case acknowledged(UInt64)
        case goAway(UInt32, HTTP2ErrorCode)
    }

    var connection: HTTP2Connection
    var sink = SectionRecorder()
    let output = OutputBuffer()
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private(set) var seen: [Seen] = []
    private(set) var error: HTTP2Error?
    /// Broken promises about what is consumed.
    private(set) var violation: String?
    /// What has arrived and is not consumed.
    private(set) var kept: [UInt8] = []
    /// Whether content is consumed as soon as it comes.
    var consumes = false

    /// The client's preface and empty settings, or a server's settings, have come, unless `isFresh`.
    init(
        _ role: HTTP2Connection.Role, limits: HTTP2Limits = HTTP2Limits(), isFresh: Bool = false,
        allowsExtendedConnect: Bool = false
    ) {
        connection = HTTP2Connection(role: role, limits: limits, allowsExtendedConnect: allowsExtendedConnect)
        connection.begin(to: output)
        guard !isFresh else { return }
        feed(Self.opening(of: role) + PlainFrame(.settings, .acknowledgement).octets)
        forget()
    }

    /// What a peer of the role sends first.
    static func opening(of role: HTTP2Connection.Role) -> [UInt8] {
        (role == .server ? octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") : []) + PlainFrame.settings().octets
    }

    /// Forgets what was seen and sent until now.
    mutating func forget() {
        seen = []
        output.removeAll()
    }

    mutating func feed(_ frames: PlainFrame...) {
        for frame in frames { feed(frame.octets) }
    }

    /// Reads the octets, which arrive in pieces of the sizes, the rest at once.
    mutating func feed(_ input: [UInt8], pieces: [Int] = []) {
        var start = 0
        for size in pieces + [input.count] where start < input.count {
            let end = min(start + size, input.count)
            kept += input[start..<end]
            start = end
            guard error == nil, violation == nil else { return }
            read()
        }
    }

    private mutating func read() {
        var start = 0
        defer { kept.removeFirst(start) }
        do throws(HTTP2Error) {
            while true {
                let input = Array(kept[start...])
                let step = try connection.receive(input.span, into: &sink, at: now, to: output)
                guard 0...input.count ~= step.consumed else {
                    violation = "consumed \(step.consumed) of \(input.count)"
                    return
                }
                start += step.consumed
                if case .needsMore = step.event { return }
                // Only the end of a stream's content may be told for nothing.
                note(step.event, input)
                guard violation == nil else { return }
            }
        } catch {
            self.error = error
        }
    }

    private mutating func note(_ event: HTTP2Event, _ input: [UInt8]) {
        switch event {
        case .needsMore: break
        case .head(let slot): add(.head(id(slot), sink.fields), endsAt: slot)
        case .trailers(let slot): add(.trailers(id(slot), sink.fields), endsAt: slot)
        case .data(let slot, let range):
            guard range.upperBound <= input.count else {
                violation = "content beyond the input"
                return
            }
            addData(Array(input[range]), slot)
        case .failed(let failure):
            seen.append(.failed(failure.stream, failure.code, isByPeer: failure.isByPeer))
        case .windowOpened(let slot): seen.append(.windowOpened(slot.map { id($0) } ?? 0))
        case .settings: seen.append(.settings)
        case .priority(let slot): seen.append(.priority(id(slot)))
        case .acknowledged(let data): seen.append(.acknowledged(data))
        case .goAway(let last, let code): seen.append(.goAway(last, code))
        }
    }

    private func id(_ slot: Int) -> UInt32 { connection.streams[slot].id }

    private mutating func add(_ event: Seen, endsAt slot: Int) {
        seen.append(event)
        if connection.streams[slot].isRemoteEnded { seen.append(.end(id(slot))) }
    }

    private mutating func addData(_ content: [UInt8], _ slot: Int) {
        if consumes { connection.consumed(slot, content.count, to: output) }
        if !content.isEmpty {
            var whole = content
            if case .data(id(slot), let before)? = seen.last {
                seen.removeLast()
                whole = before
                whole += content
            }
            seen.append(.data(id(slot), whole))
        }
        if connection.streams[slot].isRemoteEnded { seen.append(.end(id(slot))) }
    }

    /// What was seen since it was last asked.
    mutating func takeSeen() -> [Seen] {
        defer { seen = [] }
        return seen
    }

    // MARK: What it sent

    /// The frames that were sent since it was last asked.
    mutating func sent() -> [PlainFrame]? {
        defer { output.removeAll() }
        return PlainFrame.all(in: output.bytes)
    }

    // MARK: What this side does

    /// Opens a stream and sends its head.
    mutating func open(_ fields: [(StaticString, String)] = [(":method", "GET")], endsStream: Bool = true) -> Int? {
        guard let slot = connection.openStream() else { return nil }
        sendHead(slot, fields, endsStream: endsStream)
        return slot
    }

    mutating func sendHead(
        _ slot: Int, _ fields: [(StaticString, String)] = [(":status", "200")], endsStream: Bool
    ) {
        let start = connection.beginHeaders(to: output)
        for (name, value) in fields {
            let value = Array(value.utf8)
            connection.encoder.append(name, value.span, to: output)
        }
        connection.endHeaders(slot, begunAt: start, endsStream: endsStream, to: output)
    }

    mutating func send(_ content: [UInt8], on slot: Int, endsStream: Bool = false) {
        connection.appendDataHeader(slot, count: content.count, endsStream: endsStream, to: output)
        output.append(content)
    }
}
