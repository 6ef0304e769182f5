import Netius
import TestSupport

@testable import NetiusHTTP

/// One side of a conversation between two connections' states, which does as it likes within the rules.
///
/// The content of a message is told by its stream: whoever receives it knows what it must be.
struct ModelPeer {
    private struct Message {
        /// What is still to be sent; nil before the head has been.
        var toSend: Int?
        var sent = 0
        var received = 0
        /// What was received and is not consumed.
        var held = 0
        var hasHead = false
        var hasEnded = false
    }

    var probe: CoreProbe
    private var random: SeededGenerator
    private let largest: Int
    private var messages: [UInt32: Message] = [:]
    private(set) var complete = 0
    private(set) var brokenOff = 0
    /// What has gone wrong, in words.
    private(set) var complaint: String?

    var isIdle: Bool { messages.isEmpty }

    init(_ role: HTTP2Connection.Role, limits: HTTP2Limits, largest: Int, seed: Int) {
        probe = CoreProbe(role, limits: limits, isFresh: true)
        random = SeededGenerator(seed: UInt64(seed) + 1)
        self.largest = largest
    }

    private static func octet(_ stream: UInt32, _ offset: Int, isRequest: Bool) -> UInt8 {
        UInt8(truncatingIfNeeded: Int(stream) &* 31 &+ offset &+ (isRequest ? 7 : 0))
    }

    private func content(_ stream: UInt32, _ range: Range<Int>, isRequest: Bool) -> [UInt8] {
        range.map { Self.octet(stream, $0, isRequest: isRequest) }
    }

    private var isClient: Bool { probe.connection.role == .client }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    // MARK: Talking

    /// Begins a request, if there may be one.
    mutating func open() {
        guard let slot = probe.connection.openStream() else { return }
        sendHead(slot)
    }

    /// Does something on some stream; `mayBreakOff` and everything may happen.
    mutating func act(mayBreakOff: Bool) {
        guard let id = messages.keys.sorted().randomElement(using: &random), var message = messages[id],
            let slot = probe.connection.streams.slot(of: id)
        else { return }
        if mayBreakOff, chance(60) {
            probe.connection.reset(slot, .cancel, to: probe.output)
            return finish(id, slot, isComplete: false)
        }
        if message.held > 0, chance(2) {
            let count = Int.random(in: 1...message.held, using: &random)
            message.held -= count
            messages[id] = message
            probe.connection.consumed(slot, count, to: probe.output)
        } else if message.toSend == nil, message.hasHead {
            sendHead(slot)
        } else if let left = message.toSend, left > 0 {
            send(id, slot, message, left)
        }
        finishIfDone(id, slot)
    }

    private mutating func sendHead(_ slot: Int) {
        let id = probe.connection.streams[slot].id
        let count = chance(4) ? 0 : Int.random(in: 1...largest, using: &random)
        let fields: [(StaticString, String)] = [
            isClient ? (":method", "GET") : (":status", "200"), ("x-same", "always"),
            ("x-some", "\(Int.random(in: 0...9, using: &random))"), ("x-new", "\(id)"),
        ]
        probe.sendHead(slot, fields, endsStream: count == 0)
        messages[id, default: Message()].toSend = count
    }

    private mutating func send(_ id: UInt32, _ slot: Int, _ message: Message, _ left: Int) {
        let count = min(left, probe.connection.sendable(slot))
        guard count > 0 else { return }
        let part = chance(3) ? count : Int.random(in: 1...count, using: &random)
        let endsWithTrailers = part == left && chance(3)
        let range = message.sent..<message.sent + part
        probe.send(content(id, range, isRequest: isClient), on: slot, endsStream: part == left && !endsWithTrailers)
        if endsWithTrailers { probe.sendHead(slot, [("x-trailer", "\(id)")], endsStream: true) }
        messages[id]?.sent += part
        messages[id]?.toSend = left - part
    }

    // MARK: Listening

    /// Reads octets of the other side's.
    mutating func feed(_ octets: [UInt8], pieces: [Int]) {
        probe.feed(octets, pieces: pieces)
        if let error = probe.error { complaint = complaint ?? "\(probe.connection.role): \(error)" }
        if let violation = probe.violation { complaint = complaint ?? violation }
        for event in probe.takeSeen() { note(event) }
    }

    private mutating func note(_ event: CoreProbe.Seen) {
        switch event {
        case .head(let id, let fields):
            if fields.last != "x-new: \(id)" { complaint = complaint ?? "stream \(id) has the head \(fields)" }
            messages[id, default: Message()].hasHead = true
        case .trailers(let id, let fields):
            if fields != ["x-trailer: \(id)"] { complaint = complaint ?? "stream \(id) has the trailers \(fields)" }
        case .data(let id, let octets):
            let start = messages[id]?.received ?? 0
            if octets != content(id, start..<start + octets.count, isRequest: !isClient) {
                complaint = complaint ?? "stream \(id) has other content"
            }
            messages[id]?.received += octets.count
            messages[id]?.held += octets.count
        case .end(let id): messages[id]?.hasEnded = true
        case .failed(let id, let code, let isByPeer):
            if !isByPeer, code != .refusedStream { complaint = complaint ?? "stream \(id) failed: \(code)" }
            if let slot = probe.connection.streams.slot(of: id) { finish(id, slot, isComplete: false) }
        default: break
        }
    }

    private mutating func finishIfDone(_ id: UInt32, _ slot: Int) {
        guard let message = messages[id], message.hasEnded, message.toSend == 0, message.held == 0 else { return }
        if !probe.connection.streams[slot].isClosed { complaint = complaint ?? "stream \(id) is not closed" }
        finish(id, slot, isComplete: true)
    }

    private mutating func finish(_ id: UInt32, _ slot: Int, isComplete: Bool) {
        guard let message = messages.removeValue(forKey: id) else { return }
        probe.connection.creditConnection(message.held, to: probe.output)
        probe.connection.release(slot, .cancel, to: probe.output)
        if isComplete { complete += 1 } else { brokenOff += 1 }
    }
}
