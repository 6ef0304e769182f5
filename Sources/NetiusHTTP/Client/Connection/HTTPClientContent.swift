internal import Netius

/// The content of a response that has not arrived as a whole, or is to be decoded. It holds the connection, or its place
/// on a shared one, until it has been read, or the last reference to it goes.
// @unchecked: but for what never changes used on the loop's thread alone.
final class HTTPClientContent: @unchecked Sendable {
    let worker: HTTPClientWorker
    /// What it answers.
    private var request: HTTPClientRequest
    var url: HTTPURL { request.url }
    /// Until when the request may take in all.
    let deadline: MonotonicTime
    /// Where it comes from; nil once all has been received.
    private var source: HTTPClientContentSource?
    /// What has been received and not been read.
    private var arrived: [UInt8]
    private(set) var trailers: HTTPFields?
    private var decoding: HTTPContentDecoder?
    /// Whether any coded content has come.
    private var hasCoded = false
    private var failure: (any Error)?
    private var isReading = false
    /// What was decoded since others had their turn.
    private var turn = 0

    /// What is decoded before others have their turn: about a millisecond.
    private static let turnBytes = 256 * 1024

    init(
        _ source: HTTPClientContentSource, _ request: HTTPClientRequest, arrived: [UInt8],
        decoding: HTTPContentDecoder?, until deadline: MonotonicTime, worker: HTTPClientWorker
    ) {
        self.worker = worker
        self.source = source
        self.arrived = arrived
        self.decoding = decoding
        self.request = request
        self.request.body = .none
        self.deadline = deadline
        worker.configuration.observer?.note(.began, .receiving, of: request)
        endIfComplete()
    }

    deinit {
        guard let source else { return }
        worker.loop.execute { [worker] in worker.assumeIsolated { $0.abandon(source) } }
    }

    static func tooLarge(_ limit: Int, url: String) -> HTTPClientError {
        HTTPClientError(.tooLarge, url: url, reason: "the content has more than \(limit) bytes")
    }

    /// What `read` would give without a wait; nil where there is nothing, which need not be the end.
    func readAtOnce() throws -> [UInt8]? {
        if let failure { throw failure }
        guard decoding == nil, !isReading else { return nil }
        return takeArrived()
    }

    /// Ends the wait of a read, whose task has been cancelled.
    func cancelRead() {
        source?.cancelWait()
    }

    /// The next bytes; nil at the end. The caller calls `cancelRead` when the task is cancelled.
    func read() async throws -> [UInt8]? {
        if let failure { throw failure }
        guard !isReading else { throw HTTPClientError(.concurrentRead, url, "another task is reading the response") }
        isReading = true
        defer { isReading = false }
        do {
            return decoding == nil ? try await receive() : try await decode()
        } catch {
            fail(error)
            throw error
        }
    }

    /// More of what is not to be decoded, if it has arrived. What breaks the content is for the next read to throw.
    func readArrived() -> [UInt8]? {
        guard decoding == nil, failure == nil, !isReading, let source else { return nil }
        do {
            let bytes = try source.readArrived(url)
            endIfComplete()
            return bytes
        } catch {
            fail(error)
            return nil
        }
    }

    /// Ends the exchange with an error that every further read throws.
    func fail(_ error: any Error) {
        failure = failure ?? (error is CancellationError ? CancellationError() : error)
        arrived = []
        if let source {
            self.source = nil
            worker.configuration.observer?.note(.failed(error), .receiving, of: request)
            source.breakOff()
        }
    }

    private func takeArrived() -> [UInt8]? {
        guard !arrived.isEmpty else { return nil }
        defer { arrived = [] }
        return arrived
    }

    private func receive() async throws -> [UInt8]? {
        if let bytes = takeArrived() { return bytes }
        guard let source else { return nil }
        let bytes = try await source.read(until: deadline, url)
        endIfComplete()
        return bytes
    }

    private func endIfComplete() {
        guard let source, source.isComplete else { return }
        self.source = nil
        trailers = source.trailers
        worker.configuration.observer?.note(.ended, .receiving, of: request)
        source.finish()
    }

    private func decode() async throws -> [UInt8]? {
        do {
            while let step = try decoding?.step() {
                switch step {
                case .decoded(let bytes):
                    try await endTurn(after: bytes.count)
                    return bytes
                case .halfway(let count): try await endTurn(after: count)
                case .needsInput:
                    guard let coded = try await receive() else {
                        // No content at all is none that could have been cut.
                        if hasCoded { try decoding?.finish() }
                        return nil
                    }
                    hasCoded = true
                    decoding?.append(coded)
                }
            }
            return nil
        } catch let error as HTTPContentCodingError {
            throw HTTPClientError(.contentCoding, url, "the content cannot be decoded", underlying: error)
        }
    }

    private func endTurn(after count: Int) async throws {
        turn += count
        guard turn >= Self.turnBytes else { return }
        turn = 0
        await worker.loop.yield()
        try Task.checkCancellation()
        guard deadline > .now else {
            throw HTTPClientError(.requestTimedOut, url, "the request took too long in all")
        }
    }
}
