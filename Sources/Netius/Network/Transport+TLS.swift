internal import CNetius

extension Transport {
    /// Protects all that follows. The handshake is to come next.
    ///
    /// - Throws: `TLSError.plaintextBeforeHandshake` where bytes are unread that came without protection: whoever had
    ///   put them there would have them taken for the peer's (RFC 3207 section 6); `TLSError.alreadyStarted`. Nothing
    ///   has changed then.
    package func startTLS(_ session: TLSSession) throws {
        guard tls == nil else { throw TLSError.alreadyStarted }
        guard unreadCount == 0 else { throw TLSError.plaintextBeforeHandshake }
        guard unsentCount == 0 else { throw ConnectionError.concurrentWrite }
        try session.attach(to: TLSSocket(pollable, output: loop.buffers.protected))
        tls = session
    }

    /// Shakes hands, waiting for the peer until `deadline`. Does nothing where nothing is protected, or that is done.
    ///
    /// The task's cancellation is heeded if it `isCancellable`, and the caller calls `cancelReader` and `cancelWriter`
    /// then.
    ///
    /// - Throws: `TLSError`; `SystemError` when the connection broke; `ConnectionError` when it was closed on this side.
    nonisolated(nonsending) package func handshake(
        until deadline: MonotonicTime, isCancellable: Bool = false
    ) async throws {
        guard let tls, tls.information == nil else { return }
        while true {
            guard !pollable.isClosed else { throw ConnectionError.closed }
            guard loop.now < deadline else { throw TLSError.timedOut }
            let progress = tls.handshake()
            // In a failure that is the alert, which the peer gets if it can.
            let sent = sendProtected()
            if case .failed(let error) = progress {
                state.failure = error
                throw error
            }
            switch sent {
            case .all: if case .complete = progress { return }
            case .failed(let error): throw error
            case .wouldBlock:
                try await waitForHandshake(isCancellable, forWriting: true, deadline)
                continue
            }
            if case .wantsRoom = progress {
                pollable.isWritable = false
                try await waitForHandshake(isCancellable, forWriting: true, deadline)
            } else {
                try await waitForHandshake(isCancellable, forWriting: false, deadline)
            }
        }
    }

    /// Goes on without protection after a handshake that the peer took no part in, so that it can be told.
    package func giveUpTLS() {
        guard let tls, tls.information == nil else { return }
        self.tls = nil
        state.failure = nil
    }

    nonisolated(nonsending) private func waitForHandshake(
        _ isCancellable: Bool, forWriting: Bool, _ deadline: MonotonicTime
    ) async throws {
        let end =
            switch (isCancellable, forWriting) {
            case (false, false): await pollable.readable(until: deadline)
            case (false, true): await pollable.writable(until: deadline)
            case (true, false): await pollable.readableUnlessCancelled(until: deadline)
            case (true, true): await pollable.writableUnlessCancelled(until: deadline)
            }
        switch end {
        case .ready: return
        case .timedOut: throw TLSError.timedOut
        case .busy: throw ConnectionError.concurrentRead
        case .cancelled:
            guard !isCancellable || pollable.mayNotWait else { return }
            throw pollable.isClosed ? ConnectionError.closed : ConnectionError.cancelled
        }
    }

    // MARK: Reading

    func receive(through tls: TLSSession) -> Received {
        keepUnread()
        loop.buffers.holdInput(self)
        let input = unsafe loop.buffers.input
        let received = unsafe tls.read(into: input)
        if !loop.buffers.protected.isEmpty, !sendAnswers() {
            return fail(TLSError.malformed("too many attempts to negotiate anew"))
        }
        switch received {
        case .bytes(let count):
            takeInput(count)
            return .bytes
        case .wouldBlock: return .wouldBlock
        case .end: return .end
        case .failed(let error): return fail(error)
        }
    }

    /// Sends what reading has brought about: an alert, or that there is no renegotiation. False where the peer tries on
    /// and on and takes nothing.
    private func sendAnswers() -> Bool {
        guard case .wouldBlock = sendProtected() else {
            state.answersInTheWay = 0
            return true
        }
        state.answersInTheWay += 1
        return state.answersInTheWay <= Self.maximumAnswersInTheWay
    }

    /// How many reads in a row may bring about answers that the socket has no room for. A read
    /// takes half a MiB of records at the most (see `Pollable.mayCall`).
    private static let maximumAnswersInTheWay = 8

    // MARK: Writing

    /// Encrypts what was appended and as much of `body` as the socket has room for, a part at a time.
    func flush(through tls: TLSSession, then body: ArraySlice<UInt8>) -> (Sent, bodySent: Int) {
        let buffers = loop.buffers
        var rest = body
        do {
            if buffers.isOutputHeld(by: self) {
                if rest.count <= Self.recordSize - buffers.output.count {
                    // One record costs less than two.
                    buffers.output.append(rest)
                    rest = []
                }
                try unsafe buffers.output.withUnsafeBytes { try unsafe tls.write($0) }
                buffers.output.removeAll()
            }
            while true {
                // What is kept goes first; the rest waits where it is.
                let part = state.unsent.isEmpty ? rest.prefix(4 * Self.recordSize) : []
                if !part.isEmpty {
                    try unsafe part.withUnsafeBytes { try unsafe tls.write($0) }
                    rest = rest.dropFirst(part.count)
                }
                let sent = sendProtected()
                guard case .all = sent, !rest.isEmpty else { return (sent, body.count - rest.count) }
            }
        } catch {
            buffers.protected.removeAll()
            // Otherwise it is another connection's.
            if buffers.isOutputHeld(by: self) { buffers.output.removeAll() }
            return (.failed(failed(error)), 0)
        }
    }

    private func failed(_ error: any Error) -> any Error {
        if case .failed(let error) = fail(error) { return error }
        return error
    }

    /// The most that one record carries (RFC 8446 section 5.1).
    private static let recordSize = 16 * 1024

    func outputTaken(by tls: TLSSession) {
        let buffers = loop.buffers
        do {
            try unsafe buffers.output.withUnsafeBytes { try unsafe tls.write($0) }
            _ = sendProtected()
        } catch {
            buffers.protected.removeAll()
            _ = fail(error)
        }
    }

    /// Sends what is kept and what was made since; what the socket has no room for is kept.
    func sendProtected() -> Sent {
        let protected = loop.buffers.protected
        defer { protected.removeAll() }
        var none = 0
        let nothing = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        if state.unsent.isEmpty {
            return unsafe protected.withUnsafeBytes { unsafe send($0, nothing, sentOfBody: &none) }
        }
        unsafe protected.withUnsafeBytes { unsafe state.unsent.append(contentsOf: $0) }
        let (bytes, start) = (state.unsent, state.unsentStart)
        state.unsent = []
        state.unsentStart = 0
        return unsafe bytes.withUnsafeBytes {
            unsafe send(.init(rebasing: $0[start...]), nothing, sentOfBody: &none)
        }
    }
}
