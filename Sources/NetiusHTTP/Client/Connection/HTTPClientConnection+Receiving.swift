internal import Netius

extension HTTPClientConnection {
    /// How a wait for the server may end.
    enum Patience {
        /// For the first byte of the response.
        case firstByte
        /// For more of it.
        case more
    }

    /// Reads the head of the final response.
    ///
    /// - Parameters:
    ///   - request: What it answers.
    ///   - deadline: Until when the request may take in all.
    ///   - awaitsContinue: Whether the request's content is held back until the server asks for it.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func receiveHead(
        of request: HTTPClientRequest, until deadline: MonotonicTime, awaitsContinue: Bool
    ) async throws {
        var continueDeadline = awaitsContinue ? loop.now + configuration.continueTimeout : MonotonicTime.distantFuture
        while true {
            if transport.unreadCount > 0 {
                let isComplete = try decodeHead(request)
                if isComplete {
                    configuration.observer?.observeHead?(.received(head.status, head.version, head.fields))
                    guard decoder.isInterim else {
                        sending?.finalHeadCame()
                        return
                    }
                    configuration.observer?.note(.interim(head.status, head.fields), .awaiting, of: request)
                    if head.status == .continue, continueDeadline < .distantFuture {
                        continueDeadline = .distantFuture
                        startSending(request)
                    }
                    decoder.continueAfterInterim()
                    continue
                }
            }
            if let failure = sending?.failure { throw failure }
            switch transport.receive() {
            case .bytes: continue
            case .end: throw closed(request.url, nil)
            case .failed(let error): throw closed(request.url, error)
            case .wouldBlock: break
            }
            let patience = decoder.isBetweenResponses ? Patience.firstByte : .more
            if try await wait(patience, until: min(deadline, continueDeadline), whole: deadline, request.url) {
                // The server says nothing of the content: it gets it.
                continueDeadline = .distantFuture
                startSending(request)
            }
        }
    }

    private func decodeHead(_ request: HTTPClientRequest) throws -> Bool {
        do throws(HTTP1Error) {
            let progress = try transport.withUnread { (bytes) throws(HTTP1Error) in
                try decoder.decodeHead(bytes, into: head)
            }
            transport.consume(progress.consumed)
            return progress.isComplete
        } catch {
            throw HTTPClientError(.malformedResponse, request.url, "the response is malformed", underlying: error)
        }
    }

    /// Waits until more has arrived.
    ///
    /// - Parameters:
    ///   - patience: What is waited for.
    ///   - deadline: Until when, if that is earlier than the patience's end.
    ///   - whole: Until when the request may take in all.
    ///   - url: What was asked for.
    /// - Returns: Whether `deadline` has come, and was not that of the whole request.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func wait(
        _ patience: Patience, until deadline: MonotonicTime, whole: MonotonicTime, _ url: HTTPURL
    ) async throws -> Bool {
        while true {
            isInterrupted = false
            let now = loop.now
            let own: MonotonicTime
            switch patience {
            // While the request is being sent, the server need not answer, nor go on with its answer.
            case _ where isSending: own = .distantFuture
            case .firstByte: own = sent + configuration.firstByteTimeout
            case .more: own = max(now, sent) + configuration.readTimeout
            }
            switch await readable(until: min(own, deadline)) {
            case .ready: return false
            case .timedOut:
                if whole <= loop.now {
                    throw HTTPClientError(.requestTimedOut, url, "the request took too long in all")
                }
                if deadline <= loop.now { return true }
                throw patience == .firstByte
                    ? HTTPClientError(.firstByteTimedOut, url, "the server did not answer in time")
                    : HTTPClientError(.readTimedOut, url, "the server paused for too long within its response")
            case .busy: throw HTTPClientError(.concurrentRead, url, "another task is reading the response")
            case .cancelled:
                try Task.checkCancellation()
                if let failure = sending?.failure { throw failure }
                // Otherwise the content has been sent, and the server has to answer from now on.
                if transport.pollable.mayNotWait { throw closed(url, nil) }
            }
        }
    }

    private var isSending: Bool { writeFailure == nil && sending?.isExpected ?? false }

    private func readable(until deadline: MonotonicTime) async -> Pollable.Wait {
        await withLoopContinuation { continuation in
            // What was to end the wait may have come before the wait did.
            guard !Task.isCancelled, !isInterrupted else { return continuation.resume(returning: .cancelled) }
            transport.pollable.waitUntilReadable(continuation, until: deadline)
        }
    }

    /// Lets whoever waits for the server look again at how the sending went.
    func interruptReading() {
        isInterrupted = true
        transport.pollable.cancelReader()
    }

    /// The connection has ended before the response has.
    func closed(_ url: HTTPURL, _ error: (any Error)?) -> HTTPClientError {
        let error = error ?? writeFailure
        if decoder.isBetweenResponses {
            return HTTPClientError(
                .connectionClosed, url, "the connection was closed before the server answered", underlying: error)
        }
        return HTTPClientError(
            .connectionClosed, url, "the connection was closed within the response", underlying: error)
    }

    // MARK: Content

    /// What has arrived of the content.
    func decodeBody(_ url: HTTPURL) throws -> [UInt8]? {
        while true {
            do throws(HTTP1Error) {
                let (event, bytes) = try transport.withUnread { (input) throws(HTTP1Error) in
                    let event = try decoder.decodeBody(input)
                    guard case .data(let range, _) = event else { return (event, nil as [UInt8]?) }
                    return (event, [UInt8](input.extracting(range)))
                }
                switch event {
                case .data(_, let consumed):
                    transport.consume(consumed)
                    return bytes
                case .needsMore(let consumed):
                    transport.consume(consumed)
                    return nil
                case .end(let consumed):
                    transport.consume(consumed)
                    return nil
                }
            } catch {
                throw HTTPClientError(.malformedResponse, url, "the response is malformed", underlying: error)
            }
        }
    }

    /// All of the content that has arrived; whether that is all there is says the decoder.
    func takeArrived(_ url: HTTPURL) throws -> [UInt8] {
        guard var all = try decodeBody(url) else { return [] }
        while !decoder.isBodyComplete, let bytes = try decodeBody(url) { all += bytes }
        return all
    }

    /// The next bytes of the content; nil at its end.
    func readBody(until deadline: MonotonicTime, _ url: HTTPURL) async throws -> [UInt8]? {
        while true {
            if let bytes = try decodeBody(url) { return bytes }
            if decoder.isBodyComplete { return nil }
            if let failure = sending?.failure { throw failure }
            switch transport.receive() {
            case .bytes: continue
            // What was closed here has not ended.
            case .end where isClosed: throw closed(url, nil)
            case .end:
                do throws(HTTP1Error) {
                    try decoder.decodeEnd()
                } catch {
                    throw closed(url, nil)
                }
                return nil
            case .failed(let error): throw closed(url, error)
            case .wouldBlock: _ = try await wait(.more, until: deadline, whole: deadline, url)
            }
        }
    }

    /// More of the content if it has arrived; nil for none now, and at the end.
    func readArrived(_ url: HTTPURL) throws -> [UInt8]? {
        if let bytes = try decodeBody(url) { return bytes }
        guard !decoder.isBodyComplete, case .bytes = transport.receive() else { return nil }
        return try decodeBody(url)
    }

    /// Forgets what has arrived of the content, if not too much; whether that was the rest of it.
    func discardArrived() throws -> Bool {
        var count = 0
        while !decoder.isBodyComplete {
            if transport.unreadCount == 0 {
                guard count < configuration.maximumDiscardedBody, case .bytes = transport.receive() else {
                    return false
                }
            }
            var consumed = 0
            try transport.withUnread { (input) throws(HTTP1Error) in
                switch try decoder.decodeBody(input) {
                case .data(_, let read), .needsMore(let read), .end(let read): consumed = read
                }
            }
            transport.consume(consumed)
            count += consumed
            if consumed == 0, !decoder.isBodyComplete { return false }
        }
        return count <= configuration.maximumDiscardedBody
    }
}
