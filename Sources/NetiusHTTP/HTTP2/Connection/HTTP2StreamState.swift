/// What a connection knows of one stream (RFC 9113 §5.1).
struct HTTP2StreamState {
    /// The identifier; 0 while the place stands for none.
    var id: UInt32 = 0
    /// The peer sends no more: it has said so, or the stream was reset.
    var isRemoteEnded = false
    /// It has said so with END_STREAM: all that was to come has come.
    var hasEnd = false
    /// Nothing more may be sent.
    var isLocalEnded = false
    /// Either side has broken it off.
    var isReset = false
    /// The head has come, on a client that of the final response.
    var hasHead = false
    /// What may be sent; below zero after the peer has made its windows smaller (RFC 9113 §6.9.2).
    var sendWindow = 0
    var receiveWindow = HTTP2ReceiveWindow(size: 0)
    /// Whether what comes is the response to a request (HEAD) that has none of the content it announces.
    var expectsNoContent = false
    /// The content that is still to come; nil where that was not announced.
    var contentLeft: Int?
    var priority = HTTP2Priority()
    /// Whether the peer has said how urgent it is.
    var isPriorityExplicit = false

    /// It has ended in order, on both sides.
    var isEnded = false

    var isClosed: Bool { isRemoteEnded && isLocalEnded }
}

/// The streams of a connection that are not closed, or whose handlers still run, in places that are used again.
struct HTTP2StreamTable {
    private(set) var states: [HTTP2StreamState] = []
    private var free: [Int] = []
    /// Where a stream most likely is, by the end of its identifier.
    private var hints = [UInt16](repeating: 0, count: 256)

    var count: Int { states.count - free.count }
    var slots: Range<Int> { states.indices }

    subscript(slot: Int) -> HTTP2StreamState {
        @inline(__always) _read { yield states[slot] }
        @inline(__always) _modify { yield &states[slot] }
    }

    /// The place of a stream.
    @inline(__always)
    func slot(of id: UInt32) -> Int? {
        let hint = Int(hints[Self.hint(id)])
        if hint < states.count, states[hint].id == id { return hint }
        return search(id)
    }

    @inline(never)
    private func search(_ id: UInt32) -> Int? {
        states.firstIndex { $0.id == id }
    }

    mutating func insert(_ state: HTTP2StreamState) -> Int {
        let slot: Int
        if let last = free.popLast() {
            slot = last
            states[slot] = state
        } else {
            slot = states.count
            states.append(state)
        }
        hints[Self.hint(state.id)] = UInt16(truncatingIfNeeded: slot)
        return slot
    }

    mutating func remove(_ slot: Int) {
        states[slot].id = 0
        free.append(slot)
    }

    /// Those of one side are numbered 1, 3, 5 ... or 2, 4, 6 ...
    @inline(__always)
    private static func hint(_ id: UInt32) -> Int { Int((id &>> 1) & 255) }
}
